//! Proposals over HTTP.
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post, web};
use shared::api::{NewProposal, Problem, Proposal, ProposalId, ProposalMade, Proposals, RenewalId};

use super::{proposal_paper, proposals};
use crate::auth::{Allowed, ReadRenewals, RunRenewals};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, attachment, versioned};
use crate::invoices::Pdf;
use crate::openapi::Routes;

/// Every route of proposals.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(make).service(find).service(as_pdf).service(withdraw);
}

/// List the proposals of a renewal, the newest first
#[utoipa::path(tag = "renewals", operation_id = "list_proposals", security(("bearer" = [])),
    params(("id" = RenewalId, Path)), responses((status = 200, body = Proposals)))]
#[get("/renewals/{id}/proposals")]
async fn list(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RenewalId>,
) -> Result<web::Json<Proposals>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| proposals::list(tx, scope, id, now).await).await?))
}

/// Offer a renewal to somebody at the account, by a link that is told once; the proposal before is
/// taken back
#[utoipa::path(tag = "renewals", operation_id = "create_proposal", security(("bearer" = [])),
    params(("id" = RenewalId, Path)), request_body = NewProposal,
    responses((status = 201, body = ProposalMade)))]
#[post("/renewals/{id}/proposals")]
async fn make(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RenewalId>,
    Body(body): Body<NewProposal>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| proposals::make(tx, scope, (id, &body), now).await;
    let anew = async |tx: &mut _, made| proposals::told_anew(tx, scope, made, now).await;
    let bare = |made| ProposalMade { token: String::new(), ..made };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}

/// Read a proposal
#[utoipa::path(tag = "renewals", operation_id = "get_proposal", security(("bearer" = [])),
    params(("id" = ProposalId, Path)), responses((status = 200, body = Proposal)))]
#[get("/proposals/{id}")]
async fn find(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ProposalId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| proposals::find(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Download a proposal as PDF
#[utoipa::path(tag = "renewals", operation_id = "get_proposal_pdf", security(("bearer" = [])),
    params(("id" = ProposalId, Path)), responses(
    (status = 200, body = Pdf, content_type = "application/pdf"),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "Nobody has said yet how the organisation bills"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/proposals/{id}/pdf")]
async fn as_pdf(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ProposalId>,
) -> Result<HttpResponse> {
    let (name, bytes) = proposal_paper::pdf(&db, allowed.scope, id, clock.now()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(bytes))
}

/// Take a proposal back
#[utoipa::path(tag = "renewals", operation_id = "withdraw_proposal", security(("bearer" = [])),
    params(("id" = ProposalId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Proposal)))]
#[post("/proposals/{id}/withdraw")]
async fn withdraw(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ProposalId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| proposals::withdraw(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}
