//! Mails over HTTP.
use actix_web::{HttpResponse, get, post, put, web};
use shared::api::{Mail, MailId, MailSettings, MailSettingsSet};
use utoipa_actix_web::service_config::ServiceConfig;

use super::post::Mailer;
use super::{settings, store};
use crate::auth::{Allowed, IssueInvoices, ManageBilling, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};

/// Every route of mails.
pub fn routes(config: &mut ServiceConfig) {
    config.service(read).service(change).service(cancel);
}

/// Read how the organisation writes mails, and from which address they are sent
#[utoipa::path(tag = "invoices", operation_id = "get_mail_settings",
    security(("bearer" = [])), responses((status = 200, body = MailSettings)))]
#[get("/organisation/mail")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
) -> Result<HttpResponse> {
    let found = db.read(async |tx| settings::read(tx, allowed.scope, &mailer).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say how the organisation writes mails
#[utoipa::path(tag = "invoices", operation_id = "set_mail_settings",
    security(("bearer" = [])), request_body = MailSettingsSet,
    responses((status = 200, body = MailSettings)))]
#[put("/organisation/mail")]
async fn change(
    allowed: Allowed<ManageBilling>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    IfMatch(version): IfMatch,
    Body(body): Body<MailSettingsSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (&body, version, &**mailer);
    let found = db.write(async |tx| settings::change(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Take a mail back that was not sent yet
#[utoipa::path(tag = "invoices", operation_id = "cancel_mail", security(("bearer" = [])),
    params(("id" = MailId, Path)), responses((status = 200, body = Mail)))]
#[post("/mails/{id}/cancel")]
async fn cancel(
    allowed: Allowed<IssueInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MailId>,
) -> Result<web::Json<Mail>> {
    let (scope, times) = (allowed.scope, (clock.now(), Clock::Real.now()));
    Ok(web::Json(db.write(async |tx| store::cancel(tx, scope, id, times).await).await?))
}
