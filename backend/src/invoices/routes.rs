//! Invoices over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use shared::api::{
    AccountId, BillingRun, Invoice, InvoiceChange, InvoiceCounts, InvoiceId, InvoiceState,
    InvoiceStatus, InvoiceSummary, InvoiceVoid, NewBillingRun, Page, RetainerId,
};

use super::{differences, run, service, settle, store, view};
use crate::auth::{Allowed, DraftInvoices, IssueInvoices, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of invoices themselves.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(counts)
        .service(find)
        .service(change)
        .service(discard)
        .service(issue)
        .service(void)
        .service(make_due);
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
    /// Drafts, issued or void ones only.
    state: Option<InvoiceState>,
    /// Only those that stand so today.
    status: Option<InvoiceStatus>,
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
}

/// List invoices, the newest first
#[utoipa::path(tag = "invoices", operation_id = "list_invoices", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<InvoiceSummary>)))]
#[get("/invoices")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<InvoiceSummary>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after_time()?;
    let limit = paging.limit + 1;
    let work = async |tx: &mut _| {
        let (state, account, retainer) = (query.state, query.account_id, query.retainer_id);
        let (status, today) = (query.status, settle::today(tx, scope, now).await?);
        let filter = store::Filter { state, status, today, account, retainer, before, limit };
        let rows = store::list(tx, scope, filter).await?;
        let differences = differences::of(tx, scope, &rows).await?;
        Ok((rows, differences, today))
    };
    let (rows, mut differences, today) = db.read(work).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.issue_on, row.id));
    let told = |row: &store::InvoiceRow| InvoiceSummary {
        differences: differences.remove(&row.id).unwrap_or_default(),
        ..view::summary(row, today)
    };
    let items = items.iter().map(told).collect();
    Ok(web::Json(Page { items, next_cursor }))
}

/// Count invoices by how they stand today, with what they come to in each currency
#[utoipa::path(tag = "invoices", operation_id = "count_invoices", security(("bearer" = [])),
    responses((status = 200, body = InvoiceCounts)))]
#[get("/invoice-counts")]
async fn counts(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<web::Json<InvoiceCounts>> {
    let (scope, now) = (allowed.scope, clock.now());
    let items = db.read(async |tx| settle::counts(tx, scope, now).await).await?;
    Ok(web::Json(InvoiceCounts { items }))
}

/// Read an invoice
#[utoipa::path(tag = "invoices", operation_id = "get_invoice", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses((status = 200, body = Invoice)))]
#[get("/invoices/{id}")]
async fn find(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| view::invoice(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change the note of a draft and the lines that people write, or hold it back
#[utoipa::path(tag = "invoices", operation_id = "update_invoice", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), request_body = InvoiceChange,
    responses((status = 200, body = Invoice)))]
#[patch("/invoices/{id}")]
async fn change(
    allowed: Allowed<DraftInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
    IfMatch(version): IfMatch,
    Body(body): Body<InvoiceChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, (id, version), &body, now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

/// Discard a draft; its cycle stays unbilled unless a run is asked for what was discarded
#[utoipa::path(tag = "invoices", operation_id = "delete_invoice", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses((status = 204)))]
#[delete("/invoices/{id}")]
async fn discard(
    allowed: Allowed<DraftInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| service::discard(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a repetition of issuing is known by.
#[derive(Debug, Serialize)]
struct Issuing {
    version: i64,
}

/// Issue a draft: it gets its number and never changes again
#[utoipa::path(tag = "invoices", operation_id = "issue_invoice", security(("bearer" = [])),
    params(
        ("id" = InvoiceId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    responses((status = 200, body = Invoice)))]
#[post("/invoices/{id}/issue")]
async fn issue(
    allowed: Allowed<IssueInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::issue(tx, scope, (id, version), now).await;
    once.answer(&db, (scope, now), &Issuing { version }, StatusCode::OK, work).await
}

/// Withdraw an issued invoice; it keeps its number
#[utoipa::path(tag = "invoices", operation_id = "void_invoice", security(("bearer" = [])),
    params(
        ("id" = InvoiceId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = InvoiceVoid, responses((status = 200, body = Invoice)))]
#[post("/invoices/{id}/void")]
async fn void(
    allowed: Allowed<IssueInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<InvoiceId>,
    Body(body): Body<InvoiceVoid>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::void(tx, scope, (id, version), &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Make the drafts that are due; again, and it makes nothing more
#[utoipa::path(tag = "invoices", operation_id = "create_billing_run", security(("bearer" = [])),
    request_body = NewBillingRun, responses((status = 201, body = BillingRun)))]
#[post("/billing-runs")]
async fn make_due(
    allowed: Allowed<DraftInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewBillingRun>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| run::run(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
