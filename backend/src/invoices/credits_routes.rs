//! Credit notes over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{
    AccountId, CreditNote, CreditNoteId, CreditNoteSummary, InvoiceId, NewCreditNote,
    NewPurchaseRefund, Page, PurchasesRefunded, RetainerId,
};

use super::{credits, refunds, store};
use crate::auth::{Allowed, IssueInvoices, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, PageParams, Params, page};

/// Every route of credit notes.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(find).service(credit).service(refund);
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
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
    /// On this invoice only.
    invoice_id: Option<InvoiceId>,
}

/// List credit notes, the newest first
#[utoipa::path(tag = "invoices", operation_id = "list_credit_notes",
    security(("bearer" = [])), params(ListQuery),
    responses((status = 200, body = Page<CreditNoteSummary>)))]
#[get("/credit-notes")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<CreditNoteSummary>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after_time()?;
    let limit = paging.limit + 1;
    let work = async |tx: &mut _| {
        let (account, retainer) = (query.account_id, query.retainer_id);
        let invoice = query.invoice_id;
        let filter = store::CreditFilter { account, retainer, invoice, before, limit };
        store::credits(tx, allowed.scope, filter).await
    };
    let rows = db.read(work).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.issued_on, row.id));
    Ok(web::Json(Page { items: items.iter().map(credits::summary).collect(), next_cursor }))
}

/// Read a credit note
#[utoipa::path(tag = "invoices", operation_id = "get_credit_note", security(("bearer" = [])),
    params(("id" = CreditNoteId, Path)), responses((status = 200, body = CreditNote)))]
#[get("/credit-notes/{id}")]
async fn find(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Id(id): Id<CreditNoteId>,
) -> Result<web::Json<CreditNote>> {
    let found = db.read(async |tx| credits::find(tx, allowed.scope, id).await).await?;
    Ok(web::Json(found))
}

/// Take something of an issued invoice back, by a credit note
#[utoipa::path(tag = "invoices", operation_id = "create_credit_note",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)), request_body = NewCreditNote,
    responses((status = 201, body = CreditNote)))]
#[post("/invoices/{id}/credit-notes")]
async fn credit(
    allowed: Allowed<IssueInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<InvoiceId>,
    Body(body): Body<NewCreditNote>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| credits::credit(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Pay back what was bought and never used, of a retainer that has ended
#[utoipa::path(tag = "invoices", operation_id = "create_purchase_refund", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewPurchaseRefund,
    responses((status = 201, body = PurchasesRefunded)))]
#[post("/retainers/{id}/purchase-refunds")]
async fn refund(
    allowed: Allowed<IssueInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewPurchaseRefund>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| refunds::pay_back(tx, scope, (id, &body), now).await;
    once.create(&db, (scope, now), &body, work).await
}
