//! Pools, and what each is in a cycle.
use chrono::{DateTime, Utc};
use shared::api::{CycleId, PoolId, RetainerId, Unit};
use shared::rules::ledger::Opening;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Frozen, ids};
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// What a retainer counts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PoolRow {
    pub id: PoolId,
    pub retainer_id: RetainerId,
    pub key: String,
    pub unit: Unit,
    pub position: i64,
}

/// A pool in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PoolCycleRow {
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub granted: i64,
    pub opening_lots: Json<Opening>,
    pub sums: Option<Json<Frozen>>,
}

const POOLS: &str = "
    SELECT id, retainer_id, key, unit, position FROM pools WHERE organisation_id =";
const POOL_CYCLES: &str = "
    SELECT cycle_id, pool_id, granted, opening_lots, sums FROM pool_cycles
    WHERE organisation_id =";

/// Pools of the given retainers, in their order.
pub async fn pools(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Vec<PoolRow>> {
    let query = Query::new(POOLS)
        .push(" ?", scope.organisation())
        .text(" AND retainer_id IN")
        .list(ids(retainers))
        .text(" ORDER BY retainer_id, position, id");
    Ok(tx.all(query).await?)
}
/// What the pools are in the given cycles.
pub async fn pool_cycles(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[CycleId],
) -> Result<Vec<PoolCycleRow>> {
    let mut found = Vec::new();
    for cycles in cycles.chunks(500) {
        let query = Query::new(POOL_CYCLES)
            .push(" ?", scope.organisation())
            .text(" AND cycle_id IN")
            .list(cycles.iter().map(|id| Arg::from(*id)).collect());
        found.extend(tx.all(query).await?);
    }
    Ok(found)
}

stmt!(
    INSERT = "
    INSERT INTO pools (id, organisation_id, retainer_id, key, unit, position, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
stmt!(
    SET_GRANTED = "
    UPDATE pool_cycles SET granted = $4
    WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3 AND sums IS NULL"
);
stmt!(
    FREEZE = "
    UPDATE pool_cycles SET sums = $4
    WHERE organisation_id = $1 AND cycle_id = $2 AND pool_id = $3 AND sums IS NULL"
);
stmt!(
    OPEN_WITH = "
    UPDATE pool_cycles SET opening_lots = $5 WHERE organisation_id = $1 AND pool_id = $4
        AND cycle_id = (SELECT id FROM cycles
            WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3)"
);

pub async fn insert_pool(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (key, unit, position): (&str, Unit, i64),
    now: DateTime<Utc>,
) -> Result<PoolId> {
    let id = PoolId(Uuid::now_v7());
    let args = vec![
        id.into(),
        scope.organisation().into(),
        retainer.into(),
        key.into(),
        Arg::name(unit),
        position.into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(id)
}
/// Writes what pools are in new cycles. Those that exist stay.
pub async fn insert_pool_cycles(tx: &mut Tx, scope: Scope, rows: &[PoolCycleRow]) -> Result<()> {
    let value = |row: &PoolCycleRow| {
        vec![
            Arg::from(scope.organisation()),
            Arg::from(row.cycle_id),
            Arg::from(row.pool_id),
            Arg::from(row.granted),
            Arg::json(&row.opening_lots.0),
        ]
    };
    for rows in rows.chunks(200) {
        let query = Query::new(
            "INSERT INTO pool_cycles (organisation_id, cycle_id, pool_id, granted, opening_lots)
            VALUES",
        );
        let query = query.rows(rows.iter().map(value).collect());
        tx.execute(query.text(" ON CONFLICT (organisation_id, cycle_id, pool_id) DO NOTHING"))
            .await?;
    }
    Ok(())
}
pub async fn set_granted(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    granted: i64,
) -> Result<()> {
    tx.execute(SET_GRANTED.with(args![scope.organisation(), cycle, pool, granted])).await?;
    Ok(())
}
/// False if it was frozen already.
pub async fn freeze_pool(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    frozen: &Frozen,
) -> Result<bool> {
    let args = vec![scope.organisation().into(), cycle.into(), pool.into(), Arg::json(frozen)];
    Ok(tx.execute(FREEZE.with(args)).await? == 1)
}
/// Gives a pool what its cycle begins with.
pub async fn open_with(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): (RetainerId, i64),
    pool: PoolId,
    opening: &Opening,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        retainer.into(),
        seq.into(),
        pool.into(),
        Arg::json(opening),
    ];
    tx.execute(OPEN_WITH.with(args)).await?;
    Ok(())
}
