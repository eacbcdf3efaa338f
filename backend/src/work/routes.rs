//! Work items over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};
use serde::Deserialize;
use shared::api::{
    MemberId, NewWorkItem, NewWorkLevel, Page, PriorityId, RetainerId, WorkColumn, WorkEvent,
    WorkInputsChange, WorkItem, WorkItemChange, WorkItemId, WorkMove, WorkSeatsChange,
};

use super::{events, moves, people, seats, service, store, view};
use crate::auth::{Allowed, DoWork, ReadWork};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of work items.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(set_place)
        .service(set_seats)
        .service(set_inputs)
        .service(set_level)
        .service(history);
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
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
    /// In this column only.
    column: Option<WorkColumn>,
    /// That serve this priority only.
    priority_id: Option<PriorityId>,
    /// In which this person holds a seat.
    member_id: Option<MemberId>,
    /// Begun without a request; with false, all that came of one.
    unrequested: Option<bool>,
}

/// List work items, the newest first
#[utoipa::path(tag = "work", operation_id = "list_work_items", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<WorkItem>)))]
#[get("/work-items")]
async fn list(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<WorkItem>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after()?;
    let found = db
        .read(async |tx| {
            let filter = store::Filter {
                retainer: query.retainer_id,
                column: query.column,
                priority: query.priority_id,
                member: query.member_id,
                unrequested: query.unrequested,
                before,
                limit: paging.limit + 1,
            };
            let rows = store::list(tx, scope, filter).await?;
            let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
            let names = people::names(tx, scope, None).await?;
            let items = view::items(tx, scope, (items, &names), now).await?;
            Ok(Page { items, next_cursor })
        })
        .await?;
    Ok(web::Json(found))
}

/// Put a piece of work on a board
#[utoipa::path(tag = "work", operation_id = "create_work_item", security(("bearer" = [])),
    request_body = NewWorkItem, responses((status = 201, body = WorkItem)))]
#[post("/work-items")]
async fn create(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewWorkItem>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a work item
#[utoipa::path(tag = "work", operation_id = "get_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), responses((status = 200, body = WorkItem)))]
#[get("/work-items/{id}")]
async fn find(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let item = db.read(async |tx| view::item(tx, scope, id, now).await).await?;
    Ok(versioned(item.version, &item))
}

/// Change fields of a work item
#[utoipa::path(tag = "work", operation_id = "update_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkItemChange,
    responses((status = 200, body = WorkItem)))]
#[patch("/work-items/{id}")]
async fn change(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkItemChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, id, (&body, version), now).await;
    let item = db.write(work).await?;
    Ok(versioned(item.version, &item))
}

/// Move a work item: to another column, place or lane
#[utoipa::path(tag = "work", operation_id = "move_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkMove,
    responses((status = 200, body = WorkItem)))]
#[put("/work-items/{id}/place")]
async fn set_place(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkMove>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| moves::place(tx, scope, id, (&body, version), now).await;
    let item = db.write(work).await?;
    Ok(versioned(item.version, &item))
}

/// Give the seats of a work item anew
#[utoipa::path(tag = "work", operation_id = "set_work_item_seats", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkSeatsChange,
    responses((status = 200, body = WorkItem)))]
#[put("/work-items/{id}/seats")]
async fn set_seats(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkSeatsChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| seats::set_seats(tx, scope, id, (&body, version), now).await;
    let item = db.write(work).await?;
    Ok(versioned(item.version, &item))
}

/// Set what a work item needs to begin
#[utoipa::path(tag = "work", operation_id = "set_work_item_inputs", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkInputsChange,
    responses((status = 200, body = WorkItem)))]
#[put("/work-items/{id}/inputs")]
async fn set_inputs(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkInputsChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| seats::set_inputs(tx, scope, id, (&body, version), now).await;
    let item = db.write(work).await?;
    Ok(versioned(item.version, &item))
}

/// Choose how closely a work item is looked at
#[utoipa::path(tag = "work", operation_id = "set_work_item_level", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkLevel,
    responses((status = 200, body = WorkItem)))]
#[put("/work-items/{id}/level")]
async fn set_level(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    IfMatch(version): IfMatch,
    Body(body): Body<NewWorkLevel>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set_level(tx, scope, id, (&body, version), now).await;
    let item = db.write(work).await?;
    Ok(versioned(item.version, &item))
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

/// List what happened to a work item, the newest first
#[utoipa::path(tag = "work", operation_id = "list_work_item_events", security(("bearer" = [])),
    params(("id" = WorkItemId, Path), HistoryQuery),
    responses((status = 200, body = Page<WorkEvent>)))]
#[get("/work-items/{id}/events")]
async fn history(
    allowed: Allowed<ReadWork>,
    db: web::Data<Db>,
    Id(id): Id<WorkItemId>,
    Params(query): Params<HistoryQuery>,
) -> Result<web::Json<Page<WorkEvent>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after()?;
    let read = async |tx: &mut _| {
        store::find(tx, allowed.scope, id).await?;
        events::list(tx, allowed.scope, id, (before, paging.limit + 1)).await
    };
    let rows = db.read(read).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(web::Json(Page { items: items.into_iter().map(WorkEvent::from).collect(), next_cursor }))
}
