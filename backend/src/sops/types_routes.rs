//! Kinds of requests over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use shared::api::{NewRequestType, Page, RequestType, RequestTypeChange, RequestTypeId};

use super::types;
use crate::auth::{Allowed, ManageModel, ReadModel};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change);
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
    /// Those that can be chosen no more, instead of the others.
    archived: Option<bool>,
}

/// List kinds of requests by name
#[utoipa::path(tag = "model", operation_id = "list_request_types", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<RequestType>)))]
#[get("/request-types")]
async fn list(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<RequestType>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let which = (query.q.as_deref(), query.archived.unwrap_or_default());
    let work = async |tx: &mut _| types::list(tx, scope, which, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}

/// Add a kind of request
#[utoipa::path(tag = "model", operation_id = "create_request_type", security(("bearer" = [])),
    request_body = NewRequestType, responses((status = 201, body = RequestType)))]
#[post("/request-types")]
async fn create(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewRequestType>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| types::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a kind of request, with its whole form and its checklist
#[utoipa::path(tag = "model", operation_id = "get_request_type", security(("bearer" = [])),
    params(("id" = RequestTypeId, Path)), responses((status = 200, body = RequestType)))]
#[get("/request-types/{id}")]
async fn find(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestTypeId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let found = db.read(async |tx| types::find(tx, allowed.scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change a kind of request, or take it out of the lists
#[utoipa::path(tag = "model", operation_id = "update_request_type", security(("bearer" = [])),
    params(("id" = RequestTypeId, Path)), request_body = RequestTypeChange,
    responses((status = 200, body = RequestType)))]
#[patch("/request-types/{id}")]
async fn change(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestTypeId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RequestTypeChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| types::change(tx, scope, id, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}
