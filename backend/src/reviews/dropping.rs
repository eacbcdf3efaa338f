//! A review that was begun by mistake goes, and one that ended is shown to its client.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, Review, ReviewId, ReviewRoom, ReviewState};

use super::store;
use super::{outcomes, room};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

stmt!(DROP_RATINGS = "DELETE FROM review_ratings WHERE organisation_id = $1 AND review_id = $2");
stmt!(
    DROP_DIAGNOSES = "DELETE FROM review_diagnoses WHERE organisation_id = $1 AND review_id = $2"
);
stmt!(
    DROP = "
    DELETE FROM reviews WHERE organisation_id = $1 AND id = $2 AND state = 'running'"
);
stmt!(
    LOOKED_BACK = "
    SELECT COUNT(*) FROM review_outcomes WHERE organisation_id = $1 AND seen_review_id = $2"
);
stmt!(
    PUBLISH = "
    UPDATE reviews SET published_at = $3
    WHERE organisation_id = $1 AND id = $2 AND state = 'done'"
);

/// Drops a review that is being held, with its ratings and diagnoses: as if nobody had begun it.
///
/// # Errors
/// `not_found`; `review_done`; `in_use` once something was decided or looked back at in it.
pub async fn drop_review(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Review> {
    let row = store::running(tx, scope, id).await?;
    let (looked,): (i64,) = tx.one(LOOKED_BACK.with(args![scope.organisation(), id])).await?;
    if looked > 0 || !outcomes::of_review(tx, scope, id).await?.is_empty() {
        return Err(ErrorCode::InUse.into());
    }
    tx.execute(DROP_RATINGS.with(args![scope.organisation(), id])).await?;
    tx.execute(DROP_DIAGNOSES.with(args![scope.organisation(), id])).await?;
    tx.execute(DROP.with(args![scope.organisation(), id])).await?;
    Ok(row.into())
}

/// Lets the client read a review, from now on, or no longer.
///
/// # Errors
/// `not_found`; `review_runs` before it ended.
pub async fn publish(
    tx: &mut Tx,
    scope: Scope,
    (id, published): (ReviewId, bool),
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let row = store::find(tx, scope, id).await?;
    if row.state == ReviewState::Running {
        return Err(ErrorCode::ReviewRuns.into());
    }
    // What is published already keeps its day.
    if row.published_at.is_some() != published {
        let at = published.then_some(now);
        tx.execute(PUBLISH.with(args![scope.organisation(), id, at])).await?;
    }
    room::find(tx, scope, id, now).await
}
