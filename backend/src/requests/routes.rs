//! Requests over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use shared::api::{
    NewRequest, Page, Request, RequestChange, RequestEvent, RequestId, RequestSource, RequestState,
    RetainerId,
};

use super::{intake, store, view};
use crate::auth::{Allowed, DoWork, ReadWork};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change).service(history);
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
    /// In this state only.
    state: Option<RequestState>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
}

/// List requests, the newest first
#[utoipa::path(tag = "requests", operation_id = "list_requests", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Request>)))]
#[get("/requests")]
async fn list(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Request>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after()?;
    let found = db
        .read(async |tx| {
            let filter = store::Filter {
                state: query.state,
                retainer: query.retainer_id,
                before,
                limit: paging.limit + 1,
            };
            let rows = store::list(tx, scope, filter).await?;
            let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
            Ok(Page { items: view::requests(tx, scope, items, now).await?, next_cursor })
        })
        .await?;
    Ok(web::Json(found))
}

/// Take in a request
#[utoipa::path(tag = "requests", operation_id = "create_request", security(("bearer" = [])),
    request_body = NewRequest, responses((status = 201, body = Request)))]
#[post("/requests")]
async fn create(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewRequest>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    // A key has no session.
    let source = match scope.session() {
        Some(_) => RequestSource::Staff,
        None => RequestSource::Api,
    };
    let work = async |tx: &mut _| intake::create(tx, scope, (&body, source), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a request
#[utoipa::path(tag = "requests", operation_id = "get_request", security(("bearer" = [])),
    params(("id" = RequestId, Path)), responses((status = 200, body = Request)))]
#[get("/requests/{id}")]
async fn find(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| view::request(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change a request that has no verdict
#[utoipa::path(tag = "requests", operation_id = "update_request", security(("bearer" = [])),
    params(("id" = RequestId, Path)), request_body = RequestChange,
    responses((status = 200, body = Request)))]
#[patch("/requests/{id}")]
async fn change(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RequestChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| intake::change(tx, scope, id, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
}

/// List what happened to a request, the newest first
#[utoipa::path(tag = "requests", operation_id = "list_request_events", security(("bearer" = [])),
    params(("id" = RequestId, Path), HistoryQuery),
    responses((status = 200, body = Page<RequestEvent>)))]
#[get("/requests/{id}/events")]
async fn history(
    allowed: Allowed<ReadWork>,
    db: web::Data<Db>,
    Id(id): Id<RequestId>,
    Params(query): Params<HistoryQuery>,
) -> Result<web::Json<Page<RequestEvent>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after()?;
    let read = async |tx: &mut _| {
        store::find(tx, allowed.scope, id).await?;
        store::events(tx, allowed.scope, id, (before, paging.limit + 1)).await
    };
    let rows = db.read(read).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    let items = items.into_iter().map(RequestEvent::from).collect();
    Ok(web::Json(Page { items, next_cursor }))
}
