//! Reports over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{AccountId, MarginBy, MarginRow, Page, RetainerId, RevenueReport};

use super::margin::{Ask, report};
use super::store::Which;
use super::{margin_sheet, months};
use crate::auth::{Allowed, ReadMargin};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{PageParams, Params};
use crate::identity;

/// Every route of reports.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(sheet).service(by_month).service(months_sheet);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MarginQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// What a row is; a retainer if left out.
    by: Option<MarginBy>,
    /// Cycles that begin on this day or later; if left out, the first day of the month eleven months
    /// before the last. At most 36 months before that; not by lifetime.
    from: Option<NaiveDate>,
    /// Cycles that begin on this day or earlier; today if left out; not by lifetime.
    to: Option<NaiveDate>,
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SheetQuery {
    /// What a row is; a retainer if left out.
    by: Option<MarginBy>,
    /// Cycles that begin on this day or later, as in the report.
    from: Option<NaiveDate>,
    /// Cycles that begin on this day or earlier, as in the report.
    to: Option<NaiveDate>,
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
}

/// Report what clients brought, what that cost, and which margins fall
#[utoipa::path(tag = "reports", operation_id = "list_margin", security(("bearer" = [])),
    params(MarginQuery), responses((status = 200, body = Page<MarginRow>)))]
#[get("/reports/margin")]
async fn list(
    allowed: Allowed<ReadMargin>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<MarginQuery>,
) -> Result<web::Json<Page<MarginRow>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let ask = Ask {
        by: query.by.unwrap_or(MarginBy::Retainer),
        from: query.from,
        to: query.to,
        which: Which { account: query.account_id, retainer: query.retainer_id },
    };
    let work = async |tx: &mut _| report(tx, scope, ask, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}

/// Read the report of margin as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_margin_sheet", security(("bearer" = [])),
    params(SheetQuery), responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/reports/margin.csv")]
async fn sheet(
    allowed: Allowed<ReadMargin>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<SheetQuery>,
) -> Result<HttpResponse> {
    let ask = Ask {
        by: query.by.unwrap_or(MarginBy::Retainer),
        from: query.from,
        to: query.to,
        which: Which { account: query.account_id, retainer: query.retainer_id },
    };
    margin_sheet::sheet(db.get_ref().clone(), allowed.scope, ask, clock.now()).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MonthsQuery {
    /// A day of the first month; if left out, the last twelve are told. At most 36 months before the
    /// last.
    from: Option<NaiveDate>,
    /// A day of the last month; this one if left out.
    to: Option<NaiveDate>,
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
}

impl MonthsQuery {
    fn asked(&self) -> ((Option<NaiveDate>, Option<NaiveDate>), Which) {
        let which = Which { account: self.account_id, retainer: self.retainer_id };
        ((self.from, self.to), which)
    }
}

/// Report what was billed and earned month by month, and what of it was not earned yet
#[utoipa::path(tag = "reports", operation_id = "list_revenue", security(("bearer" = [])),
    params(MonthsQuery), responses((status = 200, body = RevenueReport)))]
#[get("/reports/revenue")]
async fn by_month(
    allowed: Allowed<ReadMargin>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<MonthsQuery>,
) -> Result<web::Json<RevenueReport>> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| months::report(tx, scope, query.asked(), now).await;
    Ok(web::Json(db.read(work).await?))
}

/// Read the report of revenue by month as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_revenue_sheet", security(("bearer" = [])),
    params(MonthsQuery), responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/reports/revenue.csv")]
async fn months_sheet(
    allowed: Allowed<ReadMargin>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<MonthsQuery>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| {
        let report = months::report(tx, scope, query.asked(), now).await?;
        Ok((report, identity::today(tx, scope, now).await?))
    };
    let (report, today) = db.read(work).await?;
    Ok(months::sheet(&report, today))
}
