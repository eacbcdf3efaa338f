//! Recurring revenue over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{CohortBy, CohortReport, Problem, RecurringReport};

use super::{clients, cohorts, report, sheet};
use crate::auth::{Allowed, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Params, attachment};

/// Every route of recurring revenue.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(as_sheet).service(began).service(began_sheet);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecurringQuery {
    /// A day of the first month; of the one eleven months before the last if left out.
    from: Option<NaiveDate>,
    /// A day of the last month, at most twelve months from now; of this month if left out.
    to: Option<NaiveDate>,
}

/// Report recurring revenue by month: what is new, grew, shrank and left, and what of it stays. A
/// month that is not over tells what is agreed by now
#[utoipa::path(tag = "reports", operation_id = "get_recurring_revenue",
    security(("bearer" = [])), params(RecurringQuery),
    responses((status = 200, body = RecurringReport)))]
#[get("/reports/recurring-revenue")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<RecurringQuery>,
) -> Result<web::Json<RecurringReport>> {
    let (scope, now, asked) = (allowed.scope, clock.now(), (query.from, query.to));
    Ok(web::Json(db.read(async |tx| report::report(tx, scope, asked, now).await).await?))
}

/// Read every movement of recurring revenue as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_recurring_revenue_sheet",
    security(("bearer" = [])), params(RecurringQuery), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/reports/recurring-revenue.csv")]
async fn as_sheet(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<RecurringQuery>,
) -> Result<HttpResponse> {
    let (scope, now, asked) = (allowed.scope, clock.now(), (query.from, query.to));
    let found = db.read(async |tx| clients::clients(tx, scope, asked, now).await).await?;
    let ends = |place: Option<&NaiveDate>| place.map(|day| day.format("%Y-%m").to_string());
    let (from, to) = (ends(found.months.get(1)), ends(found.months.last()));
    let name = format!("MRR {} {}.csv", from.unwrap_or_default(), to.unwrap_or_default());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(sheet::csv(&found)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CohortQuery {
    /// How long a period is; a month if left out.
    by: Option<CohortBy>,
    /// A day of the first month; its quarter is told whole. Of the one eleven months before the last,
    /// or eleven quarters, if left out.
    from: Option<NaiveDate>,
    /// A day of the last month, at most this one; of this month if left out.
    to: Option<NaiveDate>,
}

impl CohortQuery {
    fn asked(&self) -> cohorts::Asked {
        (self.by.unwrap_or(CohortBy::Month), (self.from, self.to))
    }
}

/// Report clients by the month or quarter in which they began to bring something, with which part of
/// them, and of what they brought then, is left at the end of each period since
#[utoipa::path(tag = "reports", operation_id = "get_cohorts",
    security(("bearer" = [])), params(CohortQuery),
    responses((status = 200, body = CohortReport)))]
#[get("/reports/recurring-revenue/cohorts")]
async fn began(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<CohortQuery>,
) -> Result<web::Json<CohortReport>> {
    let (scope, now, asked) = (allowed.scope, clock.now(), query.asked());
    Ok(web::Json(db.read(async |tx| cohorts::report(tx, scope, asked, now).await).await?))
}

/// Read what is left of cohorts as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_cohorts_sheet",
    security(("bearer" = [])), params(CohortQuery), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/reports/recurring-revenue/cohorts.csv")]
async fn began_sheet(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<CohortQuery>,
) -> Result<HttpResponse> {
    let (scope, now, asked) = (allowed.scope, clock.now(), query.asked());
    let made = db.read(async |tx| cohorts::report(tx, scope, asked, now).await).await?;
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let name = format!("Cohorts {} {}.csv", month(made.from), month(made.to));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(cohorts::csv(&made)))
}
