//! What logging and resolving a friction mean.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, Friction, FrictionChange, FrictionId, NewFriction, Page, WorkflowId};
use uuid::Uuid;

use super::store::{self, Filter, FrictionRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;

/// Logs a friction.
///
/// # Errors
/// At the field: a workflow, a routine or a retainer that is not here, a day to come.
pub async fn log(
    tx: &mut Tx,
    scope: Scope,
    new: &NewFriction,
    now: DateTime<Utc>,
) -> Result<Friction> {
    let today = identity::today(tx, scope, now).await?;
    let noticed_on = new.noticed_on.unwrap_or(today);
    if noticed_on > today {
        return Err(Error::field("/noticed_on", "future"));
    }
    let id = FrictionId(Uuid::now_v7());
    let row = FrictionRow {
        id,
        kind: new.kind,
        note: new.note.trim().to_owned(),
        workflow_id: new.workflow_id,
        workflow_name: None,
        step: new.step.clone().filter(|step| !step.trim().is_empty()),
        sop_id: new.sop_id,
        sop_name: None,
        retainer_id: new.retainer_id,
        retainer_name: None,
        noticed_on,
        resolved_on: None,
        resolution: None,
        logged_by: String::new(),
        created_at: now,
        version: 1,
    };
    if let Some(field) = store::unknown_place(tx, scope, &row).await? {
        return Err(Error::field(field, "not_found"));
    }
    store::insert(tx, scope, &row, now).await?;
    find(tx, scope, id).await
}

/// A friction.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: FrictionId) -> Result<Friction> {
    Ok(store::find(tx, scope, id).await?.into())
}

/// A page of frictions, the last logged first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Friction>> {
    let filter = Filter { before: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(Friction::from).collect(), next_cursor })
}

/// What was noticed in some workflows and nobody has resolved.
pub async fn open_of_workflows(
    tx: &mut Tx,
    scope: Scope,
    ids: &[WorkflowId],
) -> Result<Vec<Friction>> {
    let rows = store::open_of(tx, scope, ids).await?;
    Ok(rows.into_iter().map(Friction::from).collect())
}

/// Corrects a friction, or says which change of the process resolved it. Source: requirement
/// S0-43.
///
/// # Errors
/// `stale`; at `/resolved_on`: a day to come, or before it was noticed.
pub async fn resolve(
    tx: &mut Tx,
    scope: Scope,
    id: FrictionId,
    (change, version): (&FrictionChange, i64),
    now: DateTime<Utc>,
) -> Result<Friction> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = store::find(tx, scope, id).await?;
    row.kind = change.kind.unwrap_or(row.kind);
    row.note = change.note.as_deref().map_or(row.note, |note| note.trim().to_owned());
    if let Some(resolution) = &change.resolution {
        let on = change.resolved_on.unwrap_or(today);
        if on > today {
            return Err(Error::field("/resolved_on", "future"));
        }
        if on < row.noticed_on {
            return Err(Error::field("/resolved_on", "not_later"));
        }
        row.resolution = Some(resolution.trim().to_owned());
        row.resolved_on = Some(on);
    }
    row.version = version;
    if !store::change(tx, scope, &row).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id).await
}
