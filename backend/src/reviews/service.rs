//! Beginning a review, and listing those that were held.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, NewReview, Page, RetainerState, Review, ReviewId, ReviewRoom, ReviewState,
};
use uuid::Uuid;

use super::store::{self, Begun, Filter};
use super::{plan, room};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::{identity, scope as scopes};

/// Begins a review of a retainer.
///
/// # Errors
/// `review_runs`; `retainer_in_setup`; at `/retainer_id` for one that is not here.
pub async fn start(
    tx: &mut Tx,
    scope: Scope,
    new: &NewReview,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let retainer = new.retainer_id;
    match store::retainer_state(tx, scope, retainer).await? {
        None => return Err(Error::field("/retainer_id", "not_found")),
        Some(RetainerState::Setup) => return Err(ErrorCode::RetainerInSetup.into()),
        Some(RetainerState::Active | RetainerState::Ended) => {}
    }
    let last = store::last(tx, scope, retainer).await?;
    if last.is_some_and(|(_, state, _)| state == ReviewState::Running) {
        return Err(ErrorCode::ReviewRuns.into());
    }
    let frame = scopes::frame(tx, scope, retainer).await?;
    let begun = Begun {
        id: ReviewId(Uuid::now_v7()),
        retainer,
        number: last.map_or(1, |(number, ..)| number + 1),
        due_on: frame.next_review_on,
        held_on: identity::today(tx, scope, now).await?,
    };
    store::insert(tx, scope, &begun, now).await?;
    room::find(tx, scope, begun.id, now).await
}

/// Reviews, the newest first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Review>> {
    let filter = Filter { before: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(Review::from).collect(), next_cursor })
}

pub use plan::list as planned;
