//! What is added to a work item, over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, post, web};
use shared::api::{
    NewWorkBlocker, NewWorkComment, NewWorkDecision, NewWorkHandoff, NewWorkReview,
    NewWorkRevision, NewWorkVerdict, NewWorkWaiting, WorkItem, WorkItemId, WorkSettled,
};

use super::{blockers, handoffs, steps};
use crate::auth::{Allowed, DoWork};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once};

/// Every route of what is added.
pub fn routes(routes: &mut Routes) {
    routes
        .service(comment)
        .service(review)
        .service(revise)
        .service(decide)
        .service(judge)
        .service(give)
        .service(accept)
        .service(block)
        .service(clear)
        .service(wait);
}

/// Say something about a work item; what an input owner knows is no approval
#[utoipa::path(tag = "work", operation_id = "comment_on_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkComment,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/comments")]
async fn comment(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkComment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::comment(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Write down how somebody found a work item
#[utoipa::path(tag = "work", operation_id = "review_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkReview,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/reviews")]
async fn review(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkReview>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::review(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Begin another round of revision
#[utoipa::path(tag = "work", operation_id = "revise_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkRevision,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/revisions")]
async fn revise(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkRevision>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::revise(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Approve or stop a work item, as its decision owner or with evidence of theirs
#[utoipa::path(tag = "work", operation_id = "decide_on_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkDecision,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/decision")]
async fn decide(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkDecision>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::decide(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Judge the quality of delivered work
#[utoipa::path(tag = "work", operation_id = "judge_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkVerdict,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/verdict")]
async fn judge(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkVerdict>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::judge(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Hand a work item from one area to another
#[utoipa::path(tag = "work", operation_id = "hand_over_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkHandoff,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/handoffs")]
async fn give(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkHandoff>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| handoffs::give(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Accept a handoff
#[utoipa::path(tag = "work", operation_id = "accept_work_item_handoff", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkSettled,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/handoffs/accept")]
async fn accept(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<WorkSettled>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| handoffs::accept(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Note what is in the way of a work item
#[utoipa::path(tag = "work", operation_id = "block_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkBlocker,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/blockers")]
async fn block(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkBlocker>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| blockers::block(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Note that it is out of the way
#[utoipa::path(tag = "work", operation_id = "clear_work_item_blocker", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = WorkSettled,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/blockers/clear")]
async fn clear(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<WorkSettled>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| blockers::clear(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Start or stop the clock of waiting for the client
#[utoipa::path(tag = "work", operation_id = "wait_with_work_item", security(("bearer" = [])),
    params(("id" = WorkItemId, Path)), request_body = NewWorkWaiting,
    responses((status = 201, body = WorkItem)))]
#[post("/work-items/{id}/waiting")]
async fn wait(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkItemId>,
    once: Once,
    Body(body): Body<NewWorkWaiting>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| blockers::wait(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
