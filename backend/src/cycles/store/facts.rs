//! Facts: what happened, as it came.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, FactId, LineKind, MemberId, RetainerId, TimeEntryId};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

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

const DAYS: &str = "
    SELECT cycle_id, effective_on,
        CAST(SUM(CASE kind WHEN 'consume' THEN minutes WHEN 'reverse' THEN -minutes ELSE 0 END) AS BIGINT) AS used,
        CAST(SUM(CASE kind WHEN 'restore' THEN minutes ELSE 0 END) AS BIGINT) AS restored
    FROM facts WHERE organisation_id =";

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
            Arg::from(fact.id),
            Arg::from(scope.organisation()),
            Arg::from(retainer),
            Arg::from(fact.cycle_id),
            Arg::from(fact.record_no),
            Arg::name(fact.kind),
            Arg::from(fact.minutes),
            Arg::from(fact.worked_on),
            Arg::from(fact.effective_on),
            Arg::from(fact.late),
            Arg::from(fact.time_entry_id),
            Arg::from(fact.member_id),
            Arg::from(fact.reverses_id),
            Arg::from(scope.member()),
            Arg::from(now),
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

stmt!(
    FACTS = "
    SELECT f.id, f.kind, f.minutes, f.worked_on, f.effective_on, f.late,
        f.time_entry_id, f.reverses_id, f.recorded_at, m.name AS member_name, e.note
    FROM facts f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id
    JOIN time_entries e ON e.organisation_id = f.organisation_id AND e.id = f.time_entry_id
    WHERE f.organisation_id = $1 AND f.cycle_id = $2
    ORDER BY f.effective_on, f.record_no"
);
pub async fn facts(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Vec<FactRow>> {
    Ok(tx.all(FACTS.with(args![scope.organisation(), cycle])).await?)
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
