//! Rules of calls over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Deserialize;
use shared::api::{CallRule, CallRuleId, CallRuleSet, Page, RetainerId};

use super::service;
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

/// Every route of rules of calls.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change).service(end).service(reopen);
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
}

/// List the rules by which calls of a retainer are booked, in the order in which they were made
#[utoipa::path(tag = "delivery", operation_id = "list_call_rules", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<CallRule>)))]
#[get("/retainers/{id}/call-rules")]
async fn list(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<CallRule>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    Ok(web::Json(db.read(async |tx| service::list(tx, scope, id, &paging, now).await).await?))
}

/// Have calls of a retainer booked by a rule: those of the next eight weeks at once
#[utoipa::path(tag = "delivery", operation_id = "create_call_rule", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = CallRuleSet,
    responses((status = 201, body = CallRule)))]
#[post("/retainers/{id}/call-rules")]
async fn create(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<CallRuleSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, (id, &body), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a rule by which calls are booked
#[utoipa::path(tag = "delivery", operation_id = "get_call_rule", security(("bearer" = [])),
    params(("id" = CallRuleId, Path)), responses((status = 200, body = CallRule)))]
#[get("/call-rules/{id}")]
async fn find(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CallRuleId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| service::find(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Replace what a rule says: its calls to come move with it, but for those that somebody changed
#[utoipa::path(tag = "delivery", operation_id = "update_call_rule", security(("bearer" = [])),
    params(("id" = CallRuleId, Path)), request_body = CallRuleSet,
    responses((status = 200, body = CallRule)))]
#[put("/call-rules/{id}")]
async fn change(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CallRuleId>,
    IfMatch(version): IfMatch,
    Body(body): Body<CallRuleSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, (id, version), &body, now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

/// End a rule: its calls to come are removed, but for those that somebody changed
#[utoipa::path(tag = "delivery", operation_id = "delete_call_rule", security(("bearer" = [])),
    params(("id" = CallRuleId, Path)), responses((status = 204)))]
#[delete("/call-rules/{id}")]
async fn end(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CallRuleId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| service::end(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take back the end of a rule: its calls to come are booked again, but for those that somebody changed
#[utoipa::path(tag = "delivery", operation_id = "reopen_call_rule", security(("bearer" = [])),
    params(("id" = CallRuleId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = CallRule)))]
#[post("/call-rules/{id}/reopen")]
async fn reopen(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<CallRuleId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::reopen(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
