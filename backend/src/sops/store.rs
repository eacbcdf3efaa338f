//! Routines and their texts in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ChangeKind, MemberId, SopBody, SopId, SopState, SopVersion, WorkflowId};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::text::{fold, like};
use crate::{args, stmt};

/// The most routines that one report reads.
const REPORT_MAX: i64 = 500;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SopRow {
    pub id: SopId,
    pub name: String,
    pub sort_key: String,
    pub owner_id: MemberId,
    pub owner_name: String,
    pub number: i64,
    pub body: Json<SopBody>,
    pub watches: Json<Vec<ChangeKind>>,
    pub replaces_id: Option<SopId>,
    pub replaces_name: Option<String>,
    pub retire_on: Option<NaiveDate>,
    pub retire_reason: Option<String>,
    pub trial_workflow_id: Option<WorkflowId>,
    pub trial_workflow_name: Option<String>,
    pub trial_cycles: Option<i64>,
    pub trial_ends_on: Option<NaiveDate>,
    pub checked_on: Option<NaiveDate>,
    /// Since when changes are counted: the last check, or when it was written.
    pub checked_at: DateTime<Utc>,
    pub created_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT s.id, s.name, s.sort_key, s.owner_id, m.name AS owner_name, s.number, v.body, s.watches,
        s.replaces_id, r.name AS replaces_name, s.retire_on, s.retire_reason, s.trial_workflow_id,
        w.name AS trial_workflow_name, s.trial_cycles, s.trial_ends_on, s.checked_on,
        s.checked_at, s.created_on, s.created_at, s.version
    FROM sops s
    JOIN sop_versions v ON v.organisation_id = s.organisation_id AND v.sop_id = s.id
        AND v.number = s.number
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.owner_id
    LEFT JOIN sops r ON r.organisation_id = s.organisation_id AND r.id = s.replaces_id
    LEFT JOIN workflows w ON w.organisation_id = s.organisation_id AND w.id = s.trial_workflow_id
    WHERE s.organisation_id =";

/// A filter of the list.
#[derive(Debug)]
pub struct Filter {
    pub text: Option<String>,
    pub state: SopState,
    pub today: NaiveDate,
    pub after: Option<(String, SopId)>,
    pub limit: i64,
}

/// Routines by name.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<SopRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation());
    let mut query = match filter.state {
        SopState::Retired => query.push(" AND s.retire_on <= ?", filter.today),
        SopState::Current | SopState::Pickable => {
            query.push(" AND (s.retire_on IS NULL OR s.retire_on > ?)", filter.today)
        }
    };
    if filter.state == SopState::Pickable {
        query = query.text(" AND s.trial_workflow_id IS NULL");
    }
    query = query.push_opt(" AND s.sort_key LIKE ? ESCAPE '\\'", filter.text.as_deref().map(like));
    if let Some((key, id)) = filter.after {
        query = query.push(" AND (s.sort_key, s.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY s.sort_key, s.id LIMIT ?", filter.limit)).await?)
}
/// Every routine in use on a day.
pub async fn all_current(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<Vec<SopRow>> {
    let state = SopState::Current;
    list(tx, scope, Filter { text: None, state, today, after: None, limit: REPORT_MAX }).await
}
pub async fn find(tx: &mut Tx, scope: Scope, id: SopId) -> Result<SopRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND s.id = ?", id);
    Ok(tx.one(query).await?)
}
pub async fn some(tx: &mut Tx, scope: Scope, ids: &[SopId]) -> Result<Vec<SopRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).text(" AND s.id IN");
    Ok(tx.all(query.list(ids.iter().map(|id| Arg::from(*id)).collect())).await?)
}

stmt!(
    INSERT = "
    INSERT INTO sops (id, organisation_id, name, sort_key, owner_id, number, watches, replaces_id,
        trial_workflow_id, trial_cycles, trial_ends_on, checked_at, created_on, created_at)
    VALUES ($2, $1, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $11)"
);
stmt!(
    INSERT_VERSION = "
    INSERT INTO sop_versions (organisation_id, sop_id, number, body, why, written_by, written_on,
        written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
stmt!(
    CHANGE = "
    UPDATE sops SET name = $4, sort_key = $5, owner_id = $6, number = $7, watches = $8,
        retire_on = $9, retire_reason = $10, trial_workflow_id = $11, trial_cycles = $12,
        trial_ends_on = $13, checked_on = $14, checked_at = $15, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);

pub async fn insert(tx: &mut Tx, scope: Scope, row: &SopRow) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.name.as_str()),
        Arg::from(row.sort_key.as_str()),
        Arg::from(row.owner_id),
        Arg::json(&row.watches.0),
        Arg::from(row.replaces_id),
        Arg::from(row.trial_workflow_id),
        Arg::from(row.trial_cycles),
        Arg::from(row.trial_ends_on),
        Arg::from(row.created_at),
        Arg::from(row.created_on),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// Writes a text.
pub async fn insert_version(
    tx: &mut Tx,
    scope: Scope,
    (sop, number): (SopId, i64),
    (body, why): (&SopBody, Option<&str>),
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(sop),
        Arg::from(number),
        Arg::json(body),
        Arg::from(why.map(str::to_owned)),
        Arg::from(scope.member()),
        Arg::from(today),
        Arg::from(now),
    ];
    match tx.execute(INSERT_VERSION.with(args)).await {
        // Another wrote the same number meanwhile: look again.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}
/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &SopRow) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::from(row.owner_id),
        Arg::from(row.number),
        Arg::json(&row.watches.0),
        Arg::from(row.retire_on),
        Arg::from(row.retire_reason.clone()),
        Arg::from(row.trial_workflow_id),
        Arg::from(row.trial_cycles),
        Arg::from(row.trial_ends_on),
        Arg::from(row.checked_on),
        Arg::from(row.checked_at),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    number: i64,
    body: Json<SopBody>,
    why: Option<String>,
    written_by: String,
    written_on: NaiveDate,
}
/// The texts of a routine before a number, the last first.
pub async fn versions(
    tx: &mut Tx,
    scope: Scope,
    (sop, latest): (SopId, i64),
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<SopVersion>> {
    let query = Query::new(
        "
    SELECT v.number, v.body, v.why, m.name AS written_by, v.written_on
    FROM sop_versions v
    JOIN members m ON m.organisation_id = v.organisation_id AND m.id = v.written_by
    WHERE v.organisation_id =",
    );
    let query = query
        .push(" ?", scope.organisation())
        .push(" AND v.sop_id = ?", sop)
        .push_opt(" AND v.number < ?", before)
        .push(" ORDER BY v.number DESC LIMIT ?", limit);
    let rows: Vec<VersionRow> = tx.all(query).await?;
    let version = |row: VersionRow| SopVersion {
        number: row.number,
        body: row.body.0,
        why: row.why,
        written_by: row.written_by,
        written_on: row.written_on,
        superseded: row.number < latest,
    };
    Ok(rows.into_iter().map(version).collect())
}

stmt!(
    CADENCE = "
    SELECT terms, archived FROM workflows WHERE organisation_id = $1 AND id = $2"
);
#[derive(sqlx::FromRow)]
struct CadenceRow {
    terms: Json<shared::api::WorkflowTerms>,
    archived: bool,
}
/// How often an active workflow is reviewed, in days; none if there is no such workflow.
pub async fn cadence(tx: &mut Tx, scope: Scope, id: WorkflowId) -> Result<Option<i64>> {
    let row: Option<CadenceRow> = tx.opt(CADENCE.with(args![scope.organisation(), id])).await?;
    Ok(row.filter(|row| !row.archived).map(|row| row.terms.0.review_days))
}
