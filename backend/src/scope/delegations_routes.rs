//! Delegations over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{Delegation, DelegationId, NewDelegation, Page, RetainerId};

use super::delegations;
use crate::auth::{Allowed, ManageScope, ReadScope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, PageParams, Params};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(delegate).service(revoke);
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

/// List who of the side that serves may decide, or might once, the newest first
#[utoipa::path(tag = "scope", operation_id = "list_delegations", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<Delegation>)))]
#[get("/retainers/{id}/delegations")]
async fn list(
    allowed: Allowed<ReadScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Delegation>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, now) = (allowed.scope, clock.now());
    let all = db.read(async |tx| delegations::list(tx, scope, id, &paging, now).await).await?;
    Ok(web::Json(all))
}

/// Record that the business gave somebody who serves it the right to decide
#[utoipa::path(tag = "scope", operation_id = "create_delegation", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewDelegation,
    responses((status = 201, body = Delegation)))]
#[post("/retainers/{id}/delegations")]
async fn delegate(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewDelegation>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| delegations::delegate(tx, scope, (id, &body), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Take a right to decide back, at once
#[utoipa::path(tag = "scope", operation_id = "revoke_delegation", security(("bearer" = [])),
    params(("id" = DelegationId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Delegation)))]
#[post("/delegations/{id}/revoke")]
async fn revoke(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<DelegationId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| delegations::revoke(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
