//! Amendments, pauses and the end of a retainer over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use shared::api::{
    AmendmentPreview, NewAmendment, NewPause, Resumption, Retainer, RetainerId, Termination,
};

use super::lifecycle;
use crate::auth::{Allowed, ManageRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once};

/// Every route of what happens to a retainer.
pub fn routes(routes: &mut Routes) {
    routes.service(preview).service(amend).service(pause).service(resume).service(end);
}

/// Agree on new terms, from the next cycle on or now
#[utoipa::path(tag = "retainers", operation_id = "create_amendment", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewAmendment,
    responses((status = 201, body = Retainer)))]
#[post("/retainers/{id}/amendments")]
async fn amend(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewAmendment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| lifecycle::amend(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Preview an amendment: what it would move in the running cycle
#[utoipa::path(tag = "retainers", operation_id = "preview_amendment", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewAmendment,
    responses((status = 200, body = AmendmentPreview)))]
#[post("/retainers/{id}/amendments/preview")]
async fn preview(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewAmendment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| lifecycle::preview(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Pause a retainer from a day to come
#[utoipa::path(tag = "retainers", operation_id = "pause_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewPause,
    responses((status = 200, body = Retainer)))]
#[post("/retainers/{id}/pause")]
async fn pause(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewPause>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| lifecycle::pause(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Resume a paused retainer, or do without a pause to come
#[utoipa::path(tag = "retainers", operation_id = "resume_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = Resumption,
    responses((status = 200, body = Retainer)))]
#[post("/retainers/{id}/resume")]
async fn resume(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<Resumption>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| lifecycle::resume(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// End a retainer on a day to come, or let it run on
#[utoipa::path(tag = "retainers", operation_id = "end_retainer", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = Termination,
    responses((status = 200, body = Retainer)))]
#[post("/retainers/{id}/end")]
async fn end(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<Termination>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| lifecycle::end(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
