//! Uplifts over HTTP.
use crate::openapi::Routes;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{
    AccountId, LettersSent, NewUplift, Page, Problem, Uplift, UpliftCancel, UpliftId,
    UpliftLetters, UpliftPreview, UpliftSummary,
};

use super::{letters, sending, service};
use crate::auth::{Allowed, ManageRetainers, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once, PageParams, Params, attachment, versioned};
use crate::invoices::Pdf;
use crate::mail::Mailer;

/// Every route of uplifts.
pub fn routes(routes: &mut Routes) {
    routes
        .service(preview)
        .service(list)
        .service(create)
        .service(read)
        .service(cancel)
        .service(as_letters)
        .service(letters_of)
        .service(send)
        .service(letter);
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

/// Preview an uplift: whose price would rise, from what to what and when, and whose would not
#[utoipa::path(tag = "retainers", operation_id = "preview_uplift", security(("bearer" = [])),
    request_body = NewUplift, responses((status = 200, body = UpliftPreview)))]
#[post("/uplift-previews")]
async fn preview(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewUplift>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::preview(tx, scope, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// List uplifts, the last first
#[utoipa::path(tag = "retainers", operation_id = "list_uplifts", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<UpliftSummary>)))]
#[get("/uplifts")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<UpliftSummary>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    Ok(web::Json(db.read(async |tx| service::list(tx, allowed.scope, &paging).await).await?))
}

/// Raise the prices of many retainers: each is agreed on a week before its first cycle at the new
/// price is billed, and can be called off until then
#[utoipa::path(tag = "retainers", operation_id = "create_uplift", security(("bearer" = [])),
    request_body = NewUplift, responses((status = 201, body = Uplift)))]
#[post("/uplifts")]
async fn create(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewUplift>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read an uplift with what became of each retainer
#[utoipa::path(tag = "retainers", operation_id = "get_uplift", security(("bearer" = [])),
    params(("id" = UpliftId, Path)), responses((status = 200, body = Uplift)))]
#[get("/uplifts/{id}")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Id(id): Id<UpliftId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Call off what waits of an uplift, all of it or for one retainer
#[utoipa::path(tag = "retainers", operation_id = "cancel_uplift", security(("bearer" = [])),
    params(("id" = UpliftId, Path)), request_body = UpliftCancel,
    responses((status = 200, body = Uplift)))]
#[post("/uplifts/{id}/cancel")]
async fn cancel(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<UpliftId>,
    Body(body): Body<UpliftCancel>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::cancel(tx, scope, (id, &body), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Read the letters about the new prices as a sheet, each in the language of its client
#[utoipa::path(tag = "retainers", operation_id = "get_uplift_letters", security(("bearer" = [])),
    params(("id" = UpliftId, Path)), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/uplifts/{id}/letters.csv")]
async fn as_letters(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<UpliftId>,
) -> Result<HttpResponse> {
    let (name, text) = db
        .read(async |tx| {
            let uplift = service::find(tx, allowed.scope, id).await?;
            let text = letters::csv(tx, allowed.scope, &uplift, clock.now()).await?;
            Ok((format!("Letters {}.csv", uplift.asked.from), text))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(text))
}

/// List the letters of an uplift: what became of each, and to whom the others would go
#[utoipa::path(tag = "retainers", operation_id = "list_uplift_letters", security(("bearer" = [])),
    params(("id" = UpliftId, Path)), responses((status = 200, body = UpliftLetters)))]
#[get("/uplifts/{id}/letters")]
async fn letters_of(
    allowed: Allowed<ReadInvoices>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    Id(id): Id<UpliftId>,
) -> Result<web::Json<UpliftLetters>> {
    let (scope, of, now) = (allowed.scope, (id, &**mailer), clock.now());
    Ok(web::Json(db.read(async |tx| sending::letters(tx, scope, of, now).await).await?))
}

/// Send the letters of an uplift by mail, each client one, with its PDF
///
/// Who got one, or is about to, gets no second. Clients without an address are named.
#[utoipa::path(tag = "retainers", operation_id = "send_uplift_letters", security(("bearer" = [])),
    params(("id" = UpliftId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = LettersSent)))]
#[post("/uplifts/{id}/letters")]
async fn send(
    allowed: Allowed<ManageRetainers>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    once: Once,
    Id(id): Id<UpliftId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async || sending::send(&db, scope, (id, &mailer), &clock).await;
    once.answer_by_steps(&db, (scope, now), &id, StatusCode::OK, work).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LetterQuery {
    /// To which client.
    account_id: AccountId,
}

/// Download the letter to a client as PDF: as it went out, or as it would be today
#[utoipa::path(tag = "retainers", operation_id = "get_uplift_letter", security(("bearer" = [])),
    params(("id" = UpliftId, Path), LetterQuery), responses(
    (status = 200, body = Pdf, content_type = "application/pdf"),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "Nobody has said yet how the organisation bills"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/uplifts/{id}/letter.pdf")]
async fn letter(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<UpliftId>,
    Params(query): Params<LetterQuery>,
) -> Result<HttpResponse> {
    let of = (id, query.account_id);
    let (name, bytes) = sending::pdf(&db, allowed.scope, of, clock.now()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .body(bytes))
}
