//! Leads over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use shared::api::{
    Lead, LeadFile, LeadFileRead, LeadFit, LeadId, LeadSet, NewLead, Page, RetainerId,
};

use super::leads;
use crate::auth::{Allowed, MarkLeads, ReadReviews};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::spa;

/// Every route of leads. Fixed names come before ids.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(read)
        .route("/leads/file", web::to(spa::answer))
        .service(create)
        .service(find)
        .service(set);
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
    /// Of which retainer.
    retainer_id: Option<RetainerId>,
    /// How well they fit.
    fit: Option<LeadFit>,
}

/// List leads, the last that came first
#[utoipa::path(tag = "reviews", operation_id = "list_leads", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Lead>)))]
#[get("/leads")]
async fn list(
    allowed: Allowed<ReadReviews>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Lead>>> {
    let scope = allowed.scope;
    let paging = PageParams::new(query.limit, query.cursor)?;
    let which = (query.retainer_id, query.fit);
    Ok(web::Json(db.read(async |tx| leads::list(tx, scope, which, &paging).await).await?))
}

/// Mark a lead
#[utoipa::path(tag = "reviews", operation_id = "create_lead", security(("bearer" = [])),
    request_body = NewLead, responses((status = 201, body = Lead)))]
#[post("/leads")]
async fn create(
    allowed: Allowed<MarkLeads>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewLead>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| leads::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a file of leads: good rows are kept, the others told at their line
#[utoipa::path(tag = "reviews", operation_id = "read_leads", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = LeadFile, responses((status = 200, body = LeadFileRead)))]
#[post("/leads/file")]
async fn read(
    allowed: Allowed<MarkLeads>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<LeadFile>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| leads::read_file(tx, scope, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Read a lead
#[utoipa::path(tag = "reviews", operation_id = "get_lead", security(("bearer" = [])),
    params(("id" = LeadId, Path)), responses((status = 200, body = Lead)))]
#[get("/leads/{id}")]
async fn find(
    allowed: Allowed<ReadReviews>,
    db: web::Data<Db>,
    Id(id): Id<LeadId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| leads::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Mark a lead anew
#[utoipa::path(tag = "reviews", operation_id = "set_lead", security(("bearer" = [])),
    params(("id" = LeadId, Path)), request_body = LeadSet,
    responses((status = 200, body = Lead)))]
#[put("/leads/{id}")]
async fn set(
    allowed: Allowed<MarkLeads>,
    db: web::Data<Db>,
    Id(id): Id<LeadId>,
    IfMatch(version): IfMatch,
    Body(body): Body<LeadSet>,
) -> Result<HttpResponse> {
    let scope = allowed.scope;
    let work = async |tx: &mut _| leads::set(tx, scope, id, (&body, version)).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}
