//! The cycles that end in a month, over all retainers.
use actix_web::{get, web};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::Deserialize;
use shared::api::{
    AccountId, AccountKind, ClosingStage, CycleId, CycleStatus, MonthEnd, Page, RetainerId,
};
use shared::rules::zone;

use crate::auth::{Allowed, ReadRetainers, Scope};
use crate::clock::Clock;
use crate::db::Db;
use crate::db::{Query, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, Params, page};
use crate::identity;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MonthQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// The month in which their last days lie; this month if left out.
    #[param(max_length = 7, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    month: Option<String>,
}

/// List the cycles that end in a month, by account and retainer, with how far their closing is
#[utoipa::path(tag = "cycles", operation_id = "list_closings", security(("bearer" = [])),
    params(MonthQuery), responses((status = 200, body = Page<MonthEnd>)))]
#[get("/closings")]
pub(super) async fn list(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<MonthQuery>,
) -> Result<web::Json<Page<MonthEnd>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let month = query.month.as_deref().map(first_day).transpose()?;
    let (after, limit) = (paging.after()?, paging.limit + 1);
    let rows = db
        .read(async |tx| {
            let month = match month {
                Some(month) => month,
                None => begun(zone::local_date(identity::zone(tx, scope).await?, now)),
            };
            ending(tx, scope, month, (after.clone(), limit)).await
        })
        .await?;
    let Page { items, next_cursor } = page(rows, paging.limit, Row::key);
    Ok(web::Json(Page {
        items: items.into_iter().map(|row| row.shown(now)).collect(),
        next_cursor,
    }))
}

/// The first day of "2026-11".
///
/// # Errors
/// At `month`: no such month.
pub(crate) fn first_day(month: &str) -> Result<NaiveDate> {
    let day = (month.len() == 7).then(|| format!("{month}-01").parse().ok()).flatten();
    day.ok_or_else(|| Error::field("month", "not_allowed"))
}

/// The first day of the month of a day.
pub(crate) fn begun(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// By account and retainer, as people look for them.
type Key = (String, String, CycleId);

#[derive(Debug, Clone, sqlx::FromRow)]
struct Row {
    cycle_id: CycleId,
    retainer_id: RetainerId,
    retainer_name: String,
    retainer_key: String,
    account_id: AccountId,
    account_name: String,
    account_key: String,
    account_kind: AccountKind,
    timezone: String,
    seq: i64,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    closes_at: DateTime<Utc>,
    status: CycleStatus,
    told: bool,
}

impl Row {
    fn key(&self) -> Key {
        (self.account_key.clone(), self.retainer_key.clone(), self.cycle_id)
    }
    fn shown(self, now: DateTime<Utc>) -> MonthEnd {
        // A zone that was taken once stays known.
        let zone = zone::zone(&self.timezone).unwrap_or_default();
        let over = self.ends_on <= zone::local_date(zone, now);
        // A partner serves us: there is no client who waits to be told.
        let partner = self.account_kind == AccountKind::Partner;
        let stage = match (self.told, self.status, over) {
            (true, ..) => ClosingStage::Told,
            (false, CycleStatus::Closed, _) if partner => ClosingStage::Told,
            (false, CycleStatus::Closed, _) => ClosingStage::Frozen,
            (false, CycleStatus::Open, true) => ClosingStage::Due,
            (false, CycleStatus::Open, false) => ClosingStage::Running,
        };
        MonthEnd {
            cycle_id: self.cycle_id,
            retainer_id: self.retainer_id,
            retainer_name: self.retainer_name,
            account_id: self.account_id,
            account_name: self.account_name,
            seq: self.seq,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            closes_at: self.closes_at,
            partner,
            stage,
        }
    }
}

const ENDING: &str = "
    SELECT c.id AS cycle_id, c.retainer_id, r.name AS retainer_name, r.sort_key AS retainer_key,
        r.account_id, a.name AS account_name, a.sort_key AS account_key,
        a.kind AS account_kind, r.timezone, c.seq, c.starts_on, c.ends_on, c.closes_at, c.status,
        k.made_at IS NOT NULL AS told
    FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN cycle_closings k ON k.organisation_id = c.organisation_id AND k.cycle_id = c.id
    WHERE r.state <> 'setup' AND c.organisation_id =";

/// Cycles whose last day lies in the month that begins on a day.
async fn ending(
    tx: &mut Tx,
    scope: Scope,
    first: NaiveDate,
    (after, limit): (Option<Key>, i64),
) -> Result<Vec<Row>> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    // `ends_on` is the day after the last.
    let mut query = Query::new(ENDING)
        .push(" ?", scope.organisation())
        .push(" AND c.ends_on > ?", first)
        .push(" AND c.ends_on <= ?", next);
    if let Some((account, retainer, cycle)) = after {
        query = query
            .push(" AND (a.sort_key, r.sort_key, c.id) > (?", account)
            .push(", ?", retainer)
            .push(", ?)", cycle);
    }
    let query = query.push(" ORDER BY a.sort_key, r.sort_key, c.id LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
