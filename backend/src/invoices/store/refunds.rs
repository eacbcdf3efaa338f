//! What was bought, and what of its price was paid back.
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
    pub price_minor: Option<i64>,
    pub reason: String,
    /// The invoice that took its price.
    pub invoice_id: Option<InvoiceId>,
}
stmt!(
    SOLD = "
    SELECT a.id, a.pool_id, c.seq, a.quantity, a.starts_on, a.ends_on, a.price_minor, a.reason,
        b.invoice_id
    FROM adjustments a
    JOIN cycles c ON c.organisation_id = a.organisation_id AND c.id = a.cycle_id
    LEFT JOIN billed_purchases b ON b.organisation_id = a.organisation_id
        AND b.adjustment_id = a.id
    WHERE a.organisation_id = $1 AND a.retainer_id = $2 AND a.kind = 'purchase'
        AND a.undone_at IS NULL AND NOT a.ends_with_cycle
    ORDER BY a.id"
);
/// What was bought, oldest first, with a price or without.
pub async fn sold(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<Sold>> {
    Ok(tx.all(SOLD.with(args![scope.organisation(), retainer])).await?)
}

stmt!(
    PAID_BACK = "
    SELECT l.adjustment_id, l.amount_minor FROM invoices i
    JOIN invoice_lines l ON l.organisation_id = i.organisation_id AND l.invoice_id = i.id
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND i.state <> 'void'
        AND l.adjustment_id IS NOT NULL AND l.amount_minor < 0"
);
stmt!(
    CREDITED_OF_SOLD = "
    SELECT l.adjustment_id, c.amount_minor, n.issued_at FROM credit_notes n
    JOIN credit_note_lines c ON c.organisation_id = n.organisation_id AND c.credit_note_id = n.id
    JOIN invoice_lines l ON l.organisation_id = c.organisation_id AND l.invoice_id = c.invoice_id
        AND l.position = c.line
    WHERE n.organisation_id = $1 AND n.retainer_id = $2 AND l.adjustment_id IS NOT NULL
        AND (l.amount_minor > 0 AND n.kind = 'goodwill'
            OR l.amount_minor < 0 AND n.kind = 'correction')"
);
/// What of a purchase was given back, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// Before an instant: it was never paid in the end.
    pub before: i64,
    /// Since then, by credit notes and by lines that pay back.
    pub since: i64,
}
/// What of each purchase was given back by credit notes before an instant, and since then by those
/// and by lines of invoices that count. What a correction takes back whole is billed again.
pub async fn given_back(
    tx: &mut Tx,
    scope: Scope,
    (retainer, at): (RetainerId, DateTime<Utc>),
) -> Result<BTreeMap<AdjustmentId, Given>> {
    let args = || args![scope.organisation(), retainer];
    let mut all: BTreeMap<AdjustmentId, Given> = BTreeMap::new();
    let lines: Vec<(AdjustmentId, i64)> = tx.all(PAID_BACK.with(args())).await?;
    for (id, amount) in lines {
        all.entry(id).or_default().since -= amount;
    }
    let notes: Vec<(AdjustmentId, i64, DateTime<Utc>)> =
        tx.all(CREDITED_OF_SOLD.with(args())).await?;
    for (id, amount, issued_at) in notes {
        let given = all.entry(id).or_default();
        *(if issued_at < at { &mut given.before } else { &mut given.since }) += amount;
    }
    Ok(all)
}
