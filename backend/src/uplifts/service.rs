//! What planning, keeping and calling off an uplift means.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, NewUplift, Page, Uplift, UpliftCancel, UpliftId, UpliftPreview, UpliftSummary,
};
use uuid::Uuid;

use super::plan::{plan, sums};
use super::store;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, page};

/// What an uplift would do.
///
/// # Errors
/// As [`create`], but for whom is left out.
pub async fn preview(
    tx: &mut Tx,
    scope: Scope,
    new: &NewUplift,
    now: DateTime<Utc>,
) -> Result<UpliftPreview> {
    Ok(plan(tx, scope, new, now).await?.told())
}

/// Keeps an uplift: the clock agrees on each new price when its time comes.
///
/// # Errors
/// At `/retainers/{n}` for one that is not there, or whose price cannot rise; at `/retainers` for more
/// than an uplift has, or if no price would rise.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewUplift,
    now: DateTime<Utc>,
) -> Result<Uplift> {
    let plan = plan(tx, scope, new, now).await?;
    let left = |id| plan.left_out.iter().any(|one| one.retainer_id == id);
    if let Some(place) = new.retainers.iter().position(|id| left(*id)) {
        return Err(Error::field(&format!("/retainers/{place}"), "not_allowed"));
    }
    if plan.lines.is_empty() {
        return Err(Error::field("/retainers", "required"));
    }
    let id = UpliftId(Uuid::now_v7());
    store::insert(tx, scope, (id, new), now).await?;
    for planned in &plan.lines {
        match store::insert_line(tx, scope, (id, planned), now).await {
            // Another uplift was kept meanwhile.
            Err(Error::Db(DbError::Unique(_))) => {
                return Err(Error::field("/retainers", "not_allowed"));
            }
            kept => kept?,
        }
    }
    find(tx, scope, id).await
}

/// An uplift with its lines.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: UpliftId) -> Result<Uplift> {
    let row = store::find(tx, scope, id).await?.ok_or(ErrorCode::NotFound)?;
    let lines = store::lines(tx, scope, (id, None)).await?;
    Ok(Uplift {
        id,
        asked: row.asked.0,
        created_by: row.created_by,
        created_at: row.created_at,
        sums: sums(&lines),
        lines,
        version: row.version,
    })
}

/// Uplifts, the last first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(tx: &mut Tx, scope: Scope, paging: &PageParams) -> Result<Page<UpliftSummary>> {
    let rows = store::list(tx, scope, (paging.after()?, paging.limit + 1)).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(UpliftSummary::from).collect(), next_cursor })
}

/// Calls off what waits of an uplift: all of it, or for one retainer.
///
/// # Errors
/// `not_found`; at `/retainer_id` for one that is not of it or does not wait.
pub async fn cancel(
    tx: &mut Tx,
    scope: Scope,
    (id, of): (UpliftId, &UpliftCancel),
    now: DateTime<Utc>,
) -> Result<Uplift> {
    store::find(tx, scope, id).await?.ok_or(ErrorCode::NotFound)?;
    let ended = store::cancel(tx, scope, (id, of.retainer_id), now).await?;
    if ended == 0 && of.retainer_id.is_some() {
        return Err(Error::field("/retainer_id", "not_allowed"));
    }
    if ended > 0 {
        store::touch(tx, scope, id).await?;
    }
    find(tx, scope, id).await
}
