//! Routines over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use shared::api::{
    NewRetirement, NewSop, NewSopVersion, Page, Sop, SopChange, SopId, SopState, SopVersion,
};

use super::service;
use crate::auth::{Allowed, LogFrictions, ManageModel, ReadModel};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(versions)
        .service(rewrite)
        .service(check)
        .service(used)
        .service(adopt)
        .service(retire);
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
    /// Part of the name.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Which; those in use if left out.
    state: Option<SopState>,
}

/// List routines by name
#[utoipa::path(tag = "model", operation_id = "list_sops", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Sop>)))]
#[get("/sops")]
async fn list(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Sop>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let which = (query.q, query.state.unwrap_or(SopState::Current));
    let work = async |tx: &mut _| service::list(tx, scope, which, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}

/// Write a routine down
#[utoipa::path(tag = "model", operation_id = "create_sop", security(("bearer" = [])),
    request_body = NewSop, responses((status = 201, body = Sop)))]
#[post("/sops")]
async fn create(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewSop>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a routine
#[utoipa::path(tag = "model", operation_id = "get_sop", security(("bearer" = [])),
    params(("id" = SopId, Path)), responses((status = 200, body = Sop)))]
#[get("/sops/{id}")]
async fn find(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<SopId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let sop = db.read(async |tx| service::find(tx, allowed.scope, id, now).await).await?;
    Ok(versioned(sop.version, &sop))
}

/// Change the name, the owner or what a routine watches for
#[utoipa::path(tag = "model", operation_id = "update_sop", security(("bearer" = [])),
    params(("id" = SopId, Path)), request_body = SopChange,
    responses((status = 200, body = Sop)))]
#[patch("/sops/{id}")]
async fn change(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<SopId>,
    IfMatch(version): IfMatch,
    Body(body): Body<SopChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, id, (&body, version), now).await;
    let sop = db.write(work).await?;
    Ok(versioned(sop.version, &sop))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
}

/// List the texts of a routine, the last first
#[utoipa::path(tag = "model", operation_id = "list_sop_versions", security(("bearer" = [])),
    params(("id" = SopId, Path), PageQuery), responses((status = 200, body = Page<SopVersion>)))]
#[get("/sops/{id}/versions")]
async fn versions(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Id(id): Id<SopId>,
    Params(query): Params<PageQuery>,
) -> Result<web::Json<Page<SopVersion>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let work = async |tx: &mut _| service::versions(tx, allowed.scope, id, &paging).await;
    Ok(web::Json(db.read(work).await?))
}

/// Write a routine anew; the text before is archived
#[utoipa::path(tag = "model", operation_id = "create_sop_version", security(("bearer" = [])),
    params(
        ("id" = SopId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = NewSopVersion, responses((status = 201, body = Sop)))]
#[post("/sops/{id}/versions")]
async fn rewrite(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<SopId>,
    Body(body): Body<NewSopVersion>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::rewrite(tx, scope, (id, version), &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Note that a routine was checked and holds
#[utoipa::path(tag = "model", operation_id = "check_sop", security(("bearer" = [])),
    params(("id" = SopId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Sop)))]
#[post("/sops/{id}/check")]
async fn check(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<SopId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::check(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Note that a routine was followed today
#[utoipa::path(tag = "model", operation_id = "use_sop", security(("bearer" = [])),
    params(("id" = SopId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Sop)))]
#[post("/sops/{id}/use")]
async fn used(
    allowed: Allowed<LogFrictions>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<SopId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::use_today(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// End the trial of a routine: it can be used anywhere
#[utoipa::path(tag = "model", operation_id = "adopt_sop", security(("bearer" = [])),
    params(("id" = SopId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Sop)))]
#[post("/sops/{id}/adopt")]
async fn adopt(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<SopId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::adopt(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Take a routine out of use, today or on a day to come
#[utoipa::path(tag = "model", operation_id = "retire_sop", security(("bearer" = [])),
    params(("id" = SopId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewRetirement, responses((status = 200, body = Sop)))]
#[post("/sops/{id}/retire")]
async fn retire(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<SopId>,
    Body(body): Body<NewRetirement>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::retire(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
