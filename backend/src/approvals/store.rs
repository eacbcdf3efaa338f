//! Approvals in the database.
use chrono::{DateTime, Utc};
use shared::api::{Approval, ApprovalId, CycleId, MemberId, PoolId, RetainerId, Unit};

use crate::auth::Scope;
use crate::db::{DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A decision with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ApprovalRow {
    pub id: ApprovalId,
    pub retainer_id: RetainerId,
    pub pool_key: String,
    pub unit: Unit,
    pub seq: i64,
    pub units: i64,
    pub reason: String,
    pub member_id: MemberId,
    pub member_name: String,
    pub created_at: DateTime<Utc>,
}
impl From<ApprovalRow> for Approval {
    fn from(row: ApprovalRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            pool: row.pool_key,
            unit: row.unit,
            seq: row.seq,
            units: row.units,
            reason: row.reason,
            member_id: row.member_id,
            member_name: row.member_name,
            created_at: row.created_at,
        }
    }
}

const SELECT: &str = "
    SELECT a.id, a.retainer_id, p.key AS pool_key, p.unit, a.seq, a.units, a.reason,
        a.created_by AS member_id, m.name AS member_name, a.created_at
    FROM approvals a
    JOIN pools p ON p.organisation_id = a.organisation_id AND p.id = a.pool_id
    JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.created_by
    LEFT JOIN cycles c ON c.organisation_id = a.organisation_id AND c.retainer_id = a.retainer_id
        AND c.seq = a.seq
    WHERE a.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub pool: Option<String>,
    pub cycle: Option<CycleId>,
    pub before: Option<ApprovalId>,
    pub limit: i64,
}

/// Decisions, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<ApprovalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND a.retainer_id = ?", filter.retainer)
        .push_opt(" AND p.key = ?", filter.pool)
        .push_opt(" AND c.id = ?", filter.cycle)
        .push_opt(" AND a.id < ?", filter.before)
        .push(" ORDER BY a.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ApprovalId) -> Result<ApprovalRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND a.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    LAST_NUMBER = "
    SELECT COALESCE(MAX(number), 0) FROM approvals
    WHERE organisation_id = $1 AND retainer_id = $2"
);
/// The number of the last decision about a retainer; 0 before the first.
pub async fn last_number(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<i64> {
    let (number,): (i64,) = tx.one(LAST_NUMBER.with(args![scope.organisation(), retainer])).await?;
    Ok(number)
}

/// A decision to write.
#[derive(Debug, Clone)]
pub struct NewRow<'a> {
    pub id: ApprovalId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub seq: i64,
    pub number: i64,
    pub units: i64,
    pub reason: &'a str,
}

stmt!(
    INSERT = "
    INSERT INTO approvals (id, organisation_id, retainer_id, pool_id, seq, number, units, reason,
        created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10)"
);
pub async fn insert(tx: &mut Tx, scope: Scope, row: &NewRow<'_>, now: DateTime<Utc>) -> Result<()> {
    let args = args![
        scope.organisation(),
        row.id,
        row.retainer_id,
        row.pool_id,
        row.seq,
        row.number,
        row.units,
        row.reason,
        scope.member(),
        now,
    ];
    match tx.execute(INSERT.with(args)).await {
        // Another decided meanwhile: look again.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}
