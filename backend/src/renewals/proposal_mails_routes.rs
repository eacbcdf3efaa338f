//! Proposals by mail, over HTTP.
use std::sync::Mutex;

use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{NewProposalMail, Proposal, ProposalId, ProposalMailDraft};

use super::proposal_mails::{self, Handed};
use crate::auth::{Allowed, ReadRenewals, RunRenewals};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, Params};
use crate::mail::Mailer;
use crate::openapi::Routes;

/// Every route of mails with proposals.
pub fn routes(routes: &mut Routes) {
    routes.service(draft).service(send);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DraftQuery {
    /// It reminds of what was sent before.
    reminds: Option<bool>,
}

/// Draft the mail by which a proposal is sent, or reminded of, in the client's language
#[utoipa::path(tag = "renewals", operation_id = "draft_proposal_mail",
    security(("bearer" = [])), params(("id" = ProposalId, Path), DraftQuery),
    responses((status = 200, body = ProposalMailDraft)))]
#[get("/proposals/{id}/mail-draft")]
async fn draft(
    allowed: Allowed<ReadRenewals>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
    Id(id): Id<ProposalId>,
    Params(query): Params<DraftQuery>,
) -> Result<web::Json<ProposalMailDraft>> {
    let which = (id, query.reminds.unwrap_or_default(), mailer.from().is_some());
    let work = async |tx: &mut _| proposal_mails::draft(tx, allowed.scope, which).await;
    Ok(web::Json(db.read(work).await?))
}

/// Send a proposal to who answers it, with a new link, and copies without it to others. How far each
/// mail came is told with the proposal
#[utoipa::path(tag = "renewals", operation_id = "send_proposal", security(("bearer" = [])),
    params(("id" = ProposalId, Path)), request_body = NewProposalMail,
    responses((status = 201, body = Proposal)))]
#[post("/proposals/{id}/mails")]
async fn send(
    allowed: Allowed<RunRenewals>,
    (db, clock, site, mailer): (
        web::Data<Db>,
        web::Data<Clock>,
        web::Data<Site>,
        web::Data<Mailer>,
    ),
    once: Once,
    Id(id): Id<ProposalId>,
    Body(body): Body<NewProposalMail>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let sends = mailer.from().is_some();
    // Where it cannot be made, nothing is sent.
    let paper = match sends {
        true => proposal_mails::paper(&db, scope, id, now).await?,
        false => None,
    };
    // A repetition makes no link, and sends none.
    let fresh: Mutex<Option<Handed>> = Mutex::new(None);
    let work = async |tx: &mut _| {
        let (told, handed) = proposal_mails::write(tx, scope, (id, &body, sends), now).await?;
        if let Ok(mut fresh) = fresh.lock() {
            *fresh = Some(handed);
        }
        Ok(told)
    };
    let answer = once.create(&db, (scope, now), &body, work).await?;
    if let Some(handed) = fresh.into_inner().ok().flatten() {
        actix_web::rt::spawn(async move {
            let (at, by) = ((&**db, &**clock), (&**mailer, &**site));
            proposal_mails::hand_over(at, by, scope, (handed, paper)).await;
        });
    }
    Ok(answer)
}
