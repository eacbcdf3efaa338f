//! What clients are asked to approve, over HTTP.
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{
    ApprovalRequest, ApprovalRequestId, ApprovalRequestMade, ApprovalRequests, CycleId,
    NewApprovalRequest, RetainerId,
};

use super::asks;
use crate::auth::{Allowed, ApproveOverage, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, Params, versioned};
use crate::openapi::Routes;

/// Every route of what clients are asked to approve.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(make).service(find).service(withdraw);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Of pools with this key only.
    #[param(max_length = 40)]
    pool: Option<String>,
    /// Of this cycle only.
    cycle_id: Option<CycleId>,
}

/// List what the client of a retainer was asked to approve, the newest first
#[utoipa::path(tag = "delivery", operation_id = "list_approval_requests", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = ApprovalRequests)))]
#[get("/retainers/{id}/approval-requests")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<ApprovalRequests>> {
    let (scope, now) = (allowed.scope, clock.now());
    let of = (query.pool, query.cycle_id);
    let read = async |tx: &mut _| asks::list(tx, scope, (id, of.clone()), now).await;
    Ok(web::Json(db.read(read).await?))
}

/// Ask somebody at the client for work beyond the limit of a pool, by a link that is told once; what was
/// asked before of that pool and cycle is taken back
#[utoipa::path(tag = "delivery", operation_id = "create_approval_request",
    security(("bearer" = [])), params(("id" = RetainerId, Path)), request_body = NewApprovalRequest,
    responses((status = 201, body = ApprovalRequestMade)))]
#[post("/retainers/{id}/approval-requests")]
async fn make(
    allowed: Allowed<ApproveOverage>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewApprovalRequest>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| asks::make(tx, scope, (id, &body), now).await;
    let anew = async |tx: &mut _, made| asks::told_anew(tx, scope, made, now).await;
    let bare = |made| ApprovalRequestMade { token: String::new(), ..made };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}

/// Read what a client was asked to approve
#[utoipa::path(tag = "delivery", operation_id = "get_approval_request", security(("bearer" = [])),
    params(("id" = ApprovalRequestId, Path)),
    responses((status = 200, body = ApprovalRequest)))]
#[get("/approval-requests/{id}")]
async fn find(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ApprovalRequestId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| asks::find(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Take back what a client was asked to approve
#[utoipa::path(tag = "delivery", operation_id = "withdraw_approval_request",
    security(("bearer" = [])),
    params(("id" = ApprovalRequestId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ApprovalRequest)))]
#[post("/approval-requests/{id}/withdraw")]
async fn withdraw(
    allowed: Allowed<ApproveOverage>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ApprovalRequestId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| asks::withdraw(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
