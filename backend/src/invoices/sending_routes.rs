//! Invoices by mail, over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use shared::api::{InvoiceId, InvoiceMails, Mail, MailId};

use super::sending;
use crate::auth::{Allowed, HandleMails, IssueInvoices, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, IfMatch, Once};
use crate::mail::Mailer;

/// Every route of sending.
pub fn routes(routes: &mut Routes) {
    routes.service(send).service(mails).service(again);
}

/// What a repetition of sending is known by.
#[derive(Debug, Serialize)]
struct Sending {
    version: i64,
}

/// Send an invoice with its PDF to the addresses of its account; a draft is issued first
#[utoipa::path(tag = "invoices", operation_id = "send_invoice", security(("bearer" = [])),
    params(
        ("id" = InvoiceId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    responses((status = 200, body = InvoiceMails)))]
#[post("/invoices/{id}/send")]
async fn send(
    allowed: Allowed<IssueInvoices>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| sending::send(tx, scope, (id, version, &mailer), now).await;
    once.answer(&db, (scope, now), &Sending { version }, StatusCode::OK, work).await
}

/// List the mails with an invoice, the newest first, and where its account wants invoices
#[utoipa::path(tag = "invoices", operation_id = "list_invoice_mails", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses((status = 200, body = InvoiceMails)))]
#[get("/invoices/{id}/mails")]
async fn mails(
    allowed: Allowed<ReadInvoices>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
    Id(id): Id<InvoiceId>,
) -> Result<web::Json<InvoiceMails>> {
    let scope = allowed.scope;
    Ok(web::Json(db.read(async |tx| sending::mails(tx, scope, id, &mailer).await).await?))
}

/// Send a mail again that was given up
///
/// It goes to the same address, or where that is not the account's any more to one that is.
#[utoipa::path(tag = "invoices", operation_id = "send_mail_again", security(("bearer" = [])),
    params(("id" = MailId, Path)), responses((status = 200, body = Mail)))]
#[post("/mails/{id}/again")]
async fn again(
    allowed: Allowed<HandleMails>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    Id(id): Id<MailId>,
) -> Result<web::Json<Mail>> {
    let (scope, of, now) = (allowed.scope, (id, &**mailer), clock.now());
    Ok(web::Json(db.write(async |tx| sending::again(tx, scope, of, now).await).await?))
}
