//! What lines of invoices come to by what they are for, and the invoices before drafts.
use std::collections::HashMap;

use shared::api::InvoicePart;

use super::*;

/// What the lines of an invoice of one part come to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SumRow {
    pub invoice_id: InvoiceId,
    pub part: InvoicePart,
    /// Before what is taken off.
    pub amount_minor: i64,
    pub discount_minor: i64,
}

const BEFORE: &str = "
    SELECT i.id, (SELECT b.id FROM invoices b
        WHERE b.organisation_id = i.organisation_id AND b.retainer_id = i.retainer_id
            AND b.seq < i.seq AND b.currency = i.currency AND b.state <> 'void'
        ORDER BY b.seq DESC, b.id DESC LIMIT 1) AS before_id
    FROM invoices i WHERE i.organisation_id =";

/// The invoice before each of these that has one, of the same retainer and currency.
pub async fn ones_before(
    tx: &mut Tx,
    scope: Scope,
    ids: &[InvoiceId],
) -> Result<HashMap<InvoiceId, InvoiceId>> {
    let query = Query::new(BEFORE)
        .push(" ?", scope.organisation())
        .text(" AND i.id IN")
        .list(ids.iter().map(|id| Arg::from(*id)).collect());
    let rows: Vec<(InvoiceId, Option<InvoiceId>)> = tx.all(query).await?;
    Ok(rows.into_iter().filter_map(|(id, before)| Some((id, before?))).collect())
}

const PARTS: &str = "
    SELECT l.invoice_id, CASE WHEN l.expense_id IS NOT NULL THEN 'expense'
            WHEN COALESCE(l.scope_change_id, l.adjustment_id) IS NOT NULL THEN 'agreed'
            ELSE l.kind END AS part,
        CAST(SUM(l.amount_minor + l.discount_minor) AS BIGINT) AS amount_minor,
        CAST(SUM(l.discount_minor) AS BIGINT) AS discount_minor
    FROM invoice_lines l WHERE l.organisation_id =";

/// What the lines of some invoices come to, part by part.
pub async fn sums_by_part(tx: &mut Tx, scope: Scope, ids: &[InvoiceId]) -> Result<Vec<SumRow>> {
    let query = Query::new(PARTS)
        .push(" ?", scope.organisation())
        .text(" AND l.invoice_id IN")
        .list(ids.iter().map(|id| Arg::from(*id)).collect())
        .text(" GROUP BY l.invoice_id, part");
    Ok(tx.all(query).await?)
}
