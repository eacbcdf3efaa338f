//! What is written down in a review, over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use shared::api::{
    NewDiagnosis, NewFollowUp, NewReviewOutcome, NewSignalRating, Review, ReviewEnd, ReviewId,
    ReviewPublication, ReviewRoom,
};

use super::{dropping, finish, outcomes, steps};
use crate::auth::{Allowed, HoldReviews};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once};

/// Every route of what is written down.
pub fn routes(routes: &mut Routes) {
    routes.service(rate).service(diagnose).service(decide).service(follow_up).service(end);
    routes.service(drop_review).service(publish);
}

/// Drop a review that was begun by mistake
#[utoipa::path(tag = "reviews", operation_id = "drop_review", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Review)))]
#[post("/reviews/{id}/drop")]
async fn drop_review(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| dropping::drop_review(tx, scope, id).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Let the client read a review that ended, or no longer
#[utoipa::path(tag = "reviews", operation_id = "publish_review", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ReviewPublication, responses((status = 200, body = ReviewRoom)))]
#[post("/reviews/{id}/publish")]
async fn publish(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<ReviewPublication>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let told = (id, body.published);
    let work = async |tx: &mut _| dropping::publish(tx, scope, told, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Rate a signal, with evidence
#[utoipa::path(tag = "reviews", operation_id = "rate_signal", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewSignalRating, responses((status = 201, body = ReviewRoom)))]
#[post("/reviews/{id}/ratings")]
async fn rate(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<NewSignalRating>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::rate(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Say why something is weak: a cause, never a person
#[utoipa::path(tag = "reviews", operation_id = "create_diagnosis", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewDiagnosis, responses((status = 201, body = ReviewRoom)))]
#[post("/reviews/{id}/diagnoses")]
async fn diagnose(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<NewDiagnosis>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| steps::diagnose(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Decide something in a review
#[utoipa::path(tag = "reviews", operation_id = "create_review_outcome", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewReviewOutcome, responses((status = 201, body = ReviewRoom)))]
#[post("/reviews/{id}/outcomes")]
async fn decide(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<NewReviewOutcome>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| outcomes::decide(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Say whether the effect of an earlier outcome came
#[utoipa::path(tag = "reviews", operation_id = "follow_up_outcome", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewFollowUp, responses((status = 201, body = ReviewRoom)))]
#[post("/reviews/{id}/follow-ups")]
async fn follow_up(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<NewFollowUp>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| outcomes::follow_up(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// End a review; what it read is kept, and the next one has its day
#[utoipa::path(tag = "reviews", operation_id = "finish_review", security(("bearer" = [])),
    params(("id" = ReviewId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ReviewEnd, responses((status = 200, body = ReviewRoom)))]
#[post("/reviews/{id}/finish")]
async fn end(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ReviewId>,
    Body(body): Body<ReviewEnd>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| finish::finish(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
