//! Changes of scope over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{NewScopeChange, NewScopeDecision, Page, RetainerId, ScopeChange, ScopeChangeId};

use super::changes;
use crate::auth::{Allowed, ManageScope, ReadScope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, PageParams, Params};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(propose).service(accept).service(decline);
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

/// List changes of a retainer's scope, the newest first
#[utoipa::path(tag = "scope", operation_id = "list_scope_changes", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<ScopeChange>)))]
#[get("/retainers/{id}/scope/changes")]
async fn list(
    allowed: Allowed<ReadScope>,
    db: web::Data<Db>,
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<ScopeChange>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| changes::list(tx, allowed.scope, id, &paging).await).await?;
    Ok(web::Json(all))
}

/// Propose a dated change of what a running retainer holds
#[utoipa::path(tag = "scope", operation_id = "propose_scope_change", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewScopeChange,
    responses((status = 201, body = ScopeChange)))]
#[post("/retainers/{id}/scope/changes")]
async fn propose(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewScopeChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| changes::propose(tx, scope, (id, &body), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Record that a change of scope was accepted, and by whom
#[utoipa::path(tag = "scope", operation_id = "accept_scope_change", security(("bearer" = [])),
    params(("id" = ScopeChangeId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewScopeDecision, responses((status = 200, body = ScopeChange)))]
#[post("/scope-changes/{id}/accept")]
async fn accept(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ScopeChangeId>,
    Body(body): Body<NewScopeDecision>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| changes::accept(tx, scope, (id, &body), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Record that a change of scope was turned down, and by whom
#[utoipa::path(tag = "scope", operation_id = "decline_scope_change", security(("bearer" = [])),
    params(("id" = ScopeChangeId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewScopeDecision, responses((status = 200, body = ScopeChange)))]
#[post("/scope-changes/{id}/decline")]
async fn decline(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ScopeChangeId>,
    Body(body): Body<NewScopeDecision>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| changes::decline(tx, scope, (id, &body), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
