//! Cycles, facts and the frozen ledger in the database.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{
    CycleId, CycleStatus, FactId, LineKind, LotKind, MemberId, OrganisationId, RetainerId,
    RetainerState, TermsId, TimeEntryId,
};
use shared::rules::cycle::{Anchor, Interval};
use shared::rules::ledger::{Closing, Lot, Opening, Totals};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// How cycles are cut, as a retainer keeps it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SeriesRule {
    pub interval: Interval,
    pub anchor: Anchor,
}

/// The head of a book.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RetainerHead {
    pub id: RetainerId,
    pub state: RetainerState,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub timezone: String,
    pub series: Json<SeriesRule>,
}

/// A version of the terms.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TermsRow {
    pub id: TermsId,
    pub retainer_id: RetainerId,
    pub number: i64,
    pub effective_from: NaiveDate,
    pub terms: Json<shared::api::Terms>,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a closed cycle keeps instead of being calculated again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The sums.
    pub totals: Totals,
    /// What was left when it closed, in draw order.
    pub left: Vec<Lot>,
    /// What became of it.
    pub closing: Closing,
}

/// A cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CycleRow {
    pub id: CycleId,
    pub retainer_id: RetainerId,
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub nominal_start: NaiveDate,
    pub nominal_end: NaiveDate,
    pub terms_id: TermsId,
    pub granted: i64,
    pub status: CycleStatus,
    pub closes_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub opening_lots: Json<Opening>,
    pub sums: Option<Json<Frozen>>,
}

/// Use and restored time of one day in one cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DaySum {
    pub cycle_id: CycleId,
    pub effective_on: NaiveDate,
    pub used: i64,
    pub restored: i64,
}

/// A fact with who and what it was about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FactRow {
    pub id: FactId,
    pub record_no: i64,
    pub kind: LineKind,
    pub minutes: i64,
    pub worked_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub late: bool,
    pub time_entry_id: TimeEntryId,
    pub reverses_id: Option<FactId>,
    pub recorded_at: DateTime<Utc>,
    pub member_name: String,
    pub note: Option<String>,
}

const CYCLE: &str = "
    SELECT c.id, c.retainer_id, c.seq, c.starts_on, c.ends_on, c.nominal_start, c.nominal_end,
        c.terms_id, c.granted, c.status, c.closes_at, c.closed_at, c.opening_lots, c.sums
    FROM cycles c WHERE c.organisation_id =";
const HEAD: &str = "
    SELECT id, state, starts_on, ends_on, timezone, series FROM retainers WHERE organisation_id =";
const TERMS: &str = "
    SELECT id, retainer_id, number, effective_from, terms, reason, created_at FROM terms
    WHERE organisation_id =";
const DAYS: &str = "
    SELECT cycle_id, effective_on,
        CAST(SUM(CASE kind WHEN 'consume' THEN minutes WHEN 'reverse' THEN -minutes ELSE 0 END) AS BIGINT) AS used,
        CAST(SUM(CASE kind WHEN 'restore' THEN minutes ELSE 0 END) AS BIGINT) AS restored
    FROM facts WHERE organisation_id =";

fn ids(retainers: &[RetainerId]) -> Vec<Arg> {
    retainers.iter().map(|id| Arg::from(*id)).collect()
}

pub async fn heads(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Vec<RetainerHead>> {
    let query = Query::new(HEAD).push(" ?", scope.organisation()).text(" AND id IN").list(ids(retainers));
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
/// Use by day of the given cycles, as far as it was known at `at`.
pub async fn day_sums(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[CycleId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<DaySum>> {
    let query = Query::new(DAYS)
        .push(" ?", scope.organisation())
        .text(" AND cycle_id IN")
        .list(cycles.iter().map(|id| Arg::from(*id)).collect())
        .push_opt(" AND recorded_at < ?", at)
        .text(" GROUP BY cycle_id, effective_on ORDER BY cycle_id, effective_on");
    Ok(tx.all(query).await?)
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
pub async fn last_cycle(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Option<CycleRow>> {
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .text(" ORDER BY c.seq DESC LIMIT 1");
    Ok(tx.opt(query).await?)
}
/// Cycles of a retainer, newest first.
pub async fn cycles(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<CycleRow>> {
    let query = Query::new(CYCLE)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .push_opt(" AND c.seq < ?", before)
        .push(" ORDER BY c.seq DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}

stmt!(DUE = "
    SELECT c.organisation_id, c.retainer_id FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    WHERE c.status = 'open' AND c.closes_at <= $1 AND r.state = 'active'
    GROUP BY c.organisation_id, c.retainer_id LIMIT 100");
stmt!(RUNNING_OUT = "
    SELECT r.organisation_id, r.id AS retainer_id FROM retainers r
    WHERE r.state IN ('active', 'setup') AND NOT EXISTS (
        SELECT 1 FROM cycles c WHERE c.organisation_id = r.organisation_id AND c.retainer_id = r.id
            AND (c.starts_on > $1 OR c.ends_on = r.ends_on))
    LIMIT 100");

/// A retainer with work for the tick: the one look-up over all organisations.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub organisation_id: OrganisationId,
    pub retainer_id: RetainerId,
}
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now])).await?)
}
/// Retainers without a cycle that starts after `day`.
pub async fn running_out(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Waiting>> {
    Ok(tx.all(RUNNING_OUT.with(args![day])).await?)
}

stmt!(SET_TERMS = "
    UPDATE cycles SET terms_id = $3, granted = $4, closes_at = $5
    WHERE organisation_id = $1 AND id = $2 AND status = 'open'");
stmt!(CLOSE = "
    UPDATE cycles SET status = 'closed', closed_at = $3, sums = $4
    WHERE organisation_id = $1 AND id = $2 AND status = 'open'");
stmt!(OPEN_WITH = "
    UPDATE cycles SET opening_lots = $4
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3");
stmt!(END_RETAINER = "
    UPDATE retainers SET state = 'ended', version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'active'");
stmt!(NEXT_RECORDS = "
    UPDATE retainers SET last_record = last_record + $3
    WHERE organisation_id = $1 AND id = $2 RETURNING last_record");

/// Writes new cycles. Those that exist stay.
pub async fn insert_cycles(tx: &mut Tx, scope: Scope, rows: &[CycleRow]) -> Result<()> {
    let value = |row: &CycleRow| {
        vec![
            Arg::from(row.id), Arg::from(scope.organisation()), Arg::from(row.retainer_id),
            Arg::from(row.seq), Arg::from(row.starts_on), Arg::from(row.ends_on),
            Arg::from(row.nominal_start), Arg::from(row.nominal_end), Arg::from(row.terms_id),
            Arg::from(row.granted), Arg::name(row.status), Arg::from(row.closes_at),
            Arg::json(&row.opening_lots.0),
        ]
    };
    for rows in rows.chunks(200) {
        let query = Query::new(
            "INSERT INTO cycles (id, organisation_id, retainer_id, seq, starts_on, ends_on,
                nominal_start, nominal_end, terms_id, granted, status, closes_at, opening_lots) VALUES",
        );
        let query = query.rows(rows.iter().map(value).collect());
        tx.execute(query.text(" ON CONFLICT (organisation_id, retainer_id, seq) DO NOTHING")).await?;
    }
    Ok(())
}
pub async fn set_terms(
    tx: &mut Tx,
    scope: Scope,
    row: &CycleRow,
) -> Result<()> {
    let args = args![scope.organisation(), row.id, row.terms_id, row.granted, row.closes_at];
    tx.execute(SET_TERMS.with(args)).await?;
    Ok(())
}
/// False if it was closed already.
pub async fn close(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
    frozen: &Frozen,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![scope.organisation().into(), cycle.into(), now.into(), Arg::json(frozen)];
    Ok(tx.execute(CLOSE.with(args)).await? == 1)
}
pub async fn open_with(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): (RetainerId, i64),
    opening: &Opening,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(), retainer.into(), seq.into(), Arg::json(opening),
    ];
    tx.execute(OPEN_WITH.with(args)).await?;
    Ok(())
}
pub async fn end_retainer(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<()> {
    tx.execute(END_RETAINER.with(args![scope.organisation(), retainer])).await?;
    Ok(())
}
/// Takes the next `count` record numbers; answers the first. Writers of one retainer queue here.
pub async fn take_records(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    count: i64,
) -> Result<i64> {
    let args = args![scope.organisation(), retainer, count];
    let (last,): (i64,) = tx.one(NEXT_RECORDS.with(args)).await?;
    Ok(last - count + 1)
}

/// A fact to write.
#[derive(Debug, Clone)]
pub struct NewFact {
    pub id: FactId,
    pub cycle_id: CycleId,
    pub record_no: i64,
    pub kind: LineKind,
    pub minutes: i64,
    pub worked_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub late: bool,
    pub time_entry_id: TimeEntryId,
    pub member_id: MemberId,
    pub reverses_id: Option<FactId>,
}
pub async fn insert_facts(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    facts: &[NewFact],
    now: DateTime<Utc>,
) -> Result<()> {
    let value = |fact: &NewFact| {
        vec![
            Arg::from(fact.id), Arg::from(scope.organisation()), Arg::from(retainer),
            Arg::from(fact.cycle_id), Arg::from(fact.record_no), Arg::name(fact.kind),
            Arg::from(fact.minutes), Arg::from(fact.worked_on), Arg::from(fact.effective_on),
            Arg::from(fact.late), Arg::from(fact.time_entry_id), Arg::from(fact.member_id),
            Arg::from(fact.reverses_id), Arg::from(scope.member()), Arg::from(now),
        ]
    };
    for facts in facts.chunks(200) {
        let query = Query::new(
            "INSERT INTO facts (id, organisation_id, retainer_id, cycle_id, record_no, kind,
                minutes, worked_on, effective_on, late, time_entry_id, member_id, reverses_id,
                recorded_by, recorded_at) VALUES",
        );
        tx.execute(query.rows(facts.iter().map(value).collect())).await?;
    }
    Ok(())
}

stmt!(FACTS = "
    SELECT f.id, f.record_no, f.kind, f.minutes, f.worked_on, f.effective_on, f.late,
        f.time_entry_id, f.reverses_id, f.recorded_at, m.name AS member_name, e.note
    FROM facts f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
    WHERE f.organisation_id = $1 AND f.cycle_id = $2
    ORDER BY f.effective_on, f.record_no");
pub async fn facts(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Vec<FactRow>> {
    Ok(tx.all(FACTS.with(args![scope.organisation(), cycle])).await?)
}

/// One row of the frozen ledger: a line and one of its lots.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    pub position: i64,
    pub part: i64,
    pub kind: LineKind,
    pub effective_on: NaiveDate,
    pub minutes: i64,
    pub overage: i64,
    pub balance: i64,
    pub lot_kind: Option<String>,
    pub lot_origin: Option<i64>,
    pub lot_ends_on: Option<NaiveDate>,
    pub lot_minutes: i64,
    pub fact_id: Option<FactId>,
}
pub async fn insert_entries(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
    entries: &[EntryRow],
) -> Result<()> {
    let value = |row: &EntryRow| {
        vec![
            Arg::from(scope.organisation()), Arg::from(cycle), Arg::from(row.position),
            Arg::from(row.part), Arg::name(row.kind), Arg::from(row.effective_on),
            Arg::from(row.minutes), Arg::from(row.overage), Arg::from(row.balance),
            Arg::from(row.lot_kind.clone()), Arg::from(row.lot_origin),
            Arg::from(row.lot_ends_on), Arg::from(row.lot_minutes), Arg::from(row.fact_id),
        ]
    };
    for rows in entries.chunks(200) {
        let query = Query::new(
            "INSERT INTO ledger_entries (organisation_id, cycle_id, position, part, kind,
                effective_on, minutes, overage, balance, lot_kind, lot_origin, lot_ends_on,
                lot_minutes, fact_id) VALUES",
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
    pub worked_on: Option<NaiveDate>,
    pub late: Option<bool>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub member_name: Option<String>,
    pub note: Option<String>,
}
stmt!(ENTRIES = "
    SELECT l.position, l.part, l.kind, l.effective_on, l.minutes, l.overage, l.balance, l.lot_kind,
        l.lot_origin, l.lot_ends_on, l.lot_minutes, l.fact_id, f.time_entry_id, f.worked_on,
        f.late, f.recorded_at, m.name AS member_name, e.note
    FROM ledger_entries l
    LEFT JOIN facts f ON f.organisation_id = l.organisation_id AND f.id = l.fact_id
    LEFT JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    LEFT JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
    WHERE l.organisation_id = $1 AND l.cycle_id = $2 AND l.position > $3 AND l.position <= $4
    ORDER BY l.position, l.part");
stmt!(LAST_POSITION = "
    SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT) FROM ledger_entries
    WHERE organisation_id = $1 AND cycle_id = $2");
pub async fn entries(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
    (after, until): (i64, i64),
) -> Result<Vec<EntryView>> {
    Ok(tx.all(ENTRIES.with(args![scope.organisation(), cycle, after, until])).await?)
}
pub async fn last_position(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<i64> {
    let (last,): (i64,) = tx.one(LAST_POSITION.with(args![scope.organisation(), cycle])).await?;
    Ok(last)
}

/// Minutes one person used in a cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonSum {
    pub member_id: MemberId,
    pub name: String,
    pub minutes: i64,
}
stmt!(BY_PERSON = "
    SELECT f.member_id, m.name,
        CAST(SUM(CASE f.kind WHEN 'consume' THEN f.minutes WHEN 'reverse' THEN -f.minutes ELSE 0 END) AS BIGINT) AS minutes
    FROM facts f JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    WHERE f.organisation_id = $1 AND f.cycle_id = $2
    GROUP BY f.member_id, m.name ORDER BY m.name, f.member_id");
pub async fn by_person(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Vec<PersonSum>> {
    Ok(tx.all(BY_PERSON.with(args![scope.organisation(), cycle])).await?)
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
pub fn new_cycle_id() -> CycleId {
    CycleId(Uuid::now_v7())
}
