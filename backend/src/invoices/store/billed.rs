//! What was billed of a retainer's cycles, and what of them is left to be billed.
//!
//! `CROSS JOIN` is a plain join to PostgreSQL; SQLite reads its left side first. Else it begins
//! with the lines of the whole organisation.
use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What a closed cycle left to be billed and no invoice took.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Unbilled {
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub terms_id: TermsId,
    pub quantity: i64,
    pub amount_minor: i64,
}
stmt!(
    UNBILLED = "
    SELECT d.cycle_id, d.pool_id, c.seq, c.starts_on, c.ends_on, c.terms_id, d.quantity,
        d.amount_minor
    FROM cycles c
    JOIN draft_lines d ON d.organisation_id = c.organisation_id AND d.cycle_id = c.id
    WHERE c.organisation_id = $1 AND c.retainer_id = $2 AND c.ends_on >= $3 AND c.seq <= $4
        AND NOT EXISTS (SELECT 1 FROM billed_lines b
            WHERE b.organisation_id = d.organisation_id AND b.cycle_id = d.cycle_id
                AND b.pool_id = d.pool_id)
    ORDER BY c.seq"
);
/// What cycles through a number left to be billed that ended on a day or later.
pub async fn unbilled(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (since, through): (NaiveDate, i64),
) -> Result<Vec<Unbilled>> {
    let args = args![scope.organisation(), retainer, since, through];
    Ok(tx.all(UNBILLED.with(args)).await?)
}

/// A cycle that an invoice of its own bills, and the days it had then.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Billed {
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}
stmt!(
    BILLED = "
    SELECT seq, starts_on, ends_on FROM invoices
    WHERE organisation_id = $1 AND retainer_id = $2 AND purpose = 'cycle' AND state <> 'void'
        AND seq < $3
    ORDER BY seq DESC"
);
/// The cycles billed before a number, latest first.
pub async fn billed(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    before: i64,
) -> Result<Vec<Billed>> {
    Ok(tx.all(BILLED.with(args![scope.organisation(), retainer, before])).await?)
}

stmt!(
    CREDITED = "
    SELECT l.of_seq FROM credit_notes n CROSS JOIN credit_note_lines c CROSS JOIN invoice_lines l
    WHERE n.organisation_id = $1 AND n.retainer_id = $2 AND n.kind = 'correction'
        AND c.organisation_id = n.organisation_id AND c.credit_note_id = n.id
        AND l.organisation_id = c.organisation_id AND l.invoice_id = c.invoice_id
        AND l.position = c.line AND l.kind IN ('fee', 'correction')"
);
/// The cycles of whose price a credit note took something back because it was wrong.
pub async fn credited(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<BTreeSet<i64>> {
    let found: Vec<(i64,)> = tx.all(CREDITED.with(args![scope.organisation(), retainer])).await?;
    Ok(found.into_iter().map(|(seq,)| seq).collect())
}

stmt!(
    PRICES_BILLED = "
    SELECT l.of_seq, l.amount_minor FROM invoices i CROSS JOIN invoice_lines l
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND i.state <> 'void'
        AND l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.of_seq >= $3 AND l.kind IN ('fee', 'correction')"
);
stmt!(
    PRICES_CREDITED = "
    SELECT l.of_seq, c.amount_minor
    FROM credit_notes n CROSS JOIN credit_note_lines c CROSS JOIN invoice_lines l
    WHERE n.organisation_id = $1 AND n.retainer_id = $2 AND n.kind = 'correction'
        AND c.organisation_id = n.organisation_id AND c.credit_note_id = n.id
        AND l.organisation_id = c.organisation_id AND l.invoice_id = c.invoice_id
        AND l.position = c.line AND l.of_seq >= $3 AND l.kind IN ('fee', 'correction')"
);
/// What was billed of the price of each cycle from a number on, less what corrections took back.
/// Goodwill counts as billed: nobody bills it again.
pub async fn prices_billed(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    from: i64,
) -> Result<BTreeMap<i64, i64>> {
    let mut prices = BTreeMap::new();
    // A cycle is billed by its own invoice or by a later one.
    for (statement, sign) in [(PRICES_BILLED, 1), (PRICES_CREDITED, -1)] {
        let args = args![scope.organisation(), retainer, from];
        let rows: Vec<(i64, i64)> = tx.all(statement.with(args)).await?;
        for (seq, amount) in rows {
            *prices.entry(seq).or_default() += sign * amount;
        }
    }
    Ok(prices)
}

stmt!(
    BILLED_BY = "
    SELECT i.series, i.number FROM billed_lines b
    JOIN invoices i ON i.organisation_id = b.organisation_id AND i.id = b.invoice_id
    WHERE b.organisation_id = $1 AND b.cycle_id = $2 AND b.pool_id = $3
        AND i.series IS NOT NULL AND i.number IS NOT NULL"
);
/// The number of the issued invoice that bills what a pool of a closed cycle went beyond; none if
/// nothing was billed, or not yet.
pub async fn billed_by(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
) -> Result<Option<String>> {
    let args = args![scope.organisation(), cycle, pool];
    let found: Option<(String, i64)> = tx.opt(BILLED_BY.with(args)).await?;
    Ok(found.map(|(series, number)| numbered(&series, number)))
}
