//! The statements of the check. `CROSS JOIN` is why SQLite begins with a retainer's invoices, and
//! not with the lines of all.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    CancellationOutcome, ClientSessionId, ClientSessionState, CycleId, DeliverableId, FactId,
    InvoiceId, LineKind, OrganisationId, PoolId, RetainerId,
};

use crate::auth::Scope;
use crate::cycles::store::EntryRow;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// A retainer of any organisation.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    pub organisation_id: OrganisationId,
    pub id: RetainerId,
}
stmt!(
    RETAINERS = "
    SELECT organisation_id, id FROM retainers WHERE (id > $1 OR $1 IS NULL) ORDER BY id LIMIT 200"
);
pub async fn retainers(tx: &mut Tx, after: Option<RetainerId>) -> Result<Vec<Found>> {
    Ok(tx.all(RETAINERS.with(args![after])).await?)
}

/// The numbers of a retainer's facts.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Records {
    pub count: i64,
    pub highest: i64,
    pub last_record: i64,
    /// Numbers that have no fact, as imports left them.
    pub spare: i64,
}
stmt!(
    RECORDS = "
    SELECT CAST(COUNT(f.id) AS BIGINT) AS count,
        CAST(COALESCE(MAX(f.record_no), 0) AS BIGINT) AS highest, r.last_record,
        COALESCE((SELECT s.numbers FROM spare_records s
            WHERE s.organisation_id = r.organisation_id AND s.retainer_id = r.id), 0) AS spare
    FROM retainers r
    LEFT JOIN facts f ON f.organisation_id = r.organisation_id AND f.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.id = $2 GROUP BY r.organisation_id, r.id, r.last_record"
);
pub async fn records(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Records> {
    Ok(tx.one(RECORDS.with(args![scope.organisation(), id])).await?)
}

/// How far a retainer's books were when the program began to keep all that the check asks for.
#[derive(Debug, Clone, Copy, Default, sqlx::FromRow)]
pub struct Before {
    /// The number of the last record.
    pub last_record: i64,
    /// The last closed cycle.
    pub closed_seq: i64,
    /// The last version of the terms.
    pub terms_number: i64,
}
stmt!(
    BEFORE = "
    SELECT last_record, closed_seq, terms_number FROM books_before
    WHERE organisation_id = $1 AND retainer_id = $2"
);
/// All zero for books that were begun since.
pub async fn before(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Before> {
    let found: Option<Before> = tx.opt(BEFORE.with(args![scope.organisation(), id])).await?;
    Ok(found.unwrap_or_default())
}

stmt!(
    DIFFER = "
    SELECT back.id FROM facts back
    JOIN facts f ON f.organisation_id = back.organisation_id AND f.id = back.reverses_id
    WHERE back.organisation_id = $1 AND back.retainer_id = $2
        AND (back.quantity <> f.quantity OR back.retainer_id <> f.retainer_id
            OR back.pool_id <> f.pool_id OR f.kind IN ('reverse', 'restore')
            OR (back.kind = 'restore' AND f.kind <> 'consume'
                AND NOT (f.kind = 'set_aside' AND back.beyond = f.quantity))
            OR (back.kind <> 'restore' AND back.beyond <> 0)
            OR (back.kind = 'reverse') <> (back.cycle_id = f.cycle_id))
    ORDER BY back.id LIMIT 100"
);
pub async fn reversals_that_differ(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Vec<FactId>> {
    let rows: Vec<(FactId,)> = tx.all(DIFFER.with(args![scope.organisation(), id])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

stmt!(
    ENTRIES = "
    SELECT position, part, kind, effective_on, quantity, overage, balance, lot_kind, lot_origin,
        lot_starts_on, lot_ends_on, lot_quantity, fact_id
    FROM ledger_entries WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3
    ORDER BY position, part"
);
pub async fn entries(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
) -> Result<Vec<EntryRow>> {
    Ok(tx.all(ENTRIES.with(args![scope.organisation(), cycle, pool])).await?)
}

stmt!(
    SUM = "
    SELECT CAST(COALESCE(SUM(lot_quantity), 0) AS BIGINT) FROM ledger_entries
    WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3"
);
pub async fn ledger_sum(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
) -> Result<i64> {
    let (sum,): (i64,) = tx.one(SUM.with(args![scope.organisation(), cycle, pool])).await?;
    Ok(sum)
}

/// What the standing facts of amendments change on a day.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AmendedDay {
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub effective_on: NaiveDate,
    pub quantity: i64,
}
stmt!(
    AMENDED = "
    SELECT f.cycle_id, f.pool_id, f.effective_on,
        CAST(SUM(CASE f.kind WHEN 'adjust_down' THEN -f.quantity ELSE f.quantity END) AS BIGINT)
            AS quantity
    FROM facts f
    JOIN adjustments a ON a.organisation_id = f.organisation_id AND a.id = f.adjustment_id
    WHERE f.organisation_id = $1 AND f.retainer_id = $2 AND a.kind = 'amendment'
        AND f.kind IN ('adjust_up', 'adjust_down') AND NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
    GROUP BY f.cycle_id, f.pool_id, f.effective_on"
);
pub async fn amended(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<AmendedDay>> {
    Ok(tx.all(AMENDED.with(args![scope.organisation(), id])).await?)
}

/// The standing fact of something recorded, if it has one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FactOf {
    pub fact_kind: Option<LineKind>,
    pub fact_quantity: Option<i64>,
    pub fact_pool: Option<PoolId>,
    pub fact_cycle: Option<CycleId>,
    pub fact_worked_on: Option<NaiveDate>,
}

/// Something delivered, with a standing fact of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliverableFact {
    pub id: DeliverableId,
    pub pool_id: PoolId,
    pub cycle_id: CycleId,
    pub units: i64,
    pub delivered_on: NaiveDate,
    pub deleted: bool,
    #[sqlx(flatten)]
    pub fact: FactOf,
}
stmt!(
    DELIVERABLES = "
    SELECT d.id, d.pool_id, d.cycle_id, d.units, d.delivered_on,
        d.deleted_at IS NOT NULL AS deleted, f.kind AS fact_kind, f.quantity AS fact_quantity,
        f.pool_id AS fact_pool, f.cycle_id AS fact_cycle, f.worked_on AS fact_worked_on
    FROM deliverables d
    LEFT JOIN facts f ON f.organisation_id = d.organisation_id AND f.deliverable_id = d.id
        AND f.kind NOT IN ('reverse', 'restore') AND NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
    WHERE d.organisation_id = $1 AND d.retainer_id = $2
    ORDER BY d.delivered_on, d.id"
);
/// Everything delivered, also what was taken back; once for each standing fact.
pub async fn deliverables(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Vec<DeliverableFact>> {
    Ok(tx.all(DELIVERABLES.with(args![scope.organisation(), id])).await?)
}

/// A session, with a standing fact of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionFact {
    pub id: ClientSessionId,
    pub pool_id: PoolId,
    pub cycle_id: Option<CycleId>,
    /// Whether that cycle is closed.
    pub closed: bool,
    pub starts_at: DateTime<Utc>,
    pub units: i64,
    pub state: ClientSessionState,
    pub outcome: Option<CancellationOutcome>,
    pub drawn: i64,
    pub deleted: bool,
    #[sqlx(flatten)]
    pub fact: FactOf,
}
stmt!(
    SESSIONS = "
    SELECT s.id, s.pool_id, s.cycle_id, c.closed_at IS NOT NULL AS closed,
        s.starts_at, CASE WHEN s.draws THEN s.units ELSE 0 END AS units, s.state, s.outcome, s.drawn,
        s.deleted_at IS NOT NULL AS deleted, f.kind AS fact_kind, f.quantity AS fact_quantity,
        f.pool_id AS fact_pool, f.cycle_id AS fact_cycle, f.worked_on AS fact_worked_on
    FROM client_sessions s
    LEFT JOIN cycles c ON c.organisation_id = s.organisation_id AND c.id = s.cycle_id
    LEFT JOIN facts f ON f.organisation_id = s.organisation_id AND f.session_id = s.id
        AND f.kind NOT IN ('reverse', 'restore') AND NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
    WHERE s.organisation_id = $1 AND s.retainer_id = $2
    ORDER BY s.starts_at, s.id"
);
/// Every session, also those removed; once for each standing fact.
pub async fn sessions(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<SessionFact>> {
    Ok(tx.all(SESSIONS.with(args![scope.organisation(), id])).await?)
}

stmt!(
    SERIES_WITH_GAPS = "
    SELECT s.series FROM invoice_series s
    WHERE s.last_number <> (SELECT COUNT(*) FROM invoices i
            WHERE i.organisation_id = s.organisation_id AND i.series = s.series)
        + (SELECT COUNT(*) FROM credit_notes n
            WHERE n.organisation_id = s.organisation_id AND n.series = s.series)
        OR EXISTS (SELECT 1 FROM invoices i WHERE i.organisation_id = s.organisation_id
            AND i.series = s.series AND i.number > s.last_number)
        OR EXISTS (SELECT 1 FROM credit_notes n WHERE n.organisation_id = s.organisation_id
            AND n.series = s.series AND n.number > s.last_number)"
);
/// Series whose numbers are not as many as the last one says; none is used twice.
pub async fn series_with_gaps(tx: &mut Tx) -> Result<Vec<String>> {
    let found: Vec<(String,)> = tx.all(SERIES_WITH_GAPS.with(args![])).await?;
    Ok(found.into_iter().map(|(series,)| series).collect())
}

/// An invoice and the sums of its lines.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InvoiceSums {
    pub id: InvoiceId,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub lines_net: i64,
    pub lines_tax: i64,
}
stmt!(
    INVOICE_SUMS = "
    SELECT i.id, i.net_minor, i.tax_minor, i.total_minor,
        CAST(COALESCE((SELECT SUM(l.net_minor) FROM invoice_lines l
            WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id), 0) AS BIGINT)
            AS lines_net,
        CAST(COALESCE((SELECT SUM(l.tax_minor) FROM invoice_lines l
            WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id), 0) AS BIGINT)
            AS lines_tax
    FROM invoices i WHERE i.organisation_id = $1 AND i.retainer_id = $2"
);
pub async fn invoice_sums(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceSums>> {
    Ok(tx.all(INVOICE_SUMS.with(args![scope.organisation(), id])).await?)
}

/// A line with its price.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InvoicePrice {
    pub invoice_id: InvoiceId,
    pub quantity: i64,
    pub price_minor: i64,
    pub price_per: i64,
    pub discount_minor: i64,
    pub amount_minor: i64,
}
stmt!(
    INVOICE_PRICES = "
    SELECT l.invoice_id, l.quantity, l.price_minor, l.price_per, l.discount_minor, l.amount_minor
    FROM invoices i CROSS JOIN invoice_lines l
    WHERE i.organisation_id = $1 AND i.retainer_id = $2
        AND l.organisation_id = i.organisation_id AND l.invoice_id = i.id"
);
pub async fn invoice_prices(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Vec<InvoicePrice>> {
    Ok(tx.all(INVOICE_PRICES.with(args![scope.organisation(), id])).await?)
}

stmt!(
    OVERAGE_THAT_DIFFERS = "
    SELECT l.invoice_id FROM invoices i CROSS JOIN invoice_lines l CROSS JOIN draft_lines d
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND l.kind = 'overage'
        AND l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND d.organisation_id = l.organisation_id AND d.cycle_id = l.cycle_id
        AND d.pool_id = l.pool_id
        AND (l.quantity <> d.quantity OR l.amount_minor <> d.amount_minor
            OR i.currency <> d.currency)"
);
pub async fn overage_that_differs(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(OVERAGE_THAT_DIFFERS.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

stmt!(
    OVERAGE_NOT_TAKEN = "
    SELECT i.id FROM invoices i
    LEFT JOIN invoice_lines l ON l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.kind = 'overage' AND i.state <> 'void'
        AND NOT EXISTS (SELECT 1 FROM credit_note_lines c
            JOIN credit_notes n ON n.organisation_id = c.organisation_id
                AND n.id = c.credit_note_id AND n.kind = 'correction'
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position)
    LEFT JOIN billed_lines b ON b.organisation_id = i.organisation_id AND b.invoice_id = i.id
        AND b.cycle_id = l.cycle_id AND b.pool_id = l.pool_id
    WHERE i.organisation_id = $1 AND i.retainer_id = $2
        AND (l.invoice_id IS NOT NULL AND b.invoice_id IS NULL
            OR l.invoice_id IS NULL AND EXISTS (SELECT 1 FROM billed_lines x
                WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id))"
);
/// Invoices that count and bill overage that they did not take, or took what they do not bill.
pub async fn overage_not_taken(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(OVERAGE_NOT_TAKEN.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
