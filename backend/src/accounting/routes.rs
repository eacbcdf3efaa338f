//! Exports for books of account, over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;
use shared::api::{ExportFormat, Problem};

use super::{datev, journal, sheet};
use crate::auth::{Allowed, ReadInvoices};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::http::{Params, attachment};
use crate::invoices;

/// Every route of exports.
pub fn routes(routes: &mut Routes) {
    routes.service(export);
}

/// A file of the format that was asked for.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
struct Export(Vec<u8>);

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// The first day; that of the month before this one if left out.
    from: Option<NaiveDate>,
    /// The last day; that of the month of the first if left out.
    to: Option<NaiveDate>,
    /// Which file; a journal as CSV if left out.
    format: Option<ExportFormat>,
    /// Documents in this currency alone, ISO 4217.
    #[param(pattern = "^[A-Z]{3}$", max_length = 3)]
    currency: Option<String>,
}

/// The days asked for, or those of the month before.
fn days(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    today: NaiveDate,
) -> (NaiveDate, NaiveDate) {
    let first = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let later = |day: NaiveDate| day.checked_add_months(Months::new(1)).unwrap_or(day);
    let from =
        from.unwrap_or_else(|| first(today).checked_sub_months(Months::new(1)).unwrap_or(today));
    (from, to.unwrap_or_else(|| later(first(from)).pred_opt().unwrap_or(from)))
}

/// Export what was issued and paid in a period for the books: invoices, withdrawals, credit notes,
/// payments, refunds, and what of those was taken back, each once by its day
#[utoipa::path(tag = "invoices", operation_id = "export_journal", security(("bearer" = [])),
    params(ExportQuery), responses(
    (status = 200, body = Export, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/accounting-export")]
async fn export(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ExportQuery>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let ExportQuery { format, currency, .. } = query;
    let format = format.unwrap_or(ExportFormat::Csv);
    let read = async |tx: &mut Tx| {
        let today = invoices::today(tx, scope, now).await?;
        let days = days((query.from, query.to), today);
        let documents = journal::documents(tx, scope, (days, currency.clone())).await?;
        Ok((days, documents, invoices::ledger_accounts(tx, scope).await?))
    };
    let ((from, to), documents, set) = db.read(read).await?;
    let write = move || match format {
        ExportFormat::Csv => sheet::csv(&documents, set.as_ref()),
        ExportFormat::Xlsx => sheet::xlsx(&documents, set.as_ref()),
        ExportFormat::Datev => datev::file(&documents, set.as_ref(), (from, to), now),
    };
    let written = web::block(write).await;
    let bytes = written.map_err(|error| Error::internal("writing an export", error))??;
    let (name, kind) = match format {
        ExportFormat::Csv => (format!("Journal {from} {to}.csv"), "text/csv; charset=utf-8"),
        ExportFormat::Xlsx => (
            format!("Journal {from} {to}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ExportFormat::Datev => {
            (format!("EXTF_Buchungsstapel_{from}_{to}.csv"), "text/csv; charset=windows-1252")
        }
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(bytes))
}
