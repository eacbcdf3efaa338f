//! Adjustments in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Adjustment, AdjustmentId, AdjustmentKind, CycleId, MemberId, PoolId, RetainerId, Unit,
};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// An adjustment with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AdjustmentRow {
    pub id: AdjustmentId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub pool_key: String,
    pub unit: Unit,
    pub cycle_id: CycleId,
    pub kind: AdjustmentKind,
    pub quantity: i64,
    pub effective_on: NaiveDate,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub ends_with_cycle: bool,
    pub price_minor: Option<i64>,
    pub reason: String,
    pub member_id: MemberId,
    pub member_name: String,
    pub created_at: DateTime<Utc>,
    pub undone_at: Option<DateTime<Utc>>,
    pub version: i64,
}
impl From<AdjustmentRow> for Adjustment {
    fn from(row: AdjustmentRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            pool: row.pool_key,
            unit: row.unit,
            cycle_id: row.cycle_id,
            kind: row.kind,
            quantity: row.quantity,
            on: row.starts_on.unwrap_or(row.effective_on),
            ends_on: row.ends_on,
            ends_with_cycle: row.ends_with_cycle,
            price_minor: row.price_minor,
            reason: row.reason,
            member_id: row.member_id,
            member_name: row.member_name,
            created_at: row.created_at,
            undone_at: row.undone_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT a.id, a.retainer_id, a.pool_id, p.key AS pool_key, p.unit, a.cycle_id, a.kind,
        a.quantity, a.effective_on, a.starts_on, a.ends_on, a.ends_with_cycle, a.price_minor,
        a.reason, a.created_by AS member_id, m.name AS member_name, a.created_at, a.undone_at,
        a.version
    FROM adjustments a
    JOIN pools p ON p.organisation_id = a.organisation_id AND p.id = a.pool_id
    JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.created_by
    WHERE a.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub cycle: Option<CycleId>,
    pub before: Option<AdjustmentId>,
    pub limit: i64,
}

/// Adjustments, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<AdjustmentRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND a.retainer_id = ?", filter.retainer)
        .push_opt(" AND a.cycle_id = ?", filter.cycle)
        .push_opt(" AND a.id < ?", filter.before)
        .push(" ORDER BY a.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: AdjustmentId) -> Result<AdjustmentRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND a.id = ?", id);
    Ok(tx.one(query).await?)
}

/// What an amendment changed in a cycle, standing.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AmendedRow {
    pub id: AdjustmentId,
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub effective_on: NaiveDate,
    pub quantity: i64,
    pub version: i64,
}
stmt!(
    AMENDMENTS = "
    SELECT id, cycle_id, pool_id, effective_on, quantity, version FROM adjustments
    WHERE organisation_id = $1 AND retainer_id = $2 AND kind = 'amendment' AND undone_at IS NULL
    ORDER BY id"
);
/// What amendments changed and nothing took back since.
pub async fn amendments(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Vec<AmendedRow>> {
    Ok(tx.all(AMENDMENTS.with(args![scope.organisation(), retainer])).await?)
}

stmt!(
    UNDONE_BY_HAND = "
    SELECT a.cycle_id, a.pool_id, a.effective_on FROM adjustments a
    WHERE a.organisation_id = $1 AND a.retainer_id = $2 AND a.kind = 'amendment'
        AND a.undone_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreed_before b
            WHERE b.organisation_id = a.organisation_id AND b.retainer_id = a.retainer_id
                AND b.changed_at = a.undone_at)"
);
/// Where somebody took back by hand what an amendment had changed, as an earlier version let them:
/// what a recut takes back goes together with a change of pauses or end.
pub async fn undone_by_hand(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Vec<(CycleId, PoolId, NaiveDate)>> {
    Ok(tx.all(UNDONE_BY_HAND.with(args![scope.organisation(), retainer])).await?)
}

/// An adjustment to write.
#[derive(Debug, Clone)]
pub struct NewRow<'a> {
    pub id: AdjustmentId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub cycle_id: CycleId,
    pub kind: AdjustmentKind,
    pub quantity: i64,
    pub effective_on: NaiveDate,
    /// The first day its units pay for, if that is to come.
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub ends_with_cycle: bool,
    pub price_minor: Option<i64>,
    pub reason: &'a str,
}

stmt!(
    INSERT = "
    INSERT INTO adjustments (id, organisation_id, retainer_id, pool_id, cycle_id, kind, quantity,
        effective_on, starts_on, ends_on, ends_with_cycle, price_minor, reason, created_by,
        created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
);
stmt!(
    UNDO = "
    UPDATE adjustments SET undone_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND undone_at IS NULL"
);

pub async fn insert(tx: &mut Tx, scope: Scope, row: &NewRow<'_>, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        row.id.into(),
        row.retainer_id.into(),
        row.pool_id.into(),
        row.cycle_id.into(),
        Arg::name(row.kind),
        row.quantity.into(),
        row.effective_on.into(),
        row.starts_on.into(),
        row.ends_on.into(),
        row.ends_with_cycle.into(),
        row.price_minor.into(),
        row.reason.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else took it back first.
pub async fn undo(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (AdjustmentId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(UNDO.with(args![scope.organisation(), id, version, now])).await? == 1)
}
