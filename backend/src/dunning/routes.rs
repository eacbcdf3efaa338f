//! Reminders over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, put, web};
use shared::api::{
    AccountId, AccountStanding, DunningSet, DunningSettings, InvoiceId, InvoiceReminders, NewStop,
    StopKind,
};

use super::{settings, standing, stops, view};
use crate::auth::{Allowed, IssueInvoices, ManageBilling, ReadInvoices, Scope};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};
use crate::invoices;
use crate::mail::Mailer;

/// Every route of reminders.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(change).service(of_invoice).service(of_account);
    routes.service(dispute).service(settle_dispute).service(hold).service(release);
}

/// What each handler works with.
type Held = (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>);

/// Read when and how the organisation reminds of unpaid invoices
#[utoipa::path(tag = "invoices", operation_id = "get_dunning",
    security(("bearer" = [])), responses((status = 200, body = DunningSettings)))]
#[get("/organisation/dunning")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
) -> Result<HttpResponse> {
    let found = db.read(async |tx| settings::read(tx, allowed.scope, &mailer).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say when and how the organisation reminds of unpaid invoices
///
/// An invoice that is long late gets the step it is at, and not those before it.
#[utoipa::path(tag = "invoices", operation_id = "set_dunning",
    security(("bearer" = [])), request_body = DunningSet,
    responses((status = 200, body = DunningSettings)))]
#[put("/organisation/dunning")]
async fn change(
    allowed: Allowed<ManageBilling>,
    (db, clock, mailer): Held,
    IfMatch(version): IfMatch,
    Body(body): Body<DunningSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (&body, version, &**mailer);
    let found = db.write(async |tx| settings::change(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// List the reminders of an invoice, what comes next, and what stops that
#[utoipa::path(tag = "invoices", operation_id = "list_invoice_reminders",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)),
    responses((status = 200, body = InvoiceReminders)))]
#[get("/invoices/{id}/reminders")]
async fn of_invoice(
    allowed: Allowed<ReadInvoices>,
    (db, clock, mailer): Held,
    Id(id): Id<InvoiceId>,
) -> Result<web::Json<InvoiceReminders>> {
    let (of, now) = ((id, &**mailer), clock.now());
    Ok(web::Json(db.read(async |tx| view::of_invoice(tx, allowed.scope, of, now).await).await?))
}

/// Read how an account and its retainers stand: clear, late, or suspended
#[utoipa::path(tag = "invoices", operation_id = "get_account_standing",
    security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses((status = 200, body = AccountStanding)))]
#[get("/accounts/{id}/standing")]
async fn of_account(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
) -> Result<web::Json<AccountStanding>> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = async |tx: &mut Tx| {
        let today = invoices::today(tx, scope, now).await?;
        standing::of_account(tx, scope, id, today).await
    };
    Ok(web::Json(db.read(found).await?))
}

async fn stopped(
    scope: Scope,
    (db, clock, mailer): &Held,
    (id, kind, new): (InvoiceId, StopKind, &NewStop),
) -> Result<web::Json<InvoiceReminders>> {
    let now = clock.now();
    let work = async |tx: &mut Tx| {
        stops::open(tx, scope, (id, kind, new), now).await?;
        view::of_invoice(tx, scope, (id, mailer), now).await
    };
    Ok(web::Json(db.write(work).await?))
}

async fn goes_on(
    scope: Scope,
    (db, clock, mailer): &Held,
    (id, kind): (InvoiceId, StopKind),
) -> Result<web::Json<InvoiceReminders>> {
    let now = clock.now();
    let work = async |tx: &mut Tx| {
        stops::close(tx, scope, (id, kind), now).await?;
        view::of_invoice(tx, scope, (id, mailer), now).await
    };
    Ok(web::Json(db.write(work).await?))
}

/// Note that the client disputes an issued invoice: nothing reminds of it meanwhile
#[utoipa::path(tag = "invoices", operation_id = "dispute_invoice", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), request_body = NewStop,
    responses((status = 200, body = InvoiceReminders)))]
#[post("/invoices/{id}/dispute")]
async fn dispute(
    allowed: Allowed<IssueInvoices>,
    held: Held,
    Id(id): Id<InvoiceId>,
    Body(body): Body<NewStop>,
) -> Result<web::Json<InvoiceReminders>> {
    stopped(allowed.scope, &held, (id, StopKind::Dispute, &body)).await
}

/// Note that a dispute is settled
#[utoipa::path(tag = "invoices", operation_id = "close_invoice_dispute",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)),
    responses((status = 200, body = InvoiceReminders)))]
#[post("/invoices/{id}/dispute/close")]
async fn settle_dispute(
    allowed: Allowed<IssueInvoices>,
    held: Held,
    Id(id): Id<InvoiceId>,
) -> Result<web::Json<InvoiceReminders>> {
    goes_on(allowed.scope, &held, (id, StopKind::Dispute)).await
}

/// Hold the reminders of an issued invoice back
#[utoipa::path(tag = "invoices", operation_id = "hold_invoice_reminders",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)), request_body = NewStop,
    responses((status = 200, body = InvoiceReminders)))]
#[post("/invoices/{id}/hold")]
async fn hold(
    allowed: Allowed<IssueInvoices>,
    held: Held,
    Id(id): Id<InvoiceId>,
    Body(body): Body<NewStop>,
) -> Result<web::Json<InvoiceReminders>> {
    stopped(allowed.scope, &held, (id, StopKind::Hold, &body)).await
}

/// Let the reminders of an invoice go on
#[utoipa::path(tag = "invoices", operation_id = "release_invoice_reminders",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)),
    responses((status = 200, body = InvoiceReminders)))]
#[post("/invoices/{id}/hold/release")]
async fn release(
    allowed: Allowed<IssueInvoices>,
    held: Held,
    Id(id): Id<InvoiceId>,
) -> Result<web::Json<InvoiceReminders>> {
    goes_on(allowed.scope, &held, (id, StopKind::Hold)).await
}
