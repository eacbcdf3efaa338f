//! What the portal lists, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use shared::api::{
    AccountId, DecisionId, PortalDecision, PortalMeeting, PortalRequest, RequestAsked, RequestId,
    RequestState, RequestVerdict, RetainerId, RetainerState,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::text::fold;
use crate::{args, stmt};

/// Who serves whom, and who looks after them.
#[derive(Debug, sqlx::FromRow)]
pub struct AboutRow {
    pub organisation_name: String,
    pub account_name: String,
    pub keeper_name: Option<String>,
    pub keeper_email: Option<String>,
}
stmt!(
    ABOUT = "
    SELECT o.name AS organisation_name, a.name AS account_name, m.name AS keeper_name,
        m.email AS keeper_email
    FROM accounts a
    JOIN organisations o ON o.id = a.organisation_id
    LEFT JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id AND m.active
    WHERE a.organisation_id = $1 AND a.id = $2"
);
/// # Errors
/// `not_found`.
pub async fn about(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<AboutRow> {
    Ok(tx.one(ABOUT.with(args![scope.organisation(), account])).await?)
}

stmt!(
    RETAINERS = "
    SELECT id, name, state FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND state <> 'setup'
    ORDER BY id LIMIT 200"
);
/// The retainers of an account that have been active, by name.
pub async fn retainers(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
) -> Result<Vec<(RetainerId, String, RetainerState)>> {
    let args = args![scope.organisation(), account];
    let mut found: Vec<(RetainerId, String, RetainerState)> = tx.all(RETAINERS.with(args)).await?;
    found.sort_by_cached_key(|(_, name, _)| fold(name));
    Ok(found)
}

#[derive(Debug, sqlx::FromRow)]
struct MeetingRow {
    title: Option<String>,
    starts_at: DateTime<Utc>,
    minutes: i64,
}
stmt!(
    MEETING = "
    SELECT title, starts_at, minutes FROM client_sessions
    WHERE organisation_id = $1 AND retainer_id = $2 AND starts_at >= $3 AND state = 'booked'
        AND deleted_at IS NULL
    ORDER BY starts_at, id LIMIT 1"
);
/// The next session of a retainer.
pub async fn next_session(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Option<PortalMeeting>> {
    let args = args![scope.organisation(), retainer, now];
    let found: Option<MeetingRow> = tx.opt(MEETING.with(args)).await?;
    let told =
        |MeetingRow { title, starts_at, minutes }| PortalMeeting { title, starts_at, minutes };
    Ok(found.map(told))
}

#[derive(Debug, sqlx::FromRow)]
struct RequestRow {
    id: RequestId,
    retainer_name: String,
    number: i64,
    title: String,
    state: RequestState,
    verdict: Option<RequestVerdict>,
    triage: Option<Json<Verdict>>,
    asked: Option<Json<RequestAsked>>,
    created_at: DateTime<Utc>,
}
/// What of a verdict its asker is told.
#[derive(Debug, Deserialize)]
struct Verdict {
    told: Told,
}
#[derive(Debug, Deserialize)]
struct Told {
    reason: Option<String>,
    at: DateTime<Utc>,
}
impl From<RequestRow> for PortalRequest {
    fn from(row: RequestRow) -> Self {
        let waits = row.state == RequestState::NeedsInput;
        let asked = row.asked.filter(|_| waits).map(|asked| asked.0);
        let (reason, decided_at) = match row.triage {
            Some(Json(Verdict { told })) => (told.reason, Some(told.at)),
            None => (None, None),
        };
        PortalRequest {
            id: row.id,
            retainer_name: row.retainer_name,
            number: row.number,
            title: row.title,
            state: row.state,
            verdict: row.verdict,
            reason,
            created_at: row.created_at,
            decided_at,
            asked_at: asked.as_ref().map(|asked| asked.at),
            asked: asked.and_then(|asked| asked.note),
        }
    }
}
const REQUESTS: &str = "
    SELECT q.id, r.name AS retainer_name, q.number, q.title, q.state, q.verdict, q.triage, q.asked,
        q.created_at
    FROM requests q
    JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
    WHERE q.organisation_id =";
/// What was asked for of an account, the newest first.
pub async fn requests(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    (before, limit): (Option<RequestId>, i64),
) -> Result<Vec<PortalRequest>> {
    let query = Query::new(REQUESTS)
        .push(" ?", scope.organisation())
        .push(" AND r.account_id = ?", account)
        .push_opt(" AND q.id < ?", before)
        .push(" ORDER BY q.id DESC LIMIT ?", limit);
    let rows: Vec<RequestRow> = tx.all(query).await?;
    Ok(rows.into_iter().map(PortalRequest::from).collect())
}

#[derive(Debug, sqlx::FromRow)]
struct DecisionRow {
    id: DecisionId,
    retainer_name: Option<String>,
    question: String,
    choice: String,
    decided_on: NaiveDate,
}
impl From<DecisionRow> for PortalDecision {
    fn from(row: DecisionRow) -> Self {
        let DecisionRow { id, retainer_name, question, choice, decided_on } = row;
        Self { id, retainer_name, question, choice, decided_on }
    }
}
const DECISIONS: &str = "
    SELECT d.id, r.name AS retainer_name, d.question, c.choice, c.decided_on
    FROM decisions d
    JOIN decision_choices c ON c.organisation_id = d.organisation_id AND c.decision_id = d.id
        AND c.number = d.reopened + 1
    LEFT JOIN retainers r ON r.organisation_id = d.organisation_id AND r.id = d.retainer_id
    WHERE d.state = 'decided' AND (r.id IS NULL OR r.state <> 'setup') AND d.organisation_id =";
/// What was decided about an account, the newest first.
pub async fn decisions(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    (before, limit): (Option<DecisionId>, i64),
) -> Result<Vec<PortalDecision>> {
    let query = Query::new(DECISIONS)
        .push(" ?", scope.organisation())
        .push(" AND (d.account_id = ?", account)
        .push(" OR r.account_id = ?)", account)
        .push_opt(" AND d.id < ?", before)
        .push(" ORDER BY d.id DESC LIMIT ?", limit);
    let rows: Vec<DecisionRow> = tx.all(query).await?;
    Ok(rows.into_iter().map(PortalDecision::from).collect())
}
