//! Reviews of a workflow: each notes what was used and what changes, and schedules the next.
//! Source: requirements S0-43, S3-13, S3-14.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, NewWorkflowReview, Workflow, WorkflowId};
use shared::rules::know;
use sqlx::types::Json;

use super::service::find;
use super::store::{self, ReviewRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::identity;

/// Notes that a workflow was reviewed.
///
/// # Errors
/// At the field: a part that it does not have, a day to come.
pub async fn hold(
    tx: &mut Tx,
    scope: Scope,
    id: WorkflowId,
    new: &NewWorkflowReview,
    now: DateTime<Utc>,
) -> Result<Workflow> {
    let today = identity::today(tx, scope, now).await?;
    let reviewed_on = new.on.unwrap_or(today);
    if reviewed_on > today {
        return Err(Error::field("/on", "future"));
    }
    let mut row = store::find(tx, scope, id).await?;
    let known = |key: &String| row.terms.0.parts.iter().any(|part| part.key == *key);
    if let Some(place) = new.used.iter().position(|key| !known(key)) {
        return Err(Error::field(&format!("/used/{place}"), "not_found"));
    }
    let changed = new.changed.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let review = ReviewRow {
        workflow_id: id,
        number: 0,
        reviewed_on,
        found: new.found.trim().to_owned(),
        changed: changed.map(str::to_owned),
        used: Json(new.used.clone()),
        reviewed_by: String::new(),
    };
    store::insert_review(tx, scope, &review, now).await?;
    row.next_review_on = know::next_on(reviewed_on, row.terms.0.review_days);
    if !store::change(tx, scope, &row).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id, now).await
}
