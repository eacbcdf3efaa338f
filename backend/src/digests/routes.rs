//! What one is told by mail, over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use shared::api::{Notifications, NotificationsSet};

use super::settings;
use crate::auth::{Allowed, ReadOrganisation};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{Body, IfMatch, versioned};
use crate::mail::Mailer;

/// Every route of digests.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(change);
}

/// Read what one is told by mail, and when not
#[utoipa::path(tag = "identity", operation_id = "get_notifications", security(("bearer" = [])),
    responses((status = 200, body = Notifications)))]
#[get("/auth/me/notifications")]
async fn read(
    allowed: Allowed<ReadOrganisation>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
) -> Result<HttpResponse> {
    let found = db.read(async |tx| settings::read(tx, allowed.scope, &mailer).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say what one is told by mail, and when not
///
/// A digest is sent at most once on a day, and not at all where nothing needs one. Quiet hours hold
/// it back until they end.
#[utoipa::path(tag = "identity", operation_id = "set_notifications", security(("bearer" = [])),
    request_body = NotificationsSet, responses((status = 200, body = Notifications)))]
#[put("/auth/me/notifications")]
async fn change(
    allowed: Allowed<ReadOrganisation>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    IfMatch(version): IfMatch,
    Body(body): Body<NotificationsSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (&body, version, &**mailer);
    let found = db.write(async |tx: &mut Tx| settings::change(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}
