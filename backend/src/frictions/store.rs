//! Frictions in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Friction, FrictionId, FrictionKind, RetainerId, SopId, WorkflowId};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FrictionRow {
    pub id: FrictionId,
    pub kind: FrictionKind,
    pub note: String,
    pub workflow_id: Option<WorkflowId>,
    pub workflow_name: Option<String>,
    pub step: Option<String>,
    pub sop_id: Option<SopId>,
    pub sop_name: Option<String>,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub noticed_on: NaiveDate,
    pub resolved_on: Option<NaiveDate>,
    pub resolution: Option<String>,
    pub logged_by: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<FrictionRow> for Friction {
    fn from(row: FrictionRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            note: row.note,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            step: row.step,
            sop_id: row.sop_id,
            sop_name: row.sop_name,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            noticed_on: row.noticed_on,
            resolved_on: row.resolved_on,
            resolution: row.resolution,
            logged_by: row.logged_by,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT f.id, f.kind, f.note, f.workflow_id, w.name AS workflow_name, f.step, f.sop_id,
        s.name AS sop_name, f.retainer_id, r.name AS retainer_name, f.noticed_on, f.resolved_on,
        f.resolution, m.name AS logged_by, f.created_at, f.version
    FROM frictions f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.logged_by
    LEFT JOIN workflows w ON w.organisation_id = f.organisation_id AND w.id = f.workflow_id
    LEFT JOIN sops s ON s.organisation_id = f.organisation_id AND s.id = f.sop_id
    LEFT JOIN retainers r ON r.organisation_id = f.organisation_id AND r.id = f.retainer_id
    WHERE f.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub kind: Option<FrictionKind>,
    pub workflow: Option<WorkflowId>,
    pub sop: Option<SopId>,
    pub retainer: Option<RetainerId>,
    /// Only those that nobody has resolved, or only the others.
    pub open: Option<bool>,
    pub before: Option<FrictionId>,
    pub limit: i64,
}

/// Frictions, the last logged first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<FrictionRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND f.kind = ?", filter.kind.map(Arg::name))
        .push_opt(" AND f.workflow_id = ?", filter.workflow)
        .push_opt(" AND f.sop_id = ?", filter.sop)
        .push_opt(" AND f.retainer_id = ?", filter.retainer)
        .push_opt(" AND f.id < ?", filter.before);
    let query = match filter.open {
        Some(true) => query.text(" AND f.resolved_on IS NULL"),
        Some(false) => query.text(" AND f.resolved_on IS NOT NULL"),
        None => query,
    };
    Ok(tx.all(query.push(" ORDER BY f.id DESC LIMIT ?", filter.limit)).await?)
}
/// Those of some workflows that nobody has resolved.
pub async fn open_of(tx: &mut Tx, scope: Scope, ids: &[WorkflowId]) -> Result<Vec<FrictionRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation());
    let query = query.text(" AND f.resolved_on IS NULL AND f.workflow_id IN");
    let query = query.list(ids.iter().map(|id| Arg::from(*id)).collect());
    Ok(tx.all(query.push(" ORDER BY f.id DESC LIMIT ?", 200i64)).await?)
}
/// Those noticed since a day.
pub async fn since(tx: &mut Tx, scope: Scope, day: NaiveDate) -> Result<Vec<FrictionRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation());
    Ok(tx.all(query.push(" AND f.noticed_on >= ?", day)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: FrictionId) -> Result<FrictionRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND f.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO frictions (id, organisation_id, kind, note, workflow_id, step, sop_id, retainer_id,
        noticed_on, logged_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
stmt!(
    CHANGE = "
    UPDATE frictions SET kind = $4, note = $5, resolved_on = $6, resolution = $7,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    row: &FrictionRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::name(row.kind),
        Arg::from(row.note.as_str()),
        Arg::from(row.workflow_id),
        Arg::from(row.step.clone()),
        Arg::from(row.sop_id),
        Arg::from(row.retainer_id),
        Arg::from(row.noticed_on),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &FrictionRow) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::name(row.kind),
        Arg::from(row.note.as_str()),
        Arg::from(row.resolved_on),
        Arg::from(row.resolution.clone()),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

stmt!(WORKFLOW = "SELECT name FROM workflows WHERE organisation_id = $1 AND id = $2");
stmt!(SOP = "SELECT name FROM sops WHERE organisation_id = $1 AND id = $2");
stmt!(RETAINER = "SELECT name FROM retainers WHERE organisation_id = $1 AND id = $2");

/// The first place that is not here, as the field that names it.
pub async fn unknown_place(
    tx: &mut Tx,
    scope: Scope,
    row: &FrictionRow,
) -> Result<Option<&'static str>> {
    let places = [
        ("/workflow_id", WORKFLOW, row.workflow_id.map(|id| id.0)),
        ("/sop_id", SOP, row.sop_id.map(|id| id.0)),
        ("/retainer_id", RETAINER, row.retainer_id.map(|id| id.0)),
    ];
    for (field, statement, id) in places {
        let Some(id) = id else { continue };
        let found: Option<(String,)> =
            tx.opt(statement.with(args![scope.organisation(), id])).await?;
        if found.is_none() {
            return Ok(Some(field));
        }
    }
    Ok(None)
}
