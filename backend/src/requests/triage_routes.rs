//! Verdicts on requests over HTTP, and asking for what is missing.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use shared::api::{
    NewRequestQuestion, NewRequestTriage, Request, RequestId, RequestOptions, RequestQuestioned,
    RequestWithdrawal,
};

use super::{effects, questions, triage};
use crate::auth::{Allowed, DoWork, ReadWork, TriageRequests};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once};

pub fn routes(routes: &mut Routes) {
    routes.service(options).service(decide).service(ask).service(withdraw).service(put_on_board);
}

/// See what each of the six verdicts on a request would do
#[utoipa::path(tag = "requests", operation_id = "get_request_options",
    security(("bearer" = [])), params(("id" = RequestId, Path)),
    responses((status = 200, body = RequestOptions)))]
#[get("/requests/{id}/options")]
async fn options(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestId>,
) -> Result<web::Json<RequestOptions>> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| effects::options(tx, scope, id, now).await).await?;
    Ok(web::Json(found))
}

/// Give a request its verdict, or another one while nothing of it has begun
#[utoipa::path(tag = "requests", operation_id = "triage_request", security(("bearer" = [])),
    params(
        ("id" = RequestId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = NewRequestTriage, responses((status = 200, body = Request)))]
#[post("/requests/{id}/triage")]
async fn decide(
    allowed: Allowed<TriageRequests>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<RequestId>,
    Body(body): Body<NewRequestTriage>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| triage::triage(tx, scope, id, (&body, version), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Ask the asker of a request for what is missing
#[utoipa::path(tag = "requests", operation_id = "ask_request", security(("bearer" = [])),
    params(("id" = RequestId, Path)), request_body = NewRequestQuestion,
    responses((status = 201, body = RequestQuestioned)))]
#[post("/requests/{id}/questions")]
async fn ask(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RequestId>,
    Body(body): Body<NewRequestQuestion>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| questions::ask(tx, scope, id, &body, now).await;
    let anew = async |tx: &mut _, asked| questions::told_anew(tx, scope, asked, now).await;
    let bare = |asked| RequestQuestioned { token: String::new(), ..asked };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}

/// Take a request back that nobody decided about
#[utoipa::path(tag = "requests", operation_id = "withdraw_request", security(("bearer" = [])),
    params(("id" = RequestId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = RequestWithdrawal, responses((status = 200, body = Request)))]
#[post("/requests/{id}/withdraw")]
async fn withdraw(
    allowed: Allowed<DoWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RequestId>,
    Body(body): Body<RequestWithdrawal>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| questions::withdraw(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Put on the board what an accepted change of scope lets in
#[utoipa::path(tag = "requests", operation_id = "put_request_on_board",
    security(("bearer" = [])), params(("id" = RequestId, Path)),
    responses((status = 201, body = Request)))]
#[post("/requests/{id}/work-item")]
async fn put_on_board(
    allowed: Allowed<TriageRequests>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RequestId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| triage::put_on_board(tx, scope, id, now).await;
    once.create(&db, (scope, now), &(), work).await
}
