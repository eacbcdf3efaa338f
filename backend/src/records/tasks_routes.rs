//! Next steps over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{AccountId, MemberId, NewTask, Page, Task, TaskChange, TaskId, TaskState};

use super::tasks as service;
use super::tasks_store::Filter;
use crate::auth::{Allowed, KeepRecords, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

/// Every route of next steps.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(finish)
        .service(reopen);
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
    /// About this client or partner.
    account_id: Option<AccountId>,
    /// Whose.
    owner_id: Option<MemberId>,
    /// Open or done.
    state: Option<TaskState>,
    /// Only those to be done by this day or earlier.
    due_by: Option<NaiveDate>,
}

/// List next steps in the order of their days, those without one last
#[utoipa::path(tag = "records", operation_id = "list_tasks", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Task>)))]
#[get("/tasks")]
async fn list(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Task>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter {
        account: query.account_id,
        owner: query.owner_id,
        state: query.state,
        due_by: query.due_by,
        ..Filter::default()
    };
    let page = db.read(async |tx| service::list(tx, allowed.scope, filter, &paging).await).await?;
    Ok(web::Json(page))
}

/// Write a next step down
#[utoipa::path(tag = "records", operation_id = "create_task", security(("bearer" = [])),
    request_body = NewTask, responses((status = 201, body = Task)))]
#[post("/tasks")]
async fn create(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewTask>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a next step
#[utoipa::path(tag = "records", operation_id = "get_task", security(("bearer" = [])),
    params(("id" = TaskId, Path)), responses((status = 200, body = Task)))]
#[get("/tasks/{id}")]
async fn find(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<TaskId>,
) -> Result<HttpResponse> {
    let task = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(task.version, &task))
}

/// Change the title, the owner or the day of an open next step
#[utoipa::path(tag = "records", operation_id = "update_task", security(("bearer" = [])),
    params(("id" = TaskId, Path)), request_body = TaskChange,
    responses((status = 200, body = Task)))]
#[patch("/tasks/{id}")]
async fn change(
    allowed: Allowed<KeepRecords>,
    db: web::Data<Db>,
    Id(id): Id<TaskId>,
    IfMatch(version): IfMatch,
    Body(body): Body<TaskChange>,
) -> Result<HttpResponse> {
    let work = async |tx: &mut _| service::change(tx, allowed.scope, (id, version), &body).await;
    let task = db.write(work).await?;
    Ok(versioned(task.version, &task))
}

/// Say that a next step is done
#[utoipa::path(tag = "records", operation_id = "finish_task", security(("bearer" = [])),
    params(("id" = TaskId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Task)))]
#[post("/tasks/{id}/done")]
async fn finish(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<TaskId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::finish(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Say that a next step is to be done again
#[utoipa::path(tag = "records", operation_id = "reopen_task", security(("bearer" = [])),
    params(("id" = TaskId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Task)))]
#[post("/tasks/{id}/reopen")]
async fn reopen(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<TaskId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::reopen(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
