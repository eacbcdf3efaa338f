//! Who is invited to a session, over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use shared::api::{ClientSessionId, SessionInvitees, SessionInviteesSet};

use super::invitations;
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};
use crate::mail::Mailer;

pub fn routes(routes: &mut Routes) {
    routes.service(read).service(set);
}

/// Read who is invited to a session, and how far the mails to them came
#[utoipa::path(tag = "delivery", operation_id = "get_session_invitees",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path)),
    responses((status = 200, body = SessionInvitees)))]
#[get("/sessions/{id}/invitees")]
async fn read(
    allowed: Allowed<ReadTime>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
    Id(id): Id<ClientSessionId>,
) -> Result<HttpResponse> {
    let of = (id, mailer.from().is_some());
    let found = db.read(async |tx| invitations::read(tx, allowed.scope, of).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say who is invited to a session: they get it, and what changes of it, for their calendars
#[utoipa::path(tag = "delivery", operation_id = "set_session_invitees",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path)),
    request_body = SessionInviteesSet, responses((status = 200, body = SessionInvitees)))]
#[put("/sessions/{id}/invitees")]
async fn set(
    allowed: Allowed<RecordTime>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    Id(id): Id<ClientSessionId>,
    IfMatch(version): IfMatch,
    Body(body): Body<SessionInviteesSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let (which, new) = ((id, version), (&*body.invitees, mailer.from().is_some()));
    let found = db.write(async |tx| invitations::set(tx, scope, which, new, now).await).await?;
    Ok(versioned(found.version, &found))
}
