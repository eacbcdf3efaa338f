//! What the lines of invoices say of each cycle.
use super::*;

/// What a line says of a cycle and what was credited of it, with what was paid of its invoice.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PartRow {
    pub id: InvoiceId,
    pub series: Option<String>,
    pub number: Option<i64>,
    /// The cycle of the line: of a purchase the one it was made in; else that of the invoice.
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub amount_minor: i64,
    pub credited_minor: i64,
    pub paid_minor: i64,
}
impl PartRow {
    /// Its number as people write it; none for a draft.
    pub fn number(&self) -> Option<String> {
        Some(numbered(self.series.as_ref()?, self.number?))
    }
}

stmt!(
    PARTS = "
    SELECT i.id, i.series, i.number, COALESCE(c.seq, l.of_seq, i.seq) AS seq,
        COALESCE(c.starts_on, l.starts_on, i.starts_on) AS starts_on,
        COALESCE(c.ends_on, l.ends_on, i.ends_on) AS ends_on,
        l.net_minor + l.tax_minor AS amount_minor,
        CAST(COALESCE((SELECT SUM(n.net_minor + n.tax_minor) FROM credit_note_lines n
            WHERE n.organisation_id = $1 AND n.invoice_id = i.id AND n.line = l.position), 0)
            AS BIGINT) AS credited_minor,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = $1 AND x.invoice_id = i.id), 0) AS BIGINT)
            AS paid_minor
    FROM invoices i
    JOIN invoice_lines l ON l.organisation_id = i.organisation_id AND l.invoice_id = i.id
    LEFT JOIN adjustments a ON a.organisation_id = l.organisation_id AND a.id = l.adjustment_id
    LEFT JOIN cycles c ON c.organisation_id = a.organisation_id AND c.id = a.cycle_id
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND i.state <> 'void'"
);
/// The lines of the invoices of a retainer that count, the invoice drafted first first.
pub async fn parts(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<PartRow>> {
    let mut rows: Vec<PartRow> = tx.all(PARTS.with(args![scope.organisation(), retainer])).await?;
    // Ids go by the time they were made.
    rows.sort_by_key(|row| (row.id, row.seq));
    Ok(rows)
}
