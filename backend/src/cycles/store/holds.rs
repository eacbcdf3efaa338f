//! What is agreed and not delivered, as far as a book must know it: sessions that are booked, work
//! with an estimate.
use chrono::{DateTime, Utc};
use shared::api::{ClientSessionId, PoolId, RetainerId, WorkColumn};

use super::ids;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;

/// A booked session.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HoldRow {
    pub id: ClientSessionId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub starts_at: DateTime<Utc>,
    pub units: i64,
}

const HOLDS: &str = "
    SELECT id, retainer_id, pool_id, starts_at, units FROM client_sessions
    WHERE organisation_id =";

/// The sessions of retainers that are booked, or were at `at`, by their start. What was moved or
/// reopened since is taken as it is today.
pub async fn holds(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<HoldRow>> {
    let query = Query::new(HOLDS)
        .push(" ?", scope.organisation())
        .text(" AND retainer_id IN")
        .list(ids(retainers));
    let query = match at {
        None => query.text(" AND state = 'booked' AND deleted_at IS NULL"),
        Some(at) => query
            .push(" AND created_at < ?", at)
            .push(" AND (deleted_at IS NULL OR deleted_at >= ?)", at)
            .push(" AND (settled_at IS NULL OR settled_at >= ?)", at),
    };
    Ok(tx.all(query.text(" ORDER BY starts_at, id")).await?)
}

/// Work that is agreed on and not delivered, with an estimate.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AgreedWorkRow {
    pub retainer_id: RetainerId,
    pub stage: WorkColumn,
    /// The cycle it is planned for.
    pub cycle_seq: Option<i64>,
    /// Minutes it was thought to take.
    pub estimate: Option<i64>,
    /// Minutes it took so far.
    pub drawn: i64,
}

const AGREED_WORK: &str = "
    SELECT w.retainer_id, w.stage, w.cycle_seq, w.estimate,
        CAST(COALESCE((SELECT SUM(e.minutes) FROM time_entry_work t
            JOIN time_entries e ON e.organisation_id = t.organisation_id
                AND e.id = t.time_entry_id AND e.deleted_at IS NULL
            WHERE t.organisation_id = w.organisation_id AND t.work_item_id = w.id), 0)
            AS BIGINT) AS drawn
    FROM work_items w
    WHERE w.stage IN ('agreed', 'in_progress', 'in_review') AND w.estimate IS NOT NULL
        AND (w.decision IS NULL OR w.decision <> 'stop') AND w.organisation_id =";

/// What is agreed on for retainers, and will still draw.
pub async fn agreed_work(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<AgreedWorkRow>> {
    let query = Query::new(AGREED_WORK)
        .push(" ?", scope.organisation())
        .text(" AND w.retainer_id IN")
        .list(ids(retainers));
    Ok(tx.all(query).await?)
}
