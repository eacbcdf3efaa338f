//! Bank statements over HTTP.
use crate::openapi::Routes;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{
    BANK_FILE_MAX, BankImport, BankImportId, BankImportSummary, BankLine, BankLineAside,
    BankLineId, BankLinePayment, BankLineState, BankRecorded, DateOrder, ErrorCode, Page, Problem,
};
use shared::rules::money::is_currency;

use super::sheet::Said;
use super::{intake, service, store};
use crate::auth::{Allowed, RecordPayments};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};
use crate::imports::whole;

/// Every route of bank statements.
pub fn routes(routes: &mut Routes) {
    routes
        .service(create)
        .service(list)
        .service(find)
        .service(lines)
        .service(record_exact)
        .service(line)
        .service(record)
        .service(set_aside);
}

/// What may be uploaded.
const KINDS: [&str; 5] =
    ["text/csv", "text/plain", "text/xml", "application/xml", "application/octet-stream"];

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// The file's name.
    #[param(min_length = 1, max_length = 200, example = "statement.csv")]
    file_name: String,
    /// How days of a CSV file are read whose order it does not show.
    date_order: Option<DateOrder>,
    /// The currency of a CSV file that names none, by ISO 4217.
    #[param(min_length = 3, max_length = 3, example = "EUR")]
    currency: Option<String>,
}

/// What a repeated `Idempotency-Key` must come with again.
#[derive(Serialize)]
struct Request<'a> {
    file_name: &'a str,
    sha256: &'a [u8],
    date_order: Option<DateOrder>,
    currency: Option<&'a str>,
}

/// Upload a bank statement: camt.053 or camt.052 as XML, or CSV
///
/// The body is the file itself, of 2,000,000 bytes and 5,000 bookings at most. Nothing is recorded
/// by it: its lines are proposed as payments. A booking that another file brought is not kept again.
#[utoipa::path(tag = "invoices", operation_id = "create_bank_import", security(("bearer" = [])),
    params(UploadQuery, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content(("text/csv"), ("text/plain"), ("text/xml"), ("application/xml"),
        ("application/octet-stream"))), responses(
    (status = 201, body = BankImportSummary),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[post("/bank-imports")]
async fn create(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    (once, req): (Once, HttpRequest),
    Params(query): Params<UploadQuery>,
    mut body: web::Payload,
) -> Result<HttpResponse> {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !KINDS.iter().any(|one| one.eq_ignore_ascii_case(kind)) {
        return Err(ErrorCode::UnsupportedMedia.into());
    }
    let file_name = query.file_name.trim().to_owned();
    let fault = match file_name.chars().count() {
        0 => Some("required"),
        201.. => Some("too_long"),
        _ => file_name.chars().any(char::is_control).then_some("control_characters"),
    };
    if let Some(code) = fault {
        return Err(Error::field("file_name", code));
    }
    if query.currency.as_deref().is_some_and(|code| !is_currency(code)) {
        return Err(Error::field("currency", "currency_unknown"));
    }
    let bytes = whole(&mut body, BANK_FILE_MAX).await?;
    let said = Said { order: query.date_order, currency: query.currency.clone() };
    // Some hundred milliseconds of reckoning: beside those that answer.
    let reading = web::block(move || intake::read(file_name, &bytes, &said)).await;
    let taken = reading.map_err(|error| Error::internal("reading a statement", error))??;
    let request = Request {
        file_name: &taken.file_name,
        sha256: &taken.sha256,
        date_order: query.date_order,
        currency: query.currency.as_deref(),
    };
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| intake::keep(tx, scope, &taken, now).await;
    once.create(&db, (scope, now), &request, work).await
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
}

/// List bank statements, the newest first
#[utoipa::path(tag = "invoices", operation_id = "list_bank_imports", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<BankImportSummary>)))]
#[get("/bank-imports")]
async fn list(
    allowed: Allowed<RecordPayments>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<BankImportSummary>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after_time::<DateTime<Utc>, BankImportId>()?;
    let (scope, limit) = (allowed.scope, paging.limit);
    let rows = db.read(async |tx| store::imports(tx, scope, before, limit + 1).await).await?;
    let Page { items, next_cursor } = page(rows, limit, |row| (row.created_at, row.id));
    let items = items.into_iter().map(service::summary).collect();
    Ok(web::Json(Page { items, next_cursor }))
}

/// Read a bank statement: how many of its lines stand how
#[utoipa::path(tag = "invoices", operation_id = "get_bank_import", security(("bearer" = [])),
    params(("id" = BankImportId, Path)), responses((status = 200, body = BankImport)))]
#[get("/bank-imports/{id}")]
async fn find(
    allowed: Allowed<RecordPayments>,
    db: web::Data<Db>,
    Id(id): Id<BankImportId>,
) -> Result<web::Json<BankImport>> {
    let found = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(web::Json(found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LinesQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Those that stand so only.
    state: Option<BankLineState>,
}

/// List the lines of a bank statement, each with the payment that it is or would be
#[utoipa::path(tag = "invoices", operation_id = "list_bank_lines", security(("bearer" = [])),
    params(("id" = BankImportId, Path), LinesQuery),
    responses((status = 200, body = Page<BankLine>)))]
#[get("/bank-imports/{id}/lines")]
async fn lines(
    allowed: Allowed<RecordPayments>,
    db: web::Data<Db>,
    Id(id): Id<BankImportId>,
    Params(query): Params<LinesQuery>,
) -> Result<web::Json<Page<BankLine>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let which = (id, query.state);
    let found = db.read(async |tx| service::list(tx, allowed.scope, which, &paging).await).await?;
    Ok(web::Json(found))
}

/// Record the lines of a bank statement that are exact, a hundred at a time
#[utoipa::path(tag = "invoices", operation_id = "record_bank_import", security(("bearer" = [])),
    params(("id" = BankImportId, Path)), responses((status = 200, body = BankRecorded)))]
#[post("/bank-imports/{id}/record")]
async fn record_exact(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<BankImportId>,
) -> Result<web::Json<BankRecorded>> {
    Ok(web::Json(service::record_exact(&db, allowed.scope, id, clock.now()).await?))
}

/// Read a line of a bank statement
#[utoipa::path(tag = "invoices", operation_id = "get_bank_line", security(("bearer" = [])),
    params(("id" = BankLineId, Path)), responses((status = 200, body = BankLine)))]
#[get("/bank-lines/{id}")]
async fn line(
    allowed: Allowed<RecordPayments>,
    db: web::Data<Db>,
    Id(id): Id<BankLineId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::line(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Record a line of a bank statement as a payment
#[utoipa::path(tag = "invoices", operation_id = "record_bank_line", security(("bearer" = [])),
    params(
        ("id" = BankLineId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = BankLinePayment, responses((status = 200, body = BankLine)))]
#[post("/bank-lines/{id}/payment")]
async fn record(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<BankLineId>,
    Body(body): Body<BankLinePayment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| {
        service::record(tx, scope, (id, version), &body, now).await?;
        service::line(tx, scope, id).await
    };
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Set a line of a bank statement aside, or take it up again
#[utoipa::path(tag = "invoices", operation_id = "set_bank_line_aside", security(("bearer" = [])),
    params(
        ("id" = BankLineId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = BankLineAside, responses((status = 200, body = BankLine)))]
#[post("/bank-lines/{id}/aside")]
async fn set_aside(
    allowed: Allowed<RecordPayments>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<BankLineId>,
    Body(body): Body<BankLineAside>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| {
        service::set_aside(tx, scope, (id, version), (body.aside, now)).await?;
        service::line(tx, scope, id).await
    };
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
