//! Workflows over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use shared::api::{
    MemberId, NewWorkflow, NewWorkflowReview, OwnersBoard, Page, UsageReport, Workflow,
    WorkflowChange, WorkflowId,
};

use super::store::Filter;
use super::{board, reviews, service, usage};
use crate::auth::{Allowed, ManageModel, ReadModel};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::{identity, spa};

/// Cycles that the report of usage looks at where nobody says.
const CYCLES: i64 = 3;
/// The most cycles it looks at.
const CYCLES_MAX: i64 = 12;

/// Every route of workflows. Fixed names come before ids, for any method.
pub fn routes(routes: &mut Routes) {
    routes
        .service(owners_board)
        .service(usage_report)
        .route("/workflows/board", web::to(spa::answer))
        .route("/workflows/usage", web::to(spa::answer))
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(review);
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
    /// Whose.
    owner_id: Option<MemberId>,
    /// Those that run no more, instead of the others.
    archived: Option<bool>,
}

/// List workflows by name
#[utoipa::path(tag = "model", operation_id = "list_workflows", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Workflow>)))]
#[get("/workflows")]
async fn list(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Workflow>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter {
        text: query.q,
        owner: query.owner_id,
        archived: query.archived.unwrap_or_default(),
        ..Filter::default()
    };
    let work = async |tx: &mut _| service::list(tx, scope, filter, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    /// Whose; one's own if left out.
    owner_id: Option<MemberId>,
}

/// Tell what waits for an owner of workflows: risks, evidence and decisions
#[utoipa::path(tag = "model", operation_id = "get_owners_board", security(("bearer" = [])),
    params(BoardQuery), responses((status = 200, body = OwnersBoard)))]
#[get("/workflows/board")]
async fn owners_board(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<BoardQuery>,
) -> Result<web::Json<OwnersBoard>> {
    let (scope, now) = (allowed.scope, clock.now());
    let owner = query.owner_id.unwrap_or(scope.member());
    Ok(web::Json(db.read(async |tx| board::of(tx, scope, owner, now).await).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UsageQuery {
    /// Cycles looked at: reviews of a workflow, months for the rest; 3 if left out.
    #[param(minimum = 1, maximum = 12)]
    cycles: Option<i64>,
}

/// Tell what is used and what is not
#[utoipa::path(tag = "model", operation_id = "get_usage_report", security(("bearer" = [])),
    params(UsageQuery), responses((status = 200, body = UsageReport)))]
#[get("/workflows/usage")]
async fn usage_report(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<UsageQuery>,
) -> Result<web::Json<UsageReport>> {
    let (scope, now) = (allowed.scope, clock.now());
    let cycles = query.cycles.unwrap_or(CYCLES);
    if !(1..=CYCLES_MAX).contains(&cycles) {
        return Err(Error::field("cycles", "out_of_range"));
    }
    let found = db
        .read(async |tx| {
            let today = identity::today(tx, scope, now).await?;
            usage::report(tx, scope, (today, cycles)).await
        })
        .await?;
    Ok(web::Json(found))
}

/// Agree on a workflow
#[utoipa::path(tag = "model", operation_id = "create_workflow", security(("bearer" = [])),
    request_body = NewWorkflow, responses((status = 201, body = Workflow)))]
#[post("/workflows")]
async fn create(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewWorkflow>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a workflow
#[utoipa::path(tag = "model", operation_id = "get_workflow", security(("bearer" = [])),
    params(("id" = WorkflowId, Path)), responses((status = 200, body = Workflow)))]
#[get("/workflows/{id}")]
async fn find(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkflowId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let found = db.read(async |tx| service::find(tx, allowed.scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change a workflow, or take it out of the lists
#[utoipa::path(tag = "model", operation_id = "update_workflow", security(("bearer" = [])),
    params(("id" = WorkflowId, Path)), request_body = WorkflowChange,
    responses((status = 200, body = Workflow)))]
#[patch("/workflows/{id}")]
async fn change(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<WorkflowId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkflowChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, id, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

/// Note that a workflow was reviewed; the next review is scheduled
#[utoipa::path(tag = "model", operation_id = "review_workflow", security(("bearer" = [])),
    params(("id" = WorkflowId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewWorkflowReview, responses((status = 201, body = Workflow)))]
#[post("/workflows/{id}/reviews")]
async fn review(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<WorkflowId>,
    Body(body): Body<NewWorkflowReview>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| reviews::hold(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
