//! The files of invoices and credit notes, over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use shared::api::{CreditNoteId, InvoiceId, Problem};

use super::paper::{self, Paper};
use super::store::PaperOf;
use crate::auth::{Allowed, ReadInvoices, Scope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, attachment};

/// A PDF file.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
pub(crate) struct Pdf(Vec<u8>);

/// XML of UN/CEFACT, as EN 16931 has it.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
struct EInvoice(Vec<u8>);

/// Every route of files.
pub fn routes(routes: &mut Routes) {
    routes.service(invoice).service(credit_note).service(e_invoice).service(e_credit_note);
}

/// Download an invoice as PDF; that of an issued one is the same each time
#[utoipa::path(tag = "invoices", operation_id = "get_invoice_pdf", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses(
    (status = 200, body = Pdf, content_type = "application/pdf"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/invoices/{id}/pdf")]
async fn invoice(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    pdf(&db, allowed.scope, id, clock.now()).await
}

/// The file of an invoice as an answer.
///
/// # Errors
/// `not_found`; `billing_off`; `busy`.
pub(crate) async fn pdf(
    db: &Db,
    scope: Scope,
    id: InvoiceId,
    now: DateTime<Utc>,
) -> Result<HttpResponse> {
    Ok(answer(paper::file(db, scope, PaperOf::Invoice(id), now).await?, PDF))
}

/// Download a credit note as PDF, the same each time
#[utoipa::path(tag = "invoices", operation_id = "get_credit_note_pdf", security(("bearer" = [])),
    params(("id" = CreditNoteId, Path)), responses(
    (status = 200, body = Pdf, content_type = "application/pdf"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/credit-notes/{id}/pdf")]
async fn credit_note(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CreditNoteId>,
) -> Result<HttpResponse> {
    let of = PaperOf::CreditNote(id);
    Ok(answer(paper::file(&db, allowed.scope, of, clock.now()).await?, PDF))
}

/// Download an issued invoice as an e-invoice: EN 16931 as XML, the same each time. Its PDF has it
/// inside (Factur-X). What is missing is told by its field: `/seller/…` of how the organisation
/// bills, `/buyer/…` of how the account is billed
#[utoipa::path(tag = "invoices", operation_id = "get_invoice_e_invoice",
    security(("bearer" = [])), params(("id" = InvoiceId, Path)), responses(
    (status = 200, body = EInvoice, content_type = "application/xml"),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "It was not issued, or was withdrawn"),
    (status = 422, body = Problem, content_type = "application/problem+json",
        description = "EN 16931 wants more; `errors` names it"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/invoices/{id}/e-invoice")]
async fn e_invoice(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let of = PaperOf::Invoice(id);
    Ok(answer(paper::e_invoice(&db, allowed.scope, of, clock.now()).await?, XML))
}

/// Download a credit note as an e-invoice, likewise
#[utoipa::path(tag = "invoices", operation_id = "get_credit_note_e_invoice",
    security(("bearer" = [])), params(("id" = CreditNoteId, Path)), responses(
    (status = 200, body = EInvoice, content_type = "application/xml"),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "It was not issued, or was withdrawn"),
    (status = 422, body = Problem, content_type = "application/problem+json",
        description = "EN 16931 wants more; `errors` names it"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/credit-notes/{id}/e-invoice")]
async fn e_credit_note(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CreditNoteId>,
) -> Result<HttpResponse> {
    let of = PaperOf::CreditNote(id);
    Ok(answer(paper::e_invoice(&db, allowed.scope, of, clock.now()).await?, XML))
}

const PDF: (&str, &str) = ("pdf", "application/pdf");
const XML: (&str, &str) = ("xml", "application/xml");

fn answer(paper: Paper, (end, media): (&str, &'static str)) -> HttpResponse {
    let name = attachment(&format!("{}.{end}", paper.name));
    let hash: String = paper.file.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    HttpResponse::Ok()
        .content_type(media)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::ETAG, format!("\"{hash}\"")))
        .body(paper.file.bytes)
}
