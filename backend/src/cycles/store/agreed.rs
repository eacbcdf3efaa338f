//! What was agreed of pauses and end before it was changed.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{RetainerId, TerminationPolicy};
use sqlx::types::Json;

use super::{SeriesRule, ids};
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;

/// What of a retainer's calendar was agreed until it was changed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AgreedRow {
    pub retainer_id: RetainerId,
    pub series: Json<SeriesRule>,
    pub ends_on: Option<NaiveDate>,
    pub policy: Option<TerminationPolicy>,
    pub changed_at: DateTime<Utc>,
}

const AGREED_BEFORE: &str = "
    SELECT retainer_id, series, ends_on, policy, changed_at FROM agreed_before
    WHERE organisation_id =";

/// What was agreed before each change of the given retainers, oldest first.
pub async fn agreed_before(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<AgreedRow>> {
    let query = Query::new(AGREED_BEFORE)
        .push(" ?", scope.organisation())
        .text(" AND retainer_id IN")
        .list(ids(retainers))
        .text(" ORDER BY retainer_id, number");
    Ok(tx.all(query).await?)
}
