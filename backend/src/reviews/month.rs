//! Which of the five steps the cycle of a review has taken, from what is recorded.
//! Source: requirement S0-13.
use shared::api::{FrameAnswer, FrameHolds, MonthSteps};
use shared::rules::zone;
use sqlx::types::Json;

use super::store::ReviewRow;
use crate::auth::Scope;
use crate::cycles;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, identity, stmt};

#[derive(Debug, sqlx::FromRow)]
struct TakenRow {
    included: i64,
    excluded: i64,
    ranked: i64,
    waiting: i64,
    reviewed: i64,
    changed: i64,
}

// $3 is the number of the cycle, $4 and $5 its days, $6 and $7 the instants they begin, $8 the day
// of the review.
stmt!(
    TAKEN = "
    SELECT
        (SELECT COUNT(*) FROM scope_lines l WHERE l.organisation_id = $1 AND l.retainer_id = $2
            AND l.kind = 'included' AND l.starts_on <= $8
            AND (l.ends_on IS NULL OR l.ends_on > $8)) AS included,
        (SELECT COUNT(*) FROM scope_lines l WHERE l.organisation_id = $1 AND l.retainer_id = $2
            AND l.kind = 'excluded' AND l.starts_on <= $8
            AND (l.ends_on IS NULL OR l.ends_on > $8)) AS excluded,
        (SELECT COUNT(*) FROM priorities p WHERE p.organisation_id = $1 AND p.retainer_id = $2
            AND p.seq = $3 AND p.rank IS NOT NULL) AS ranked,
        (SELECT COUNT(*) FROM requests q WHERE q.organisation_id = $1 AND q.retainer_id = $2
            AND q.state IN ('new', 'needs_input') AND q.created_at < $7) AS waiting,
        (SELECT COUNT(*) FROM reviews v WHERE v.organisation_id = $1 AND v.retainer_id = $2
            AND v.state = 'done' AND v.held_on >= $4 AND v.held_on < $5) AS reviewed,
        (SELECT COUNT(*) FROM scope_changes s WHERE s.organisation_id = $1 AND s.retainer_id = $2
            AND s.state = 'accepted' AND s.decided_at >= $6 AND s.decided_at < $7) AS changed
    FROM retainers r WHERE r.organisation_id = $1 AND r.id = $2"
);

stmt!(
    FRAMES = "
    SELECT v.frame FROM reviews v
    WHERE v.organisation_id = $1 AND v.retainer_id = $2 AND v.state = 'done'
        AND v.frame IS NOT NULL AND v.held_on >= $3 AND v.held_on < $4
    LIMIT 100"
);

/// The steps taken in the cycle that holds the day of a review.
///
/// # Errors
/// Those of the database.
pub(super) async fn steps(tx: &mut Tx, scope: Scope, row: &ReviewRow) -> Result<MonthSteps> {
    let (retainer, day) = (row.retainer_id, row.held_on);
    let Some(cycle) = cycles::store::cycle_on(tx, scope, retainer, day).await? else {
        return Ok(MonthSteps::default());
    };
    let zone = identity::zone(tx, scope).await?;
    let [from, after] = [cycle.starts_on, cycle.ends_on].map(|day| zone::first_instant(zone, day));
    let (starts, ends) = (cycle.starts_on, cycle.ends_on);
    let args = args![scope.organisation(), retainer, cycle.seq, starts, ends, from, after, day];
    let found: TakenRow = tx.one(TAKEN.with(args)).await?;
    let args = args![scope.organisation(), retainer, starts, ends];
    let frames: Vec<(Json<FrameAnswer>,)> = tx.all(FRAMES.with(args)).await?;
    // That it holds no more adjusts nothing yet.
    let held = frames.iter().any(|(frame,)| frame.0.holds == FrameHolds::Holds);
    let priorities = found.ranked > 0;
    Ok(MonthSteps {
        scope: found.included > 0 && found.excluded > 0,
        priorities,
        capacity: priorities && found.waiting == 0,
        delivery: found.reviewed > 0,
        adjust: found.changed > 0 || held,
    })
}
