//! Payments and statements over HTTP.
use crate::openapi::Routes;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, AccountStatement, InvoiceId, NewPayment, NewRefund, Page, Payment,
    PaymentAllocation, PaymentId, PaymentKind, PaymentMethod, PaymentReversal, PaymentSummary,
    Problem,
};

use super::{service, statement, statement_sheet, store};
use crate::auth::{Allowed, ReadInvoices, RecordPayments};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, attachment, page, versioned};

/// Every route of payments.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(record)
        .service(find)
        .service(allocate)
        .service(refund)
        .service(reverse)
        .service(of_account)
        .service(of_account_sheet);
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
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Payments or refunds only.
    kind: Option<PaymentKind>,
    /// Paid this way only.
    method: Option<PaymentMethod>,
    /// Of payments that ever paid this invoice only, with what of each pays it.
    invoice_id: Option<InvoiceId>,
    /// Of this day or later.
    from: Option<NaiveDate>,
    /// Of this day or earlier.
    to: Option<NaiveDate>,
}

/// List payments and refunds, the newest first
#[utoipa::path(tag = "invoices", operation_id = "list_payments", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<PaymentSummary>)))]
#[get("/payments")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PaymentSummary>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after_time()?;
    let limit = paging.limit + 1;
    let work = async |tx: &mut _| {
        let (account, kind, method) = (query.account_id, query.kind, query.method);
        let (from, to, invoice) = (query.from, query.to, query.invoice_id);
        let filter = store::Filter { account, kind, method, invoice, from, to, before, limit };
        service::list(tx, allowed.scope, filter).await
    };
    let rows = db.read(work).await?;
    Ok(web::Json(page(rows, paging.limit, |row| (row.paid_on, row.id))))
}

/// Record a payment; it pays the invoices it names, or the oldest
#[utoipa::path(tag = "invoices", operation_id = "create_payment", security(("bearer" = [])),
    request_body = NewPayment, responses((status = 201, body = Payment)))]
#[post("/payments")]
async fn record(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewPayment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::record(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a payment or refund
#[utoipa::path(tag = "invoices", operation_id = "get_payment", security(("bearer" = [])),
    params(("id" = PaymentId, Path)), responses((status = 200, body = Payment)))]
#[get("/payments/{id}")]
async fn find(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Id(id): Id<PaymentId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Pay invoices by what is left of a payment
#[utoipa::path(tag = "invoices", operation_id = "allocate_payment", security(("bearer" = [])),
    params(("id" = PaymentId, Path)), request_body = PaymentAllocation,
    responses((status = 200, body = Payment)))]
#[post("/payments/{id}/allocations")]
async fn allocate(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<PaymentId>,
    Body(body): Body<PaymentAllocation>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::allocate(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Pay back what is left of a payment
#[utoipa::path(tag = "invoices", operation_id = "create_refund", security(("bearer" = [])),
    params(("id" = PaymentId, Path)), request_body = NewRefund,
    responses((status = 201, body = Payment)))]
#[post("/payments/{id}/refunds")]
async fn refund(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<PaymentId>,
    Body(body): Body<NewRefund>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::refund(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Take a payment or refund back; it stays to be seen, and what it paid is open again
#[utoipa::path(tag = "invoices", operation_id = "reverse_payment", security(("bearer" = [])),
    params(
        ("id" = PaymentId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = PaymentReversal, responses((status = 200, body = Payment)))]
#[post("/payments/{id}/reverse")]
async fn reverse(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<PaymentId>,
    Body(body): Body<PaymentReversal>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::reverse(tx, scope, (id, version), &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    /// The first day; a year before the last if left out.
    from: Option<NaiveDate>,
    /// The last day; today if left out.
    to: Option<NaiveDate>,
}

/// Read the statement of an account: what it owed, what moved that, and what it owes
#[utoipa::path(tag = "invoices", operation_id = "get_billing_statement",
    security(("bearer" = [])), params(("id" = AccountId, Path), StatementQuery),
    responses((status = 200, body = AccountStatement)))]
#[get("/accounts/{id}/billing-statement")]
async fn of_account(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    Params(query): Params<StatementQuery>,
) -> Result<web::Json<AccountStatement>> {
    let (scope, now) = (allowed.scope, clock.now());
    let asked = (id, (query.from, query.to));
    let found = db.read(async |tx| statement::statement(tx, scope, asked, now).await).await?;
    Ok(web::Json(found))
}

/// Read the statement of an account as a sheet, with what is open on its invoices now
#[utoipa::path(tag = "invoices", operation_id = "get_billing_statement_sheet",
    security(("bearer" = [])), params(("id" = AccountId, Path), StatementQuery),
    responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/accounts/{id}/billing-statement.csv")]
async fn of_account_sheet(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    Params(query): Params<StatementQuery>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let asked = (id, (query.from, query.to));
    let (made, text) =
        db.read(async |tx| statement_sheet::sheet(tx, scope, asked, now).await).await?;
    let name = format!("{} {} {}.csv", made.account_name, made.from, made.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(text))
}
