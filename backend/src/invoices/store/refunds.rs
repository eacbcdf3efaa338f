//! What was bought of a retainer, the invoices that bill it, and what was credited of them.
use std::collections::BTreeMap;

use shared::api::AdjustmentId;

use super::*;

/// Something that was bought and not taken back, for longer than its cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Sold {
    pub id: AdjustmentId,
    pub pool_id: PoolId,
    /// The number of the cycle it was bought in.
    pub seq: i64,
    pub quantity: i64,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// The issued invoice that bills it.
    pub invoice_id: Option<InvoiceId>,
}
stmt!(
    SOLD = "
    SELECT a.id, a.pool_id, c.seq, a.quantity, a.starts_on, a.ends_on, i.id AS invoice_id
    FROM adjustments a
    JOIN cycles c ON c.organisation_id = a.organisation_id AND c.id = a.cycle_id
    LEFT JOIN billed_purchases b ON b.organisation_id = a.organisation_id
        AND b.adjustment_id = a.id
    LEFT JOIN invoices i ON i.organisation_id = a.organisation_id AND i.id = b.invoice_id
        AND i.state = 'issued'
    WHERE a.organisation_id = $1 AND a.retainer_id = $2 AND a.kind = 'purchase'
        AND a.undone_at IS NULL AND NOT a.ends_with_cycle
    ORDER BY a.id"
);
/// What was bought, oldest first, with a price or without.
pub async fn sold(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<Sold>> {
    Ok(tx.all(SOLD.with(args![scope.organisation(), retainer])).await?)
}

stmt!(
    CREDITED_LINES = "
    SELECT c.invoice_id, c.line, c.net_minor
    FROM credit_notes n CROSS JOIN credit_note_lines c
    WHERE n.organisation_id = $1 AND n.retainer_id = $2 AND n.issued_at < $3
        AND c.organisation_id = n.organisation_id AND c.credit_note_id = n.id"
);
/// What was credited before an instant of each line of the invoices of a retainer, without tax.
pub async fn credited_before(
    tx: &mut Tx,
    scope: Scope,
    (retainer, at): (RetainerId, DateTime<Utc>),
) -> Result<BTreeMap<(InvoiceId, i64), i64>> {
    let args = args![scope.organisation(), retainer, at];
    let rows: Vec<(InvoiceId, i64, i64)> = tx.all(CREDITED_LINES.with(args)).await?;
    let mut credited = BTreeMap::new();
    for (invoice, line, net) in rows {
        *credited.entry((invoice, line)).or_default() += net;
    }
    Ok(credited)
}
