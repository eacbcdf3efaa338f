//! Reviews over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    NewReview, Page, RetainerId, Review, ReviewId, ReviewPlan, ReviewReport, ReviewRoom,
    ReviewState,
};

use super::store::Filter;
use super::{report, room, service};
use crate::auth::{Allowed, HoldReviews, ReadReviews};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, PageParams, Params};
use crate::{identity, spa};

/// Every route of reviews themselves. Fixed names come before ids, for any method.
pub fn routes(routes: &mut Routes) {
    routes
        .service(plan)
        .service(reported)
        .route("/reviews/plan", web::to(spa::answer))
        .route("/reviews/report", web::to(spa::answer))
        .service(list)
        .service(start)
        .service(find);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PlanQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Only this retainer.
    retainer_id: Option<RetainerId>,
    /// Only those whose day has come, or only the others.
    due: Option<bool>,
}

/// List retainers that run, by name, each with the day of its next review
#[utoipa::path(tag = "reviews", operation_id = "list_review_plan", security(("bearer" = [])),
    params(PlanQuery), responses((status = 200, body = Page<ReviewPlan>)))]
#[get("/reviews/plan")]
async fn plan(
    allowed: Allowed<ReadReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<PlanQuery>,
) -> Result<web::Json<Page<ReviewPlan>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let found = db
        .read(async |tx| {
            let today = identity::today(tx, scope, now).await?;
            service::planned(tx, scope, (query.retainer_id, query.due, today), &paging).await
        })
        .await?;
    Ok(web::Json(found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// The first day; three months before the last if left out.
    from: Option<NaiveDate>,
    /// The last day; today if left out.
    to: Option<NaiveDate>,
}

/// Tell how reviews lead to decisions
#[utoipa::path(tag = "reviews", operation_id = "get_review_report", security(("bearer" = [])),
    params(ReportQuery), responses((status = 200, body = ReviewReport)))]
#[get("/reviews/report")]
async fn reported(
    allowed: Allowed<ReadReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ReportQuery>,
) -> Result<web::Json<ReviewReport>> {
    let (scope, now) = (allowed.scope, clock.now());
    let days = (query.from, query.to);
    Ok(web::Json(db.read(async |tx| report::report(tx, scope, days, now).await).await?))
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
    /// Of this retainer.
    retainer_id: Option<RetainerId>,
    /// How far they are.
    state: Option<ReviewState>,
}

/// List reviews, the newest first
#[utoipa::path(tag = "reviews", operation_id = "list_reviews", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Review>)))]
#[get("/reviews")]
async fn list(
    allowed: Allowed<ReadReviews>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Review>>> {
    let scope = allowed.scope;
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter { retainer: query.retainer_id, state: query.state, ..Filter::default() };
    Ok(web::Json(db.read(async |tx| service::list(tx, scope, filter, &paging).await).await?))
}

/// Begin a review of a retainer
#[utoipa::path(tag = "reviews", operation_id = "create_review", security(("bearer" = [])),
    request_body = NewReview, responses((status = 201, body = ReviewRoom)))]
#[post("/reviews")]
async fn start(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewReview>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::start(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a review: what it sees, what was found and decided
#[utoipa::path(tag = "reviews", operation_id = "get_review", security(("bearer" = [])),
    params(("id" = ReviewId, Path)), responses((status = 200, body = ReviewRoom)))]
#[get("/reviews/{id}")]
async fn find(
    allowed: Allowed<ReadReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ReviewId>,
) -> Result<web::Json<ReviewRoom>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| room::find(tx, scope, id, now).await).await?))
}
