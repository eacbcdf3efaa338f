//! What reports read of renewals.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{RenewalChange, RenewalId, RenewalReason, RenewalStage, RetainerId};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A renewal of a client by the end of its term, with what came of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueRow {
    pub id: RenewalId,
    pub account_name: String,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub stage: RenewalStage,
    pub due_on: NaiveDate,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<RenewalReason>,
    pub change: Option<RenewalChange>,
    pub was_minor: Option<i64>,
    pub mrr_minor: Option<i64>,
    pub currency: Option<String>,
}

stmt!(
    DUE = "
    SELECT w.id, a.name AS account_name, w.retainer_id, r.name AS retainer_name, w.stage, w.due_on,
        w.decided_at, w.reason, w.change, w.was_minor, w.mrr_minor, w.currency
    FROM renewals w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
        AND a.kind = 'client'
    WHERE w.organisation_id = $1 AND (w.due_on, w.id) > ($2, $3) AND w.due_on < $4
    ORDER BY w.due_on, w.id LIMIT $5"
);
/// Renewals of clients whose terms end from one day on and before another, in the order of those days;
/// after one of them, if it is named.
pub async fn due(
    tx: &mut Tx,
    scope: Scope,
    (from, end): (NaiveDate, NaiveDate),
    after: Option<(NaiveDate, RenewalId)>,
    limit: i64,
) -> Result<Vec<DueRow>> {
    let (day, id) = after.unwrap_or((from, RenewalId(Uuid::nil())));
    Ok(tx.all(DUE.with(args![scope.organisation(), day, id, end, limit])).await?)
}

/// A renewal that bears on the end of a term that is not over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Talk {
    pub retainer_id: RetainerId,
    pub stage: RenewalStage,
    pub due_on: NaiveDate,
    pub probability: Option<i64>,
    /// The end that its outcome brought.
    pub ends_on: Option<NaiveDate>,
}

const TALKS: &str = "
    SELECT w.retainer_id, w.stage, w.due_on, w.probability, w.ends_on FROM renewals w
    WHERE w.organisation_id =";

/// Those of some retainers without an outcome, and those whose outcome is about a day from `today` on;
/// of a retainer the last one last.
pub async fn talks(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    today: NaiveDate,
) -> Result<Vec<Talk>> {
    if retainers.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(TALKS)
        .push(" ?", scope.organisation())
        .text(" AND w.retainer_id IN")
        .list(retainers.iter().map(|id| (*id).into()).collect())
        .push(" AND (w.decided_at IS NULL OR COALESCE(w.ends_on, w.due_on) >= ?)", today)
        .text(" ORDER BY w.retainer_id, w.id");
    Ok(tx.all(query).await?)
}

const ENDED: &str = "
    SELECT t.retainer_id FROM terminations t
    WHERE t.organisation_id =";

/// Which of some retainers got their end after they were agreed on.
pub async fn ended_later(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<RetainerId>> {
    if retainers.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(ENDED)
        .push(" ?", scope.organisation())
        .text(" AND t.retainer_id IN")
        .list(retainers.iter().map(|id| (*id).into()).collect());
    let rows: Vec<(RetainerId,)> = tx.all(query).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
