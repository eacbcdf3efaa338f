//! Scopes, gates and fit checks over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, Controls, ControlsKept, FitCheck, NewFitCheck, Page, RetainerId, RetainerScope,
    ScopeSet,
};

use super::{changes_routes, delegations_routes, fit, service};
use crate::auth::{Allowed, ManageControls, ManageScope, ReadOrganisation, ReadScope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

/// Every route of scopes.
pub fn routes(routes: &mut Routes) {
    routes
        .service(find)
        .service(set)
        .service(controls)
        .service(set_controls)
        .service(fit_checks)
        .service(make_fit_check)
        .configure(changes_routes::routes)
        .configure(delegations_routes::routes);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// The day whose lines are told; today if left out.
    on: Option<NaiveDate>,
}

/// Read what a retainer is for, what it holds and what it leaves out, today or on a day
#[utoipa::path(tag = "scope", operation_id = "get_scope", security(("bearer" = [])),
    params(("id" = RetainerId, Path), OnDay), responses((status = 200, body = RetainerScope)))]
#[get("/retainers/{id}/scope")]
async fn find(
    allowed: Allowed<ReadScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<OnDay>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| service::find(tx, scope, id, query.on, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Set what a retainer is for; its lines too, until it runs with some
#[utoipa::path(tag = "scope", operation_id = "set_scope", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = ScopeSet,
    responses((status = 200, body = RetainerScope)))]
#[put("/retainers/{id}/scope")]
async fn set(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<ScopeSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set(tx, scope, id, (&body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}

/// Read how strict the organisation's gates are
#[utoipa::path(tag = "scope", operation_id = "get_controls", security(("bearer" = [])),
    responses((status = 200, body = ControlsKept)))]
#[get("/organisation/controls")]
async fn controls(allowed: Allowed<ReadOrganisation>, db: web::Data<Db>) -> Result<HttpResponse> {
    let kept = db.read(async |tx| service::controls(tx, allowed.scope).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Set how strict the organisation's gates are
#[utoipa::path(tag = "scope", operation_id = "set_controls", security(("bearer" = [])),
    request_body = Controls, responses((status = 200, body = ControlsKept)))]
#[put("/organisation/controls")]
async fn set_controls(
    allowed: Allowed<ManageControls>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<Controls>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set_controls(tx, scope, (body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FitQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Of this account only.
    account_id: Option<AccountId>,
}

/// List checks whether a retainer makes sense, the newest first
#[utoipa::path(tag = "scope", operation_id = "list_fit_checks", security(("bearer" = [])),
    params(FitQuery), responses((status = 200, body = Page<FitCheck>)))]
#[get("/fit-checks")]
async fn fit_checks(
    allowed: Allowed<ReadScope>,
    db: web::Data<Db>,
    Params(query): Params<FitQuery>,
) -> Result<web::Json<Page<FitCheck>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, account) = (allowed.scope, query.account_id);
    let checks = db.read(async |tx| fit::list(tx, scope, account, &paging).await).await?;
    Ok(web::Json(checks))
}

/// Check whether a retainer makes sense, and keep the answers
#[utoipa::path(tag = "scope", operation_id = "create_fit_check", security(("bearer" = [])),
    request_body = NewFitCheck, responses((status = 201, body = FitCheck)))]
#[post("/fit-checks")]
async fn make_fit_check(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewFitCheck>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| fit::make(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
