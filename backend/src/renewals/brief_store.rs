//! What a term came to, in the tables of others.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{DecisionId, RenewalBrief, RenewalId, RetainerId, WorkItemId};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Rows that are read of each kind, at most.
const ROWS_MAX: i64 = 500;

/// The instants at which a term begins, and after which nothing is of it.
pub type Within = (DateTime<Utc>, DateTime<Utc>);

/// A piece of work that was delivered.
#[derive(Debug, sqlx::FromRow)]
pub struct DeliveredRow {
    pub id: WorkItemId,
    pub title: String,
    pub due_on: Option<NaiveDate>,
    pub delivered_at: DateTime<Utc>,
}
stmt!(
    DELIVERED = "
    SELECT id, title, due_on, delivered_at FROM work_items
    WHERE organisation_id = $1 AND retainer_id = $2 AND stage = 'delivered'
        AND delivered_at >= $3 AND delivered_at < $4 AND (decision IS NULL OR decision <> 'stop')
    LIMIT $5"
);
pub async fn delivered(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): Within,
) -> Result<Vec<DeliveredRow>> {
    Ok(tx.all(DELIVERED.with(args![scope.organisation(), id, from, to, ROWS_MAX])).await?)
}

/// Something that was agreed to come first in a cycle.
#[derive(Debug, sqlx::FromRow)]
pub struct PriorityRow {
    pub title: String,
    pub outcome: Option<String>,
    pub done_at: Option<DateTime<Utc>>,
}
stmt!(
    PRIORITIES = "
    SELECT title, outcome, done_at FROM priorities
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq >= $3 AND seq <= $4
        AND rank IS NOT NULL
    ORDER BY seq DESC, rank DESC LIMIT $5"
);
/// Those of some cycles that had a rank, the last first.
pub async fn priorities(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (first, last): (i64, i64),
) -> Result<Vec<PriorityRow>> {
    Ok(tx.all(PRIORITIES.with(args![scope.organisation(), id, first, last, ROWS_MAX])).await?)
}

/// What was decided last of a question.
#[derive(Debug, sqlx::FromRow)]
pub struct DecidedRow {
    pub id: DecisionId,
    pub question: String,
    pub choice: String,
    pub decided_on: NaiveDate,
}
stmt!(
    DECIDED = "
    SELECT d.id, d.question, c.choice, c.decided_on
    FROM decisions d
    JOIN decision_choices c ON c.organisation_id = d.organisation_id AND c.decision_id = d.id
        AND c.number = d.reopened + 1
    WHERE d.organisation_id = $1 AND d.retainer_id = $2 AND c.decided_on >= $3
        AND c.decided_on < $4
    LIMIT $5"
);
pub async fn decided(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DecidedRow>> {
    Ok(tx.all(DECIDED.with(args![scope.organisation(), id, from, to, ROWS_MAX])).await?)
}

stmt!(
    ASKED = "
    SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(CASE WHEN verdict <> 'decline' THEN 1 END) AS BIGINT)
    FROM requests
    WHERE organisation_id = $1 AND retainer_id = $2 AND created_at >= $3 AND created_at < $4
        AND state <> 'withdrawn'"
);
/// Requests that came, and how many of them were taken in.
pub async fn asked(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): Within,
) -> Result<(i64, i64)> {
    Ok(tx.one(ASKED.with(args![scope.organisation(), id, from, to])).await?)
}

stmt!(
    TOP_UPS = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM adjustments
    WHERE organisation_id = $1 AND retainer_id = $2 AND kind = 'purchase' AND undone_at IS NULL
        AND created_at >= $3"
);
/// Purchases since then that stand.
pub async fn top_ups(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    since: DateTime<Utc>,
) -> Result<i64> {
    let (count,): (i64,) = tx.one(TOP_UPS.with(args![scope.organisation(), id, since])).await?;
    Ok(count)
}

stmt!(
    KEEP = "
    UPDATE renewals SET brief = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND decided_at IS NULL"
);
/// Keeps what was put together.
pub async fn keep(tx: &mut Tx, scope: Scope, id: RenewalId, brief: &RenewalBrief) -> Result<()> {
    let args = vec![Arg::from(scope.organisation()), id.into(), Arg::json(brief)];
    tx.execute(KEEP.with(args)).await?;
    Ok(())
}
stmt!(
    FIND = "
    SELECT brief FROM renewals WHERE organisation_id = $1 AND id = $2"
);
/// What was put together last; none before.
///
/// # Errors
/// `not_found` for a renewal that is not here.
pub async fn find(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<Option<RenewalBrief>> {
    let (brief,): (Option<Json<RenewalBrief>>,) =
        tx.one(FIND.with(args![scope.organisation(), id])).await?;
    Ok(brief.map(|brief| brief.0))
}
