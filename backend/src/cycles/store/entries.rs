//! The frozen ledger: one row a line and lot.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AdjustmentId, ClientSessionId, CycleId, DeliverableId, FactId, LineKind, LotKind, PoolId,
    TimeEntryId,
};

use super::SessionEnd;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// One row of the frozen ledger: a line and one of its lots.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    pub position: i64,
    pub part: i64,
    pub kind: LineKind,
    pub effective_on: NaiveDate,
    pub quantity: i64,
    pub overage: i64,
    pub balance: i64,
    pub lot_kind: Option<String>,
    pub lot_origin: Option<i64>,
    pub lot_starts_on: Option<NaiveDate>,
    pub lot_ends_on: Option<NaiveDate>,
    pub lot_quantity: i64,
    pub fact_id: Option<FactId>,
}
pub async fn insert_entries(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    entries: &[EntryRow],
) -> Result<()> {
    let value = |row: &EntryRow| {
        vec![
            Arg::from(scope.organisation()),
            Arg::from(cycle),
            Arg::from(pool),
            Arg::from(row.position),
            Arg::from(row.part),
            Arg::name(row.kind),
            Arg::from(row.effective_on),
            Arg::from(row.quantity),
            Arg::from(row.overage),
            Arg::from(row.balance),
            Arg::from(row.lot_kind.clone()),
            Arg::from(row.lot_origin),
            Arg::from(row.lot_starts_on),
            Arg::from(row.lot_ends_on),
            Arg::from(row.lot_quantity),
            Arg::from(row.fact_id),
        ]
    };
    for rows in entries.chunks(200) {
        let query = Query::new(
            "INSERT INTO ledger_entries (organisation_id, cycle_id, pool_id, position, part, kind,
                effective_on, quantity, overage, balance, lot_kind, lot_origin, lot_starts_on,
                lot_ends_on, lot_quantity, fact_id) VALUES",
        );
        tx.execute(query.rows(rows.iter().map(value).collect())).await?;
    }
    Ok(())
}

/// A frozen line's row with the fact behind it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EntryView {
    #[sqlx(flatten)]
    pub entry: EntryRow,
    pub time_entry_id: Option<TimeEntryId>,
    pub adjustment_id: Option<AdjustmentId>,
    pub deliverable_id: Option<DeliverableId>,
    pub session_id: Option<ClientSessionId>,
    #[sqlx(flatten)]
    pub session: SessionEnd,
    pub worked_on: Option<NaiveDate>,
    pub late: Option<bool>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub member_name: Option<String>,
    pub note: Option<String>,
}
stmt!(
    ENTRIES = "
    SELECT l.position, l.part, l.kind, l.effective_on, l.quantity, l.overage, l.balance, l.lot_kind,
        l.lot_origin, l.lot_starts_on, l.lot_ends_on, l.lot_quantity, l.fact_id, f.time_entry_id,
        f.adjustment_id, f.deliverable_id, f.session_id, s.state AS session_state,
        s.notice_minutes, s.asked_hours, s.outcome,
        s.id IS NOT NULL AND EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id) AS gone,
        f.worked_on, f.late, f.recorded_at, m.name AS member_name,
        COALESCE(e.note, j.reason, d.title, d.item, s.title) AS note
    FROM ledger_entries l
    LEFT JOIN facts f ON f.organisation_id = l.organisation_id AND f.id = l.fact_id
    LEFT JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    LEFT JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
    LEFT JOIN adjustments j ON j.organisation_id = f.organisation_id AND j.id = f.adjustment_id
    LEFT JOIN deliverables d ON d.organisation_id = f.organisation_id AND d.id = f.deliverable_id
    LEFT JOIN client_sessions s ON s.organisation_id = f.organisation_id AND s.id = f.session_id
    WHERE l.organisation_id = $1 AND l.cycle_id = $2 AND l.pool_id = $3
        AND l.position > $4 AND l.position <= $5
    ORDER BY l.position, l.part"
);
stmt!(
    LAST_POSITION = "
    SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT) FROM ledger_entries
    WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3"
);
pub async fn entries(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    (after, until): (i64, i64),
) -> Result<Vec<EntryView>> {
    Ok(tx.all(ENTRIES.with(args![scope.organisation(), cycle, pool, after, until])).await?)
}
pub async fn last_position(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
) -> Result<i64> {
    let args = args![scope.organisation(), cycle, pool];
    let (last,): (i64,) = tx.one(LAST_POSITION.with(args)).await?;
    Ok(last)
}

/// A use of a closed cycle that was taken back later.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TakenBackRow {
    /// The use.
    pub fact_id: FactId,
    /// Its units.
    pub quantity: i64,
    /// Of them, those that gave nothing back.
    pub beyond: i64,
    /// The number of the record that took it back.
    pub record_no: i64,
}
const TAKEN_BACK: &str = "
    SELECT f.id AS fact_id, f.quantity, back.beyond, back.record_no FROM facts f
    JOIN facts back ON back.organisation_id = f.organisation_id AND back.reverses_id = f.id
    WHERE back.kind = 'restore' AND f.kind = 'consume' AND f.organisation_id =";
/// Use that was taken back of a closed cycle since, as far as it was known at `at`, in the order
/// of record.
pub async fn taken_back(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    at: Option<DateTime<Utc>>,
) -> Result<Vec<TakenBackRow>> {
    let query = Query::new(TAKEN_BACK)
        .push(" ?", scope.organisation())
        .push(" AND f.cycle_id = ?", cycle)
        .push(" AND f.pool_id = ?", pool)
        .push_opt(" AND back.recorded_at < ?", at);
    let mut rows: Vec<TakenBackRow> = tx.all(query).await?;
    rows.sort_unstable_by_key(|row| row.record_no);
    Ok(rows)
}

const BEYOND_TAKEN_BACK: &str = "
    SELECT f.cycle_id, f.pool_id, CAST(SUM(back.beyond) AS BIGINT) FROM facts f
    JOIN facts back ON back.organisation_id = f.organisation_id AND back.reverses_id = f.id
    WHERE back.kind = 'restore' AND f.kind = 'consume' AND f.organisation_id =";
/// What was taken back of the overage of closed cycles, as far as it was known at `at`: units by
/// cycle and pool.
pub async fn beyond_taken_back(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[CycleId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<(CycleId, PoolId, i64)>> {
    if cycles.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(BEYOND_TAKEN_BACK)
        .push(" ?", scope.organisation())
        .text(" AND f.cycle_id IN")
        .list(cycles.iter().map(|id| Arg::from(*id)).collect())
        .push_opt(" AND back.recorded_at < ?", at);
    Ok(tx.all(query.text(" GROUP BY f.cycle_id, f.pool_id")).await?)
}

/// The name under which a lot's kind is kept.
pub fn lot_name(kind: LotKind) -> &'static str {
    match kind {
        LotKind::Makeup => "makeup",
        LotKind::Goodwill => "goodwill",
        LotKind::Rollover => "rollover",
        LotKind::Included => "included",
        LotKind::Purchased => "purchased",
    }
}
/// The kind of a kept name.
pub fn lot_kind(name: &str) -> LotKind {
    match name {
        "makeup" => LotKind::Makeup,
        "goodwill" => LotKind::Goodwill,
        "rollover" => LotKind::Rollover,
        "purchased" => LotKind::Purchased,
        _ => LotKind::Included,
    }
}
