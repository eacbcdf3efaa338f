//! Changes of scope in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ContactId, EndingLine, Holder, MemberId, NewScopeChange, NewScopeLine, RequestId, RetainerId,
    ScopeChangeId, ScopeChangeState,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A change of scope with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChangeRow {
    pub id: ScopeChangeId,
    pub retainer_id: RetainerId,
    pub number: i64,
    pub effective_on: NaiveDate,
    pub reason: String,
    pub ends: Json<Vec<EndingLine>>,
    pub begins: Json<Vec<NewScopeLine>>,
    pub minutes: Option<i64>,
    pub fee_minor: Option<i64>,
    pub state: ScopeChangeState,
    pub request_id: Option<RequestId>,
    pub request_number: Option<i64>,
    pub request_title: Option<String>,
    pub decided_member: Option<MemberId>,
    pub decided_contact: Option<ContactId>,
    pub decider_name: Option<String>,
    pub evidence: Option<String>,
    pub recorded_by_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT s.id, s.retainer_id, s.number, s.effective_on, s.reason, s.ends, s.begins, s.minutes,
        s.fee_minor, s.state, q.id AS request_id, q.number AS request_number,
        q.title AS request_title, s.decided_member, s.decided_contact,
        COALESCE(m.name, c.name) AS decider_name, s.evidence,
        b.name AS recorded_by_name, s.decided_at, k.name AS created_by_name, s.created_at, s.version
    FROM scope_changes s
    JOIN members k ON k.organisation_id = s.organisation_id AND k.id = s.created_by
    LEFT JOIN requests q ON q.organisation_id = s.organisation_id
        AND q.retainer_id = s.retainer_id AND q.scope_change_id = s.id
    LEFT JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.decided_member
    LEFT JOIN contacts c ON c.organisation_id = s.organisation_id AND c.id = s.decided_contact
    LEFT JOIN members b ON b.organisation_id = s.organisation_id AND b.id = s.decided_by
    WHERE s.organisation_id =";

/// Changes of a retainer, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<ChangeRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND s.retainer_id = ?", retainer)
        .push_opt(" AND s.number < ?", before)
        .push(" ORDER BY s.number DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ScopeChangeId) -> Result<ChangeRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND s.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    LAST_NUMBER = "
    SELECT COALESCE(MAX(number), 0) FROM scope_changes
    WHERE organisation_id = $1 AND retainer_id = $2"
);
stmt!(
    INSERT = "
    INSERT INTO scope_changes (id, organisation_id, retainer_id, number, effective_on, reason, ends,
        begins, minutes, fee_minor, state, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, 'proposed', $11, $12)"
);
stmt!(
    DECIDE = "
    UPDATE scope_changes SET state = $3, decided_member = $4, decided_contact = $5, evidence = $6,
        decided_by = $7, decided_at = $8, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'proposed'"
);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new, ends): (RetainerId, &NewScopeChange, &[EndingLine]),
    now: DateTime<Utc>,
) -> Result<ScopeChangeId> {
    let id = ScopeChangeId(Uuid::now_v7());
    let (last,): (i64,) = tx.one(LAST_NUMBER.with(args![scope.organisation(), retainer])).await?;
    let args = vec![
        scope.organisation().into(),
        id.into(),
        retainer.into(),
        (last + 1).into(),
        new.effective_on.into(),
        new.reason.trim().into(),
        Arg::json(&ends),
        Arg::json(&new.begins),
        new.minutes.into(),
        new.fee_minor.into(),
        scope.member().into(),
        now.into(),
    ];
    match tx.execute(INSERT.with(args)).await {
        // Another proposed meanwhile: number anew.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(|_| id)?),
    }
}
/// False if it was decided already.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (id, state): (ScopeChangeId, ScopeChangeState),
    (by, evidence): (Holder, Option<&str>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        scope.organisation().into(),
        id.into(),
        Arg::name(state),
        by.member().into(),
        by.contact().into(),
        evidence.map(str::to_owned).into(),
        scope.member().into(),
        now.into(),
    ];
    Ok(tx.execute(DECIDE.with(args)).await? == 1)
}
