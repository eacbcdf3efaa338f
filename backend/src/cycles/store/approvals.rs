//! What is approved, as the books read it, and what was recorded by it.
use chrono::{DateTime, Utc};
use shared::api::{ApprovalId, FactId, PoolId, RetainerId};

use super::ids;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A decision on how far a pool may go beyond what a cycle holds.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ApprovedRow {
    pub id: ApprovalId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub seq: i64,
    pub units: i64,
    pub reason: String,
    pub member_name: String,
    pub created_at: DateTime<Utc>,
}

const APPROVED: &str = "
    SELECT a.id, a.retainer_id, a.pool_id, a.seq, a.units, a.reason, m.name AS member_name,
        a.created_at
    FROM approvals a
    JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.created_by
    WHERE a.organisation_id =";

/// Every decision about the given retainers, oldest first.
pub async fn approved(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<ApprovedRow>> {
    let query = Query::new(APPROVED)
        .push(" ?", scope.organisation())
        .text(" AND a.retainer_id IN")
        .list(ids(retainers))
        .text(" ORDER BY a.retainer_id, a.number");
    Ok(tx.all(query).await?)
}

stmt!(
    INSERT_APPROVED_FACT = "
    INSERT INTO approved_facts (organisation_id, fact_id, approval_id) VALUES ($1, $2, $3)"
);
/// Notes by which decision a fact goes beyond the limit.
pub async fn insert_approved_fact(
    tx: &mut Tx,
    scope: Scope,
    (fact, approval): (FactId, ApprovalId),
) -> Result<()> {
    tx.execute(INSERT_APPROVED_FACT.with(args![scope.organisation(), fact, approval])).await?;
    Ok(())
}
