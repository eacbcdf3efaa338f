//! What came of renewals, and what is ahead, over HTTP.
use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{Problem, RenewalForecast, RenewalReport};

use super::{forecast, report};
use crate::auth::{Allowed, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Params, attachment};
use crate::openapi::Routes;

/// Every route of reports about renewals.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(as_sheet).service(ahead).service(ahead_sheet);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// A day of the first month; of the one eleven months before the last if left out.
    from: Option<NaiveDate>,
    /// A day of the last month, at most twelve months from now; of this month if left out.
    to: Option<NaiveDate>,
}

fn sheet(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment(name)))
        .body(text)
}

/// Report what came of the renewals of clients, by the months in which their terms end: won for the
/// same, for more or less, lost and why, and which part goes on
#[utoipa::path(tag = "reports", operation_id = "get_renewal_report",
    security(("bearer" = [])), params(ReportQuery),
    responses((status = 200, body = RenewalReport)))]
#[get("/reports/renewals")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ReportQuery>,
) -> Result<web::Json<RenewalReport>> {
    let (scope, now, asked) = (allowed.scope, clock.now(), (query.from, query.to));
    let found = db.read(async |tx| report::read(tx, scope, asked, now).await).await?;
    Ok(web::Json(report::report(&found)?))
}

/// Read the renewals of clients whose terms end in some months as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_renewal_report_sheet",
    security(("bearer" = [])), params(ReportQuery), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/reports/renewals.csv")]
async fn as_sheet(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ReportQuery>,
) -> Result<HttpResponse> {
    let (scope, now, asked) = (allowed.scope, clock.now(), (query.from, query.to));
    let found = db.read(async |tx| report::read(tx, scope, asked, now).await).await?;
    let ends = |day: Option<&NaiveDate>| day.map(|day| day.format("%Y-%m").to_string());
    let (from, to) = (ends(found.months.first()), ends(found.months.last()));
    let name = format!("Renewals {} {}.csv", from.unwrap_or_default(), to.unwrap_or_default());
    Ok(sheet(&name, report::csv(&found)))
}

/// Report what the contracts of clients will probably bring a month, for twelve months from this one on:
/// in full until their terms end, as likely as their renewals after
#[utoipa::path(tag = "reports", operation_id = "get_renewal_forecast",
    security(("bearer" = [])), responses((status = 200, body = RenewalForecast)))]
#[get("/reports/renewals/forecast")]
async fn ahead(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<web::Json<RenewalForecast>> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| forecast::read(tx, scope, now).await).await?;
    Ok(web::Json(forecast::forecast(&found)?))
}

/// Read what each contract of a client will probably bring a month as a sheet
#[utoipa::path(tag = "reports", operation_id = "get_renewal_forecast_sheet",
    security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/reports/renewals/forecast.csv")]
async fn ahead_sheet(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| forecast::read(tx, scope, now).await).await?;
    Ok(sheet("Forecast.csv", forecast::csv(&found)?))
}
