//! Deliverables in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, CycleId, Deliverable, DeliverableId, MemberId, PoolId, RetainerId, Unit,
};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::text::like;
use crate::{args, stmt};

/// Something delivered, to write.
#[derive(Debug, Clone)]
pub struct Written {
    pub id: DeliverableId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub cycle_id: CycleId,
    pub member_id: MemberId,
    pub item: Option<String>,
    pub title: Option<String>,
    pub count: i64,
    pub units: i64,
    pub delivered_on: NaiveDate,
    pub late: bool,
}

/// Something delivered with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliverableRow {
    pub id: DeliverableId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_name: String,
    pub cycle_id: CycleId,
    pub pool_id: PoolId,
    pub pool_key: String,
    pub unit: Unit,
    pub member_id: MemberId,
    pub member_name: String,
    pub item: Option<String>,
    pub title: Option<String>,
    pub count: i64,
    pub units: i64,
    pub delivered_on: NaiveDate,
    pub late: bool,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<DeliverableRow> for Deliverable {
    fn from(row: DeliverableRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_name: row.account_name,
            cycle_id: row.cycle_id,
            pool: row.pool_key,
            unit: row.unit,
            member_id: row.member_id,
            member_name: row.member_name,
            item: row.item,
            title: row.title,
            count: row.count,
            units: row.units,
            delivered_on: row.delivered_on,
            late: row.late,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT d.id, d.retainer_id, r.name AS retainer_name, a.name AS account_name, d.cycle_id,
        d.pool_id, p.key AS pool_key, p.unit, d.member_id, m.name AS member_name, d.item, d.title,
        d.count, d.units, d.delivered_on, d.late, d.created_at, d.version
    FROM deliverables d
    JOIN retainers r ON r.organisation_id = d.organisation_id AND r.id = d.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = d.organisation_id AND m.id = d.member_id
    JOIN pools p ON p.organisation_id = d.organisation_id AND p.id = d.pool_id
    WHERE d.deleted_at IS NULL AND d.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub account: Option<AccountId>,
    pub member: Option<MemberId>,
    pub cycle: Option<CycleId>,
    pub pool: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub text: Option<String>,
    pub before: Option<(NaiveDate, DeliverableId)>,
    pub limit: i64,
}

/// Things delivered, the newest day first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<DeliverableRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND d.retainer_id = ?", filter.retainer)
        .push_opt(" AND r.account_id = ?", filter.account)
        .push_opt(" AND d.member_id = ?", filter.member)
        .push_opt(" AND d.cycle_id = ?", filter.cycle)
        .push_opt(" AND p.key = ?", filter.pool)
        .push_opt(" AND d.delivered_on >= ?", filter.from)
        .push_opt(" AND d.delivered_on <= ?", filter.to);
    if let Some(text) = filter.text.as_deref().map(like) {
        query = query
            .push(" AND (r.sort_key LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR a.sort_key LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR LOWER(d.title) LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR LOWER(d.item) LIKE ? ESCAPE '\\')", text.as_str());
    }
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (d.delivered_on, d.id) < (?", day).push(", ?)", id);
    }
    let order = " ORDER BY d.delivered_on DESC, d.id DESC LIMIT ?";
    Ok(tx.all(query.push(order, filter.limit)).await?)
}
/// Something delivered that was not taken back.
pub async fn find(tx: &mut Tx, scope: Scope, id: DeliverableId) -> Result<DeliverableRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND d.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO deliverables (id, organisation_id, retainer_id, pool_id, cycle_id, member_id, item,
        title, count, units, delivered_on, late, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
stmt!(
    CHANGE = "
    UPDATE deliverables SET pool_id = $4, cycle_id = $5, item = $6, title = $7, count = $8,
        units = $9, delivered_on = $10, late = $11, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);
stmt!(
    DELETE = "
    UPDATE deliverables SET deleted_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);

pub async fn insert(tx: &mut Tx, scope: Scope, row: &Written, now: DateTime<Utc>) -> Result<()> {
    let args = args![
        row.id,
        scope.organisation(),
        row.retainer_id,
        row.pool_id,
        row.cycle_id,
        row.member_id,
        row.item.clone(),
        row.title.clone(),
        row.count,
        row.units,
        row.delivered_on,
        row.late,
        scope.member(),
        now,
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &Written, version: i64) -> Result<bool> {
    let args = args![
        scope.organisation(),
        row.id,
        version,
        row.pool_id,
        row.cycle_id,
        row.item.clone(),
        row.title.clone(),
        row.count,
        row.units,
        row.delivered_on,
        row.late,
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// False if someone else changed it first.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (DeliverableId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(DELETE.with(args![scope.organisation(), id, version, now])).await? == 1)
}
