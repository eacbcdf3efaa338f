//! Cycles, facts and the frozen ledger in the database.
mod agreed;
mod approvals;
mod entries;
mod facts;
mod holds;
mod pools;
mod series;
mod settlements;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{
    AccountId, CycleId, CycleStatus, OrganisationId, RetainerId, RetainerState, TermsId,
};
use shared::rules::ledger::{Closing, Horizon, Lot, Totals};
use shared::rules::units::Quantity;
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

pub use agreed::*;
pub use approvals::*;
pub use entries::*;
pub use facts::*;
pub use holds::*;
pub use pools::*;
pub use series::*;
pub use settlements::*;

/// The head of a book.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RetainerHead {
    pub id: RetainerId,
    pub state: RetainerState,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub timezone: String,
    pub series: Json<SeriesRule>,
    pub activated_at: Option<DateTime<Utc>>,
    pub last_record: i64,
    /// Goes up with each change of a session.
    pub bookings: i64,
    pub version: i64,
}

/// A version of the terms.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct TermsRow {
    pub id: TermsId,
    pub retainer_id: RetainerId,
    pub number: i64,
    pub effective_from: NaiveDate,
    pub terms: Json<shared::api::Terms>,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a pool keeps of a closed cycle instead of calculating it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The sums.
    pub totals: Totals,
    /// What was left when it closed, in draw order.
    pub left: Vec<Lot>,
    /// What became of it.
    pub closing: Closing,
    /// What the close went by that may be another today; none of a close by an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foresight: Option<Foresight>,
    /// Whether its lines are told by day; not in a close by an earlier version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_day: bool,
}

/// The time after a cycle as its close had it: a pause moves the ends of cycles to come, and cuts
/// the allowance of the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foresight {
    /// The ends of cycles, by number, that lots were put in order and told by.
    pub ends: BTreeMap<u32, NaiveDate>,
    /// The allowance of the next cycle, if there was one.
    pub next_grant: Option<Quantity>,
    /// By when lots would end at the latest; nothing of a close by an earlier version, which did
    /// not put them in order by it.
    #[serde(default, skip_serializing_if = "Horizon::is_open")]
    pub horizon: Horizon,
}

/// A cycle.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CycleRow {
    pub id: CycleId,
    pub retainer_id: RetainerId,
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub nominal_start: NaiveDate,
    pub nominal_end: NaiveDate,
    pub terms_id: TermsId,
    pub status: CycleStatus,
    pub closes_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

const CYCLE: &str = "
    SELECT c.id, c.retainer_id, c.seq, c.starts_on, c.ends_on, c.nominal_start, c.nominal_end,
        c.terms_id, c.status, c.closes_at, c.closed_at
    FROM cycles c WHERE c.organisation_id =";
const HEAD: &str = "
    SELECT id, state, starts_on, ends_on, timezone, series, activated_at, last_record, bookings,
        version
    FROM retainers WHERE organisation_id =";
const TERMS: &str = "
    SELECT id, retainer_id, number, effective_from, terms, reason, created_at FROM terms
    WHERE organisation_id =";
fn ids(retainers: &[RetainerId]) -> Vec<Arg> {
    retainers.iter().map(|id| Arg::from(*id)).collect()
}

pub async fn heads(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<RetainerHead>> {
    let query =
        Query::new(HEAD).push(" ?", scope.organisation()).text(" AND id IN").list(ids(retainers));
    Ok(tx.all(query).await?)
}
pub async fn terms(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Vec<TermsRow>> {
    let query = Query::new(TERMS)
        .push(" ?", scope.organisation())
        .text(" AND retainer_id IN")
        .list(ids(retainers))
        .text(" ORDER BY retainer_id, number");
    Ok(tx.all(query).await?)
}
/// Cycles that were open at `at` (or are open now), in order.
pub async fn open_cycles(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<CycleRow>> {
    let mut query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .text(" AND c.retainer_id IN")
        .list(ids(retainers));
    query = match at {
        Some(at) => query.push(" AND (c.status = 'open' OR c.closed_at >= ?)", at),
        None => query.text(" AND c.status = 'open'"),
    };
    Ok(tx.all(query.text(" ORDER BY c.retainer_id, c.seq")).await?)
}
/// The cycle that holds a day.
pub async fn cycle_on(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    day: NaiveDate,
) -> Result<Option<CycleRow>> {
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .push(" AND c.starts_on <= ?", day)
        .push(" AND c.ends_on > ?", day);
    Ok(tx.opt(query).await?)
}
pub async fn find_cycle(tx: &mut Tx, scope: Scope, id: CycleId) -> Result<CycleRow> {
    let query = Query::new(CYCLE).push(" ?", scope.organisation()).push(" AND c.id = ?", id);
    Ok(tx.one(query).await?)
}
/// The last cycle made so far.
pub async fn last_cycle(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<CycleRow>> {
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .text(" ORDER BY c.seq DESC LIMIT 1");
    Ok(tx.opt(query).await?)
}
/// The last closed cycle of each of the given retainers, as far as it was closed before `at`.
pub async fn last_closed(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<CycleRow>> {
    if retainers.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .text(" AND c.retainer_id IN")
        .list(ids(retainers))
        .text(
            " AND c.seq = (SELECT MAX(l.seq) FROM cycles l
                WHERE l.organisation_id = c.organisation_id AND l.retainer_id = c.retainer_id
                    AND l.status = 'closed'",
        )
        .push_opt(" AND l.closed_at < ?", at)
        .text(")");
    Ok(tx.all(query).await?)
}
/// Which cycles of a list.
#[derive(Debug, Clone, Copy)]
pub struct CyclePage {
    /// Numbered lower than this.
    pub before: Option<i64>,
    /// Begun by this day; the first one in any case.
    pub begun_by: Option<NaiveDate>,
    /// At most so many.
    pub limit: i64,
}

/// Cycles of a retainer, newest first.
pub async fn cycles(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    which: CyclePage,
) -> Result<Vec<CycleRow>> {
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .push_opt(" AND c.seq < ?", which.before)
        .push_opt(" AND (c.seq = 1 OR c.starts_on <= ?)", which.begun_by)
        .push(" ORDER BY c.seq DESC LIMIT ?", which.limit);
    Ok(tx.all(query).await?)
}

stmt!(
    DUE = "
    SELECT c.organisation_id, c.retainer_id FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    WHERE c.status = 'open' AND c.closes_at <= $1 AND r.state = 'active'
        AND (c.retainer_id > $2 OR $2 IS NULL)
    GROUP BY c.organisation_id, c.retainer_id ORDER BY c.retainer_id LIMIT 100"
);
stmt!(
    RUNNING_OUT = "
    SELECT r.organisation_id, r.id AS retainer_id FROM retainers r
    WHERE r.state IN ('active', 'setup') AND NOT EXISTS (
        SELECT 1 FROM cycles c WHERE c.organisation_id = r.organisation_id AND c.retainer_id = r.id
            AND (c.starts_on > $1 OR c.ends_on = r.ends_on))
        AND (r.id > $2 OR $2 IS NULL)
    ORDER BY r.id LIMIT 100"
);

/// A retainer with work for the tick: the one look-up over all organisations.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub organisation_id: OrganisationId,
    pub retainer_id: RetainerId,
}
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: Option<RetainerId>,
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after])).await?)
}
/// Retainers without a cycle that starts after `day`.
pub async fn running_out(
    tx: &mut Tx,
    day: NaiveDate,
    after: Option<RetainerId>,
) -> Result<Vec<Waiting>> {
    Ok(tx.all(RUNNING_OUT.with(args![day, after])).await?)
}

stmt!(
    MOVE = "
    UPDATE cycles SET starts_on = $3, ends_on = $4, nominal_start = $5, nominal_end = $6,
        terms_id = $7, closes_at = $8
    WHERE organisation_id = $1 AND id = $2 AND status = 'open'"
);
stmt!(
    DROP_PARTS = "
    DELETE FROM pool_cycles WHERE organisation_id = $1 AND cycle_id = $2 AND sums IS NULL"
);
stmt!(
    DROP_CYCLE = "
    DELETE FROM cycles WHERE organisation_id = $1 AND id = $2 AND status = 'open'"
);
stmt!(
    CLOSE = "
    UPDATE cycles SET status = 'closed', closed_at = $3
    WHERE organisation_id = $1 AND id = $2 AND status = 'open'"
);
stmt!(
    END_RETAINER = "
    UPDATE retainers SET state = 'ended', version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'active'"
);

/// Writes new cycles. Those that exist stay.
pub async fn insert_cycles(tx: &mut Tx, scope: Scope, rows: &[CycleRow]) -> Result<()> {
    let value = |row: &CycleRow| {
        vec![
            Arg::from(row.id),
            Arg::from(scope.organisation()),
            Arg::from(row.retainer_id),
            Arg::from(row.seq),
            Arg::from(row.starts_on),
            Arg::from(row.ends_on),
            Arg::from(row.nominal_start),
            Arg::from(row.nominal_end),
            Arg::from(row.terms_id),
            Arg::name(row.status),
            Arg::from(row.closes_at),
        ]
    };
    for rows in rows.chunks(200) {
        let query = Query::new(
            "INSERT INTO cycles (id, organisation_id, retainer_id, seq, starts_on, ends_on,
                nominal_start, nominal_end, terms_id, status, closes_at) VALUES",
        );
        let query = query.rows(rows.iter().map(value).collect());
        tx.execute(query.text(" ON CONFLICT (organisation_id, retainer_id, seq) DO NOTHING"))
            .await?;
    }
    Ok(())
}
/// Moves an open cycle to other days, under other terms.
pub async fn move_cycle(tx: &mut Tx, scope: Scope, row: &CycleRow) -> Result<()> {
    let args = args![
        scope.organisation(),
        row.id,
        row.starts_on,
        row.ends_on,
        row.nominal_start,
        row.nominal_end,
        row.terms_id,
        row.closes_at,
    ];
    tx.execute(MOVE.with(args)).await?;
    Ok(())
}
/// Removes an open cycle in which nothing was recorded.
pub async fn drop_cycle(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<()> {
    tx.execute(DROP_PARTS.with(args![scope.organisation(), cycle])).await?;
    tx.execute(DROP_CYCLE.with(args![scope.organisation(), cycle])).await?;
    Ok(())
}
/// False if it was closed already.
pub async fn close(tx: &mut Tx, scope: Scope, cycle: CycleId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(CLOSE.with(args![scope.organisation(), cycle, now])).await? == 1)
}
pub async fn end_retainer(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<()> {
    tx.execute(END_RETAINER.with(args![scope.organisation(), retainer])).await?;
    Ok(())
}
pub fn new_cycle_id() -> CycleId {
    CycleId(Uuid::now_v7())
}

/// What people call a retainer and those it is between.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Names {
    pub organisation: String,
    pub account_id: AccountId,
    pub account: String,
    pub retainer: String,
}
stmt!(
    NAMES = "
    SELECT o.name AS organisation, a.id AS account_id, a.name AS account, r.name AS retainer
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN organisations o ON o.id = r.organisation_id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
pub async fn names(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Names> {
    Ok(tx.one(NAMES.with(args![scope.organisation(), retainer])).await?)
}
