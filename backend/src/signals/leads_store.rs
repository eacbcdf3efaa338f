//! Leads in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Lead, LeadFit, LeadId, Money, RetainerId, WorkColumn, WorkItemId};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A lead as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LeadRow {
    pub id: LeadId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_name: String,
    pub reference: String,
    pub fit: LeadFit,
    pub came_on: NaiveDate,
    pub source: String,
    pub work_item_id: Option<WorkItemId>,
    pub work_number: Option<i64>,
    pub work_title: Option<String>,
    pub revenue_minor: Option<i64>,
    pub currency: Option<String>,
    pub note: Option<String>,
    pub imported: bool,
    pub version: i64,
}
impl LeadRow {
    /// What came of it.
    pub fn revenue(&self) -> Option<Money> {
        let (amount_minor, currency) = self.revenue_minor.zip(self.currency.clone())?;
        Some(Money { amount_minor, currency })
    }
}
impl From<LeadRow> for Lead {
    fn from(row: LeadRow) -> Self {
        Self {
            revenue: row.revenue(),
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_name: row.account_name,
            reference: row.reference,
            fit: row.fit,
            came_on: row.came_on,
            source: row.source,
            work_item_id: row.work_item_id,
            work_number: row.work_number,
            work_title: row.work_title,
            note: row.note,
            imported: row.imported,
            version: row.version,
        }
    }
}

/// What sales says of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub fit: LeadFit,
    pub work: Option<WorkItemId>,
    pub revenue: Option<Money>,
    pub note: Option<String>,
}

/// A lead to write.
#[derive(Debug, Clone)]
pub struct Fresh<'a> {
    pub retainer: RetainerId,
    pub reference: &'a str,
    pub came_on: NaiveDate,
    pub source: &'a str,
    pub imported: bool,
    pub said: &'a Said,
}

const SELECT: &str = "
    SELECT l.id, l.retainer_id, r.name AS retainer_name, a.name AS account_name, l.reference,
        l.fit, l.came_on, l.source, l.work_item_id, w.number AS work_number,
        w.title AS work_title, l.revenue_minor, l.currency, l.note, l.imported, l.version
    FROM leads l
    JOIN retainers r ON r.organisation_id = l.organisation_id AND r.id = l.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN work_items w ON w.organisation_id = l.organisation_id AND w.id = l.work_item_id
    WHERE l.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub fit: Option<LeadFit>,
    pub before: Option<(NaiveDate, LeadId)>,
    pub limit: i64,
}

/// Leads, the last that came first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<LeadRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND l.retainer_id = ?", filter.retainer)
        .push_opt(" AND l.fit = ?", filter.fit.map(Arg::name));
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (l.came_on, l.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY l.came_on DESC, l.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: LeadId) -> Result<LeadRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND l.id = ?", id);
    Ok(tx.one(query).await?)
}
/// The lead of a retainer that is called so in the CRM.
pub async fn called(
    tx: &mut Tx,
    scope: Scope,
    (retainer, reference): (RetainerId, &str),
) -> Result<Option<LeadRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND l.retainer_id = ?", retainer)
        .push(" AND l.reference = ?", reference);
    Ok(tx.opt(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO leads (id, organisation_id, retainer_id, reference, fit, came_on, source,
        work_item_id, revenue_minor, currency, note, imported, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
stmt!(
    CHANGE = "
    UPDATE leads SET fit = $4, work_item_id = $5, revenue_minor = $6, currency = $7, note = $8,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
stmt!(RETAINER = "SELECT id FROM retainers WHERE organisation_id = $1 AND id = $2");
stmt!(
    WORK = "
    SELECT stage FROM work_items WHERE organisation_id = $1 AND id = $2 AND retainer_id = $3"
);
stmt!(
    NUMBERED = "
    SELECT id, stage FROM work_items
    WHERE organisation_id = $1 AND retainer_id = $2 AND number = $3"
);

fn revenue(said: &Said) -> (Arg, Arg) {
    let (minor, currency) =
        said.revenue.as_ref().map(|one| (one.amount_minor, one.currency.clone())).unzip();
    (minor.into(), currency.into())
}

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (LeadId, &Fresh<'_>),
    now: DateTime<Utc>,
) -> Result<()> {
    let (minor, currency) = revenue(new.said);
    let args = vec![
        scope.organisation().into(),
        id.into(),
        new.retainer.into(),
        new.reference.into(),
        Arg::name(new.said.fit),
        new.came_on.into(),
        new.source.into(),
        new.said.work.into(),
        minor,
        currency,
        new.said.note.clone().into(),
        new.imported.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (LeadId, i64),
    said: &Said,
) -> Result<bool> {
    let (minor, currency) = revenue(said);
    let args = vec![
        scope.organisation().into(),
        id.into(),
        version.into(),
        Arg::name(said.fit),
        said.work.into(),
        minor,
        currency,
        said.note.clone().into(),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

pub async fn retainer_is_known(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<bool> {
    let found: Option<(RetainerId,)> =
        tx.opt(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}
/// How far a piece of work of a retainer is; none if there is none.
pub async fn stage(
    tx: &mut Tx,
    scope: Scope,
    (retainer, id): (RetainerId, WorkItemId),
) -> Result<Option<WorkColumn>> {
    let found: Option<(WorkColumn,)> =
        tx.opt(WORK.with(args![scope.organisation(), id, retainer])).await?;
    Ok(found.map(|(stage,)| stage))
}
/// Likewise by its number.
pub async fn numbered(
    tx: &mut Tx,
    scope: Scope,
    (retainer, number): (RetainerId, i64),
) -> Result<Option<(WorkItemId, WorkColumn)>> {
    Ok(tx.opt(NUMBERED.with(args![scope.organisation(), retainer, number])).await?)
}
