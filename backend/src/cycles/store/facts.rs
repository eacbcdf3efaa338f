//! Facts: what happened, as it came.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AdjustmentId, CancellationOutcome, ClientSessionId, ClientSessionState, CycleId, DeliverableId,
    FactId, ImportId, LineKind, MemberId, PoolId, RetainerId, SettlementCode, TimeEntryId,
};
use shared::rules::ledger::{Ends, LotKind, TopUpKind};

use super::lot_name;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Use and restored units of one day, of one pool in one cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DaySum {
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub effective_on: NaiveDate,
    pub used: i64,
    pub restored: i64,
}

/// The lot that a top-up makes, as its fact keeps it.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct FactLot {
    lot_kind: Option<String>,
    lot_starts_on: Option<NaiveDate>,
    lot_ends_on: Option<NaiveDate>,
    lot_ends_seq: Option<i64>,
}

impl FactLot {
    /// Bought, unless it was given.
    pub fn kind(&self) -> TopUpKind {
        match self.lot_kind.as_deref() {
            Some("goodwill") => TopUpKind::Goodwill,
            _ => TopUpKind::Purchased,
        }
    }
    /// The first day it pays for, if it was bought or given ahead.
    pub fn starts(&self) -> Option<NaiveDate> {
        self.lot_starts_on
    }
    /// Until when it pays.
    pub fn ends(&self) -> Ends {
        match (self.lot_ends_on, self.lot_ends_seq) {
            (Some(date), _) => Ends::Date { date },
            (None, Some(seq)) => Ends::Cycle { seq: u32::try_from(seq).unwrap_or(u32::MAX) },
            (None, None) => Ends::Never,
        }
    }
}

/// A fact as the rules need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SingleFact {
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub kind: LineKind,
    pub quantity: i64,
    #[sqlx(flatten)]
    pub lot: FactLot,
    pub effective_on: NaiveDate,
}

/// A fact with who and what it was about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FactRow {
    pub id: FactId,
    pub kind: LineKind,
    pub quantity: i64,
    /// Of work of a closed cycle taken back: what nothing comes back for.
    pub beyond: i64,
    #[sqlx(flatten)]
    pub lot: FactLot,
    pub worked_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub late: bool,
    pub time_entry_id: Option<TimeEntryId>,
    pub adjustment_id: Option<AdjustmentId>,
    pub deliverable_id: Option<DeliverableId>,
    pub session_id: Option<ClientSessionId>,
    #[sqlx(flatten)]
    pub session: SessionEnd,
    pub reverses_id: Option<FactId>,
    pub recorded_at: DateTime<Utc>,
    pub member_name: String,
    pub note: Option<String>,
}

/// How the session behind a fact went; nothing where there is none.
#[derive(Debug, Clone, Copy, Default, sqlx::FromRow)]
pub struct SessionEnd {
    pub session_state: Option<ClientSessionState>,
    pub notice_minutes: Option<i64>,
    pub asked_hours: Option<i64>,
    pub outcome: Option<CancellationOutcome>,
    /// The fact was taken back since: the session went another way.
    pub gone: bool,
}

impl SessionEnd {
    /// Why a line of this kind moved its units.
    pub fn reason(&self, kind: LineKind) -> Option<SettlementCode> {
        let status = self.session_state?.status()?;
        let moves = matches!(kind, LineKind::Consume | LineKind::SetAside) && !self.gone;
        let notice = self.notice_minutes.zip(self.asked_hours);
        moves.then(|| SettlementCode::of(status, notice, self.outcome))
    }
}

// What is reversed while its cycle is open cancels out, whatever it was: only uses are added up.
const DAYS: &str = "
    SELECT f.cycle_id, f.pool_id, f.effective_on,
        CAST(SUM(CASE f.kind WHEN 'consume' THEN f.quantity WHEN 'reverse' THEN -f.quantity
            ELSE 0 END) AS BIGINT) AS used,
        CAST(SUM(CASE f.kind WHEN 'restore' THEN f.quantity - f.beyond
            ELSE 0 END) AS BIGINT) AS restored
    FROM facts f
    LEFT JOIN facts undone ON f.kind = 'reverse' AND undone.organisation_id = f.organisation_id
        AND undone.id = f.reverses_id
    WHERE f.kind IN ('consume', 'reverse', 'restore')
        AND (undone.kind = 'consume' OR undone.kind IS NULL) AND f.organisation_id =";
const SINGLE: &str = "
    SELECT f.cycle_id, f.pool_id, f.kind, f.quantity - f.beyond AS quantity, f.lot_kind,
        f.lot_starts_on, f.lot_ends_on, f.lot_ends_seq, f.effective_on
    FROM facts f WHERE f.kind <> 'reverse' AND f.organisation_id =";

// What an import that is still being written has recorded is not seen.
const SEEN: &str = "
    AND (f.import_id IS NULL OR f.import_id NOT IN (SELECT i.id FROM imports i
        WHERE i.organisation_id = ? AND i.state = 'committing'))";

fn named(cycles: &[CycleId]) -> Vec<Arg> {
    cycles.iter().map(|id| Arg::from(*id)).collect()
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
        .push(SEEN, scope.organisation())
        .text(" AND f.cycle_id IN")
        .list(named(cycles))
        .push_opt(" AND f.recorded_at < ?", at)
        .text(
            " GROUP BY f.cycle_id, f.pool_id, f.effective_on
              ORDER BY f.cycle_id, f.pool_id, f.effective_on",
        );
    Ok(tx.all(query).await?)
}
/// Which facts to read one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that no sum by day holds.
    Special,
    /// All of them: where their order within a day matters.
    All,
}

/// Facts that count in the given cycles, as far as they were known at `at`, in the order of
/// record.
pub async fn single_facts(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[CycleId],
    (which, at): (Which, Option<DateTime<Utc>>),
) -> Result<Vec<SingleFact>> {
    let mut query = Query::new(SINGLE)
        .push(" ?", scope.organisation())
        .push(SEEN, scope.organisation())
        .text(" AND f.cycle_id IN")
        .list(named(cycles))
        .push_opt(" AND f.recorded_at < ?", at);
    if which == Which::Special {
        query = query.text(" AND f.kind IN ('topup', 'adjust_up', 'adjust_down', 'set_aside')");
    }
    let query = query
        .text(
            " AND NOT EXISTS (SELECT 1 FROM facts back
                WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id",
        )
        .push_opt(" AND back.recorded_at < ?", at)
        .text(") ORDER BY f.record_no");
    Ok(tx.all(query).await?)
}
stmt!(
    NEXT_RECORDS = "
    UPDATE retainers SET last_record = last_record + $3
    WHERE organisation_id = $1 AND id = $2 RETURNING last_record"
);
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

stmt!(
    KEEP_SPARE = "
    INSERT INTO spare_records (organisation_id, retainer_id, numbers) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, retainer_id)
        DO UPDATE SET numbers = spare_records.numbers + excluded.numbers"
);
stmt!(
    USE_SPARE = "
    UPDATE spare_records SET numbers = numbers - $3 WHERE organisation_id = $1 AND retainer_id = $2"
);
/// Notes that so many numbers of a retainer have no fact.
pub async fn spare_records(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    count: i64,
) -> Result<()> {
    tx.execute(KEEP_SPARE.with(args![scope.organisation(), retainer, count])).await?;
    Ok(())
}
/// Takes numbers for facts of transactions to come; answers the first.
pub async fn take_spare_records(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    count: i64,
) -> Result<i64> {
    spare_records(tx, scope, retainer, count).await?;
    take_records(tx, scope, retainer, count).await
}
/// So many of them have their facts now.
pub async fn use_spare_records(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    count: i64,
) -> Result<()> {
    tx.execute(USE_SPARE.with(args![scope.organisation(), retainer, count])).await?;
    Ok(())
}

/// What people recorded that a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Time(TimeEntryId),
    Adjustment(AdjustmentId),
    Deliverable(DeliverableId),
    Session(ClientSessionId),
}

/// The lot that a top-up makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLot {
    pub kind: LotKind,
    /// The first day it pays for, if that is to come.
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// The last cycle it pays in.
    pub ends_seq: Option<i64>,
}

/// A fact to write.
#[derive(Debug, Clone)]
pub struct NewFact {
    pub id: FactId,
    pub pool_id: PoolId,
    pub cycle_id: CycleId,
    pub record_no: i64,
    pub kind: LineKind,
    pub quantity: i64,
    /// Of work of a closed cycle taken back: what nothing comes back for.
    pub beyond: i64,
    pub lot: Option<NewLot>,
    pub worked_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub late: bool,
    pub source: Source,
    pub member_id: MemberId,
    pub reverses_id: Option<FactId>,
    /// The import it is of: it is seen once that is done.
    pub import: Option<ImportId>,
}

impl Source {
    /// Time entry, adjustment, deliverable, session: one of them.
    fn columns(self) -> [Arg; 4] {
        let none: Option<uuid::Uuid> = None;
        let mut columns = [none, none, none, none];
        match self {
            Source::Time(id) => columns[0] = Some(id.0),
            Source::Adjustment(id) => columns[1] = Some(id.0),
            Source::Deliverable(id) => columns[2] = Some(id.0),
            Source::Session(id) => columns[3] = Some(id.0),
        }
        columns.map(Arg::from)
    }
}

pub async fn insert_facts(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    facts: &[NewFact],
    now: DateTime<Utc>,
) -> Result<()> {
    let value = |fact: &NewFact| {
        let [time, adjustment, deliverable, session] = fact.source.columns();
        vec![
            Arg::from(fact.id),
            Arg::from(scope.organisation()),
            Arg::from(retainer),
            Arg::from(fact.pool_id),
            Arg::from(fact.cycle_id),
            Arg::from(fact.record_no),
            Arg::name(fact.kind),
            Arg::from(fact.quantity),
            Arg::from(fact.beyond),
            Arg::from(fact.lot.map(|lot| lot_name(lot.kind))),
            Arg::from(fact.lot.and_then(|lot| lot.starts_on)),
            Arg::from(fact.lot.and_then(|lot| lot.ends_on)),
            Arg::from(fact.lot.and_then(|lot| lot.ends_seq)),
            Arg::from(fact.worked_on),
            Arg::from(fact.effective_on),
            Arg::from(fact.late),
            time,
            adjustment,
            deliverable,
            session,
            Arg::from(fact.member_id),
            Arg::from(fact.reverses_id),
            Arg::from(fact.import),
            Arg::from(scope.member()),
            Arg::from(now),
        ]
    };
    for facts in facts.chunks(200) {
        let query = Query::new(
            "INSERT INTO facts (id, organisation_id, retainer_id, pool_id, cycle_id, record_no,
                kind, quantity, beyond, lot_kind, lot_starts_on, lot_ends_on, lot_ends_seq, worked_on,
                effective_on, late, time_entry_id, adjustment_id, deliverable_id, session_id,
                member_id, reverses_id, import_id, recorded_by, recorded_at) VALUES",
        );
        tx.execute(query.rows(facts.iter().map(value).collect())).await?;
    }
    Ok(())
}

stmt!(
    FACTS = "
    SELECT f.id, f.kind, f.quantity, f.beyond, f.lot_kind, f.lot_starts_on, f.lot_ends_on, f.lot_ends_seq,
        f.worked_on, f.effective_on, f.late, f.time_entry_id, f.adjustment_id, f.deliverable_id, f.session_id,
        s.state AS session_state, s.notice_minutes, s.asked_hours, s.outcome,
        s.id IS NOT NULL AND EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id) AS gone,
        f.reverses_id, f.recorded_at, m.name AS member_name,
        COALESCE(e.note, j.reason, d.title, d.item, s.title) AS note
    FROM facts f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    LEFT JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
    LEFT JOIN adjustments j ON j.organisation_id = f.organisation_id AND j.id = f.adjustment_id
    LEFT JOIN deliverables d ON d.organisation_id = f.organisation_id AND d.id = f.deliverable_id
    LEFT JOIN client_sessions s ON s.organisation_id = f.organisation_id AND s.id = f.session_id
    WHERE f.organisation_id = $1 AND f.cycle_id = $2 AND f.pool_id = $3
        AND (f.import_id IS NULL OR f.import_id NOT IN (SELECT i.id FROM imports i
            WHERE i.organisation_id = $1 AND i.state = 'committing'))
    ORDER BY f.effective_on, f.record_no"
);
/// The facts of a pool in a cycle, by the day they count and then the order of record.
pub async fn facts(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
) -> Result<Vec<FactRow>> {
    Ok(tx.all(FACTS.with(args![scope.organisation(), cycle, pool])).await?)
}

/// Units that one person used in a cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonSum {
    pub member_id: MemberId,
    pub name: String,
    pub quantity: i64,
}
const BY_PERSON: &str = "
    SELECT f.member_id, m.name,
        CAST(SUM(CASE f.kind WHEN 'consume' THEN f.quantity ELSE -f.quantity END) AS BIGINT)
            AS quantity
    FROM facts f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    LEFT JOIN facts undone ON f.kind = 'reverse' AND undone.organisation_id = f.organisation_id
        AND undone.id = f.reverses_id
    WHERE (f.kind = 'consume' OR undone.kind = 'consume') AND f.organisation_id =";
/// What each person used of a pool in a cycle, as far as it was known at `at`.
pub async fn by_person(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    at: Option<DateTime<Utc>>,
) -> Result<Vec<PersonSum>> {
    let query = Query::new(BY_PERSON)
        .push(" ?", scope.organisation())
        .push(SEEN, scope.organisation())
        .push(" AND f.cycle_id = ?", cycle)
        .push(" AND f.pool_id = ?", pool)
        .push_opt(" AND f.recorded_at < ?", at)
        .text(" GROUP BY f.member_id, m.name ORDER BY m.name, f.member_id");
    Ok(tx.all(query).await?)
}
