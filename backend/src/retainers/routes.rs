//! Retainers over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, NewRetainer, NewSimulation, Page, Retainer, RetainerChange, RetainerId,
    RetainerState, RetainerSummary, Simulation,
};

use super::store::Filter;
use super::{service, simulation};
use crate::auth::{Allowed, ManageRetainers, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::spa;

/// Every route of retainers.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(simulate)
        // Another method at its address is not one of a retainer with this name.
        .route("/retainers/simulate", web::to(spa::answer))
        .service(find)
        .service(change)
        .service(activate)
        .configure(super::lifecycle_routes::routes);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Of this account only.
    account_id: Option<AccountId>,
    /// In this state only.
    state: Option<RetainerState>,
    /// Part of the retainer's or the account's name.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// List retainers by name, with their balances
#[utoipa::path(tag = "retainers", operation_id = "list_retainers", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<RetainerSummary>)))]
#[get("/retainers")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<RetainerSummary>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, now) = (allowed.scope, clock.now());
    let (accounts, state, text) = (query.account_id.map(|id| vec![id]), query.state, query.q);
    let filter = Filter { accounts, state, text, ..Filter::default() };
    let retainers =
        db.read(async |tx| service::list(tx, scope, filter, &paging, now).await).await?;
    Ok(web::Json(retainers))
}

/// Agree on a retainer. Its cycles are generated from the terms
#[utoipa::path(tag = "retainers", operation_id = "create_retainer", security(("bearer" = [])),
    request_body = NewRetainer, responses((status = 201, body = Retainer)))]
#[post("/retainers")]
async fn create(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewRetainer>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Play terms: twelve cycles of a light, a normal and a heavy client. Nothing is kept
#[utoipa::path(tag = "retainers", operation_id = "simulate_terms", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewSimulation, responses((status = 200, body = Simulation)))]
#[post("/retainers/simulate")]
async fn simulate(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewSimulation>,
) -> Result<HttpResponse> {
    let played = simulation::simulate(&body)?;
    let work = async |_: &mut _| Ok(&played);
    once.answer(&db, (allowed.scope, clock.now()), &body, StatusCode::OK, work).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// What was known and true at the end of this day.
    as_of: Option<NaiveDate>,
}

/// Read a retainer with its balance, now or as of a day
#[utoipa::path(tag = "retainers", operation_id = "get_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path), AsOf), responses((status = 200, body = Retainer)))]
#[get("/retainers/{id}")]
async fn find(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<AsOf>,
) -> Result<HttpResponse> {
    let (scope, now, as_of) = (allowed.scope, clock.now(), query.as_of);
    let retainer = db.read(async |tx| service::find(tx, scope, id, now, as_of).await).await?;
    Ok(versioned(retainer.version, &retainer))
}

/// Change a retainer itself; its terms change by amendment
#[utoipa::path(tag = "retainers", operation_id = "update_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = RetainerChange,
    responses((status = 200, body = Retainer)))]
#[patch("/retainers/{id}")]
async fn change(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RetainerChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let retainer =
        db.write(async |tx| service::change(tx, scope, id, (&body, version), now).await).await?;
    Ok(versioned(retainer.version, &retainer))
}

/// Start keeping the books: cycles whose time is up are closed, and from then on by the calendar
#[utoipa::path(tag = "retainers", operation_id = "activate_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Retainer)))]
#[post("/retainers/{id}/activate")]
async fn activate(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::activate(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
