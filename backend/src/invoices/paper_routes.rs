//! The files of invoices and credit notes, over HTTP.
use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use shared::api::{CreditNoteId, InvoiceId, Problem};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper::{self, Paper};
use super::store::PaperOf;
use crate::auth::{Allowed, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, attachment};

/// A PDF file.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
struct Pdf(Vec<u8>);

/// Every route of files.
pub fn routes(config: &mut ServiceConfig) {
    config.service(invoice).service(credit_note);
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
    let of = PaperOf::Invoice(id);
    Ok(answer(paper::file(&db, allowed.scope, of, clock.now()).await?))
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
    Ok(answer(paper::file(&db, allowed.scope, of, clock.now()).await?))
}

fn answer(paper: Paper) -> HttpResponse {
    let name = attachment(&format!("{}.pdf", paper.name));
    let hash: String = paper.file.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::ETAG, format!("\"{hash}\"")))
        .body(paper.file.bytes)
}
