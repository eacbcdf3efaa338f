//! Sessions that are booked, as far as a book must know them.
use chrono::{DateTime, Utc};
use shared::api::{ClientSessionId, PoolId, RetainerId};

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
