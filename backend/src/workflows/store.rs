//! Workflows and their reviews in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{MemberId, Role, WorkflowId, WorkflowReview, WorkflowTerms};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::stmt;
use crate::text::{fold, like};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WorkflowRow {
    pub id: WorkflowId,
    pub name: String,
    pub sort_key: String,
    pub owner_id: MemberId,
    pub owner_name: String,
    pub owner_role: Role,
    pub owner_active: bool,
    pub terms: Json<WorkflowTerms>,
    pub archived: bool,
    pub next_review_on: NaiveDate,
    pub created_on: NaiveDate,
    pub version: i64,
}

const SELECT: &str = "
    SELECT w.id, w.name, w.sort_key, w.owner_id, m.name AS owner_name, m.role AS owner_role,
        m.active AS owner_active, w.terms, w.archived, w.next_review_on, w.created_on, w.version
    FROM workflows w
    JOIN members m ON m.organisation_id = w.organisation_id AND m.id = w.owner_id
    WHERE w.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub owner: Option<MemberId>,
    pub archived: bool,
    pub after: Option<(String, WorkflowId)>,
    pub limit: i64,
}

/// Workflows by name.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<WorkflowRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND w.archived = ?", filter.archived)
        .push_opt(" AND w.owner_id = ?", filter.owner)
        .push_opt(" AND w.sort_key LIKE ? ESCAPE '\\'", filter.text.as_deref().map(like));
    if let Some((key, id)) = filter.after {
        query = query.push(" AND (w.sort_key, w.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY w.sort_key, w.id LIMIT ?", filter.limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: WorkflowId) -> Result<WorkflowRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND w.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO workflows (id, organisation_id, name, sort_key, owner_id, terms, archived,
        next_review_on, created_on, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, FALSE, $7, $8, $9)"
);
stmt!(
    CHANGE = "
    UPDATE workflows SET name = $4, sort_key = $5, owner_id = $6, terms = $7, archived = $8,
        next_review_on = $9, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    row: &WorkflowRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.name.as_str()),
        Arg::from(row.sort_key.as_str()),
        Arg::from(row.owner_id),
        Arg::json(&row.terms.0),
        Arg::from(row.next_review_on),
        Arg::from(row.created_on),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &WorkflowRow) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::from(row.owner_id),
        Arg::json(&row.terms.0),
        Arg::from(row.archived),
        Arg::from(row.next_review_on),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReviewRow {
    pub workflow_id: WorkflowId,
    pub number: i64,
    pub reviewed_on: NaiveDate,
    pub found: String,
    pub changed: Option<String>,
    pub used: Json<Vec<String>>,
    pub reviewed_by: String,
}
impl From<ReviewRow> for WorkflowReview {
    fn from(row: ReviewRow) -> Self {
        Self {
            number: row.number,
            on: row.reviewed_on,
            found: row.found,
            changed: row.changed,
            used: row.used.0,
            by: row.reviewed_by,
        }
    }
}
/// The last reviews of each of some workflows, the last first.
pub async fn reviews(
    tx: &mut Tx,
    scope: Scope,
    ids: &[WorkflowId],
    last: i64,
) -> Result<Vec<ReviewRow>> {
    let query = Query::new(
        "
    SELECT v.workflow_id, v.number, v.reviewed_on, v.found, v.changed, v.used,
        m.name AS reviewed_by
    FROM workflow_reviews v
    JOIN members m ON m.organisation_id = v.organisation_id AND m.id = v.reviewed_by
    WHERE v.organisation_id =",
    );
    let query = query
        .push(" ?", scope.organisation())
        .text(" AND v.workflow_id IN")
        .list(ids.iter().map(|id| Arg::from(*id)).collect())
        .text(" AND v.number > (SELECT MAX(l.number) FROM workflow_reviews l")
        .text(" WHERE l.organisation_id = v.organisation_id AND l.workflow_id = v.workflow_id)")
        .push(" - ?", last);
    Ok(tx.all(query.text(" ORDER BY v.number DESC")).await?)
}

stmt!(
    LAST_NUMBER = "
    SELECT COALESCE(MAX(number), 0) FROM workflow_reviews
    WHERE organisation_id = $1 AND workflow_id = $2"
);
stmt!(
    INSERT_REVIEW = "
    INSERT INTO workflow_reviews (id, organisation_id, workflow_id, number, reviewed_on, used,
        found, changed, reviewed_by, reviewed_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10)"
);
/// Writes a review with the next number.
pub async fn insert_review(
    tx: &mut Tx,
    scope: Scope,
    review: &ReviewRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = crate::args![scope.organisation(), review.workflow_id];
    let (number,): (i64,) = tx.one(LAST_NUMBER.with(known)).await?;
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(Uuid::now_v7()),
        Arg::from(review.workflow_id),
        Arg::from(number + 1),
        Arg::from(review.reviewed_on),
        Arg::json(&review.used.0),
        Arg::from(review.found.as_str()),
        Arg::from(review.changed.clone()),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    match tx.execute(INSERT_REVIEW.with(args)).await {
        // Another reviewed it meanwhile: look again.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}
