//! Logos over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use image::ImageFormat;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::api::{ErrorCode, LOGO_BYTES_MAX, Logo, LogoId, Problem};

use super::logos;
use crate::auth::{Allowed, ManageBilling, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Id, Once};
use crate::imports::whole;

/// A picture as PNG.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
pub(crate) struct Bytes(Vec<u8>);

/// Every route of logos.
pub fn routes(routes: &mut Routes) {
    routes.service(create).service(find);
}

/// What a repeated `Idempotency-Key` must come with again.
#[derive(Serialize)]
struct Request<'a> {
    sha256: &'a [u8],
}

/// Bring a picture that papers can show: PNG or JPEG
///
/// The body is the file itself, of 2,000,000 bytes and 4,000 pixels a side at most; it is kept as PNG,
/// no larger than its room on a paper. Papers show it once `logo_id` of how the organisation bills
/// names it; those that are issued keep what they showed.
#[utoipa::path(tag = "invoices", operation_id = "create_logo", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content(("image/png"), ("image/jpeg"))), responses(
    (status = 201, body = Logo),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[post("/logos")]
async fn create(
    allowed: Allowed<ManageBilling>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    (once, req): (Once, HttpRequest),
    mut body: web::Payload,
) -> Result<HttpResponse> {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let format = ImageFormat::from_mime_type(kind.to_ascii_lowercase());
    let taken = [ImageFormat::Png, ImageFormat::Jpeg];
    let format = format.filter(|format| taken.contains(format));
    let format = format.ok_or(ErrorCode::UnsupportedMedia)?;
    let bytes = whole(&mut body, LOGO_BYTES_MAX).await?;
    let sha256 = Sha256::digest(&bytes);
    // Unpacking takes its time: beside those that answer.
    let reading = web::block(move || logos::read(format, &bytes)).await;
    let picture = reading.map_err(|error| Error::internal("reading a picture", error))??;
    let request = Request { sha256: &sha256 };
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| logos::add(tx, scope, &picture, now).await;
    once.create(&db, (scope, now), &request, work).await
}

/// Read a picture that papers can show
#[utoipa::path(tag = "invoices", operation_id = "get_logo", security(("bearer" = [])),
    params(("id" = LogoId, Path)), responses(
    (status = 200, body = Bytes, content_type = "image/png"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/logos/{id}")]
async fn find(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Id(id): Id<LogoId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| logos::find(tx, allowed.scope, id).await).await?;
    Ok(HttpResponse::Ok().content_type("image/png").body(found.bytes))
}
