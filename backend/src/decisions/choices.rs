//! What was chosen, and what it was taken up again for, in the database. Only ever added to.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Choice, ContactId, Debated, Decision, DecisionId, Evidence, Reopening};
use shared::rules::know::Made;
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
struct ChoiceRow {
    decision_id: DecisionId,
    number: i64,
    choice: String,
    reason: String,
    evidence: Json<Vec<Evidence>>,
    changes: Option<String>,
    due_on: Option<NaiveDate>,
    decided_on: NaiveDate,
    decider: Option<String>,
    contact_id: Option<ContactId>,
    recorded_by: String,
}
#[derive(Debug, Clone, sqlx::FromRow)]
struct ReopeningRow {
    decision_id: DecisionId,
    number: i64,
    evidence: Json<Vec<Evidence>>,
    reopened_on: NaiveDate,
    reopened_by: String,
}

const CHOICES: &str = "
    SELECT c.decision_id, c.number, c.choice, c.reason, c.evidence, c.changes, c.due_on,
        c.decided_on, c.decider, c.contact_id, m.name AS recorded_by
    FROM decision_choices c
    JOIN members m ON m.organisation_id = c.organisation_id AND m.id = c.recorded_by
    WHERE c.organisation_id =";
const REOPENINGS: &str = "
    SELECT r.decision_id, r.number, r.evidence, r.reopened_on, m.name AS reopened_by
    FROM decision_reopenings r
    JOIN members m ON m.organisation_id = r.organisation_id AND m.id = r.reopened_by
    WHERE r.organisation_id =";

/// Gives decisions all that was chosen, and all that they were taken up again for.
pub async fn fill(tx: &mut Tx, scope: Scope, decisions: &mut [Decision]) -> Result<()> {
    let ids = || decisions.iter().map(|one| Arg::from(one.id)).collect::<Vec<_>>();
    let choices = Query::new(CHOICES).push(" ?", scope.organisation());
    let choices = choices.text(" AND c.decision_id IN").list(ids());
    let choices: Vec<ChoiceRow> = tx.all(choices.text(" ORDER BY c.number DESC")).await?;
    let again = Query::new(REOPENINGS).push(" ?", scope.organisation());
    let again = again.text(" AND r.decision_id IN").list(ids());
    let again: Vec<ReopeningRow> = tx.all(again.text(" ORDER BY r.number DESC")).await?;
    for row in choices {
        let Some(one) = decisions.iter_mut().find(|one| one.id == row.decision_id) else {
            continue;
        };
        one.choices.push(Choice {
            number: row.number,
            choice: row.choice,
            reason: row.reason,
            evidence: row.evidence.0,
            changes: row.changes,
            due_on: row.due_on,
            decided_on: row.decided_on,
            decider: row.decider,
            contact_id: row.contact_id,
            recorded_by: row.recorded_by,
            superseded: !one.choices.is_empty(),
        });
    }
    for row in again {
        let Some(one) = decisions.iter_mut().find(|one| one.id == row.decision_id) else {
            continue;
        };
        let (number, evidence) = (row.number, row.evidence.0);
        one.reopenings.push(Reopening {
            number,
            evidence,
            on: row.reopened_on,
            by: row.reopened_by,
        });
    }
    Ok(())
}

stmt!(
    INSERT = "
    INSERT INTO decision_choices (organisation_id, decision_id, number, choice, reason, evidence,
        changes, due_on, decided_on, decider, contact_id, recorded_by, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (decision, choice): (DecisionId, &Choice),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(decision),
        Arg::from(choice.number),
        Arg::from(choice.choice.as_str()),
        Arg::from(choice.reason.as_str()),
        Arg::json(&choice.evidence),
        Arg::from(choice.changes.clone()),
        Arg::from(choice.due_on),
        Arg::from(choice.decided_on),
        Arg::from(choice.decider.clone()),
        Arg::from(choice.contact_id),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    once(tx.execute(INSERT.with(args)).await)
}

stmt!(
    REOPEN = "
    INSERT INTO decision_reopenings (organisation_id, decision_id, number, evidence, reopened_on,
        reopened_by, reopened_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
pub async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    (decision, number): (DecisionId, i64),
    (evidence, on): (&[Evidence], NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(decision),
        Arg::from(number),
        Arg::json(&evidence),
        Arg::from(on),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    once(tx.execute(REOPEN.with(args)).await)
}

/// Another wrote the same number meanwhile: look again.
fn once(written: Result<u64, DbError>) -> Result<()> {
    match written {
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}

stmt!(
    MADE = "
    SELECT c.due_on, c.decided_on, c.evidence, r.number AS reopened
    FROM decision_choices c
    LEFT JOIN decision_reopenings r ON r.organisation_id = c.organisation_id
        AND r.decision_id = c.decision_id AND r.number = c.number
    WHERE c.organisation_id = $1 AND c.decided_on BETWEEN $2 AND $3"
);
#[derive(sqlx::FromRow)]
struct MadeRow {
    due_on: Option<NaiveDate>,
    decided_on: NaiveDate,
    evidence: Json<Vec<Evidence>>,
    reopened: Option<i64>,
}
/// The choices of some days, as the rule counts them.
pub async fn made(
    tx: &mut Tx,
    scope: Scope,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Made>> {
    let rows: Vec<MadeRow> = tx.all(MADE.with(args![scope.organisation(), from, to])).await?;
    let made = |row: MadeRow| Made {
        due_on: row.due_on,
        decided_on: row.decided_on,
        evidence: !row.evidence.0.is_empty(),
        reopened: row.reopened.is_some(),
    };
    Ok(rows.into_iter().map(made).collect())
}

stmt!(
    REOPENED = "
    SELECT r.decision_id, d.question
    FROM decision_reopenings r
    JOIN decisions d ON d.organisation_id = r.organisation_id AND d.id = r.decision_id
    WHERE r.organisation_id = $1 AND r.reopened_on BETWEEN $2 AND $3"
);
/// What was taken up again in some days, most often first.
pub async fn debated(
    tx: &mut Tx,
    scope: Scope,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Debated>> {
    let rows: Vec<(DecisionId, String)> =
        tx.all(REOPENED.with(args![scope.organisation(), from, to])).await?;
    let mut times: BTreeMap<DecisionId, Debated> = BTreeMap::new();
    for (decision_id, question) in rows {
        let one = times.entry(decision_id);
        one.or_insert(Debated { decision_id, question, times: 0 }).times += 1;
    }
    let mut debated: Vec<Debated> = times.into_values().collect();
    debated.sort_by_key(|one| std::cmp::Reverse(one.times));
    Ok(debated)
}
