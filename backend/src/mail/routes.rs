//! Mails over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use shared::api::{Mail, MailId, MailSettings, MailSettingsSet, MailState, Page};

use super::post::Mailer;
use super::{settings, store};
use crate::auth::{Allowed, HandleMails, ManageBilling, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, PageParams, Params, page, versioned};

/// Every route of mails.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(change).service(list).service(cancel);
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
    /// Those in this state; those that failed if left out.
    state: Option<MailState>,
}

/// List mails in one state, the newest first: those that failed, if none is named
#[utoipa::path(tag = "invoices", operation_id = "list_mails", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Mail>)))]
#[get("/mails")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Mail>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before: Option<MailId> = paging.after()?;
    let of = (query.state.unwrap_or(MailState::Failed), before, paging.limit + 1);
    let rows = db.read(async |tx| store::by_state(tx, allowed.scope, of).await).await?;
    Ok(web::Json(page(rows, paging.limit, |mail| mail.id)))
}

/// Take a mail back that was not sent yet
#[utoipa::path(tag = "invoices", operation_id = "cancel_mail", security(("bearer" = [])),
    params(("id" = MailId, Path)), responses((status = 200, body = Mail)))]
#[post("/mails/{id}/cancel")]
async fn cancel(
    allowed: Allowed<HandleMails>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MailId>,
) -> Result<web::Json<Mail>> {
    let (scope, times) = (allowed.scope, (clock.now(), Clock::Real.now()));
    Ok(web::Json(db.write(async |tx| store::cancel(tx, scope, id, times).await).await?))
}
