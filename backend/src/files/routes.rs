//! Files over HTTP.
use std::time::Duration;

use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use shared::api::{
    AccountFile, AccountId, ErrorCode, FILE_BYTES_MAX, FileId, FileKind, Page, Problem, RetainerId,
};
use tokio::sync::Semaphore;

use super::keep::{Files, key};
use super::service::{self, Brought};
use crate::auth::{Allowed, KeepRecords, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Id, IfMatch, Once, PageParams, Params, attachment, versioned};
use crate::imports::whole;
use crate::openapi::Routes;

/// How long all of a file may take to come.
const UPLOAD: Duration = Duration::from_secs(600);
/// How many come at once: each is in memory.
static COMING: Semaphore = Semaphore::const_new(16);

/// What a browser may do with a file that it shows: nothing but show it.
const SHOWN: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; \
                     frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The bytes of a file.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
struct Content(Vec<u8>);

/// Every route of files.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(content).service(remove);
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

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Named {
    /// The file's name; folders before it are left out.
    #[param(min_length = 1, max_length = 200, example = "contract.pdf")]
    file_name: String,
    /// What it is about.
    #[param(max_length = 500)]
    note: Option<String>,
    /// The retainer it is about: one of the account.
    retainer_id: Option<RetainerId>,
}

/// List the files of an account, the newest first
#[utoipa::path(tag = "records", operation_id = "list_account_files", security(("bearer" = [])),
    params(("id" = AccountId, Path), ListQuery),
    responses((status = 200, body = Page<AccountFile>)))]
#[get("/accounts/{id}/files")]
async fn list(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<AccountId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<AccountFile>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let page = db.read(async |tx| service::list(tx, allowed.scope, id, &paging).await).await?;
    Ok(web::Json(page))
}

/// Bring a file: the body is the file itself, of 10 MiB at most
///
/// What it is, its bytes say: PDF, PNG, JPEG, WebP, documents of Word, Excel, PowerPoint and
/// OpenDocument without macros, CSV and text. Nothing else is kept.
#[utoipa::path(tag = "records", operation_id = "create_account_file", security(("bearer" = [])),
    params(("id" = AccountId, Path), Named, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content(("application/octet-stream"))), responses(
    (status = 201, body = AccountFile),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "All files together have 10 GiB"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[post("/accounts/{id}/files")]
async fn create(
    allowed: Allowed<KeepRecords>,
    (db, files, clock): (web::Data<Db>, web::Data<Files>, web::Data<Clock>),
    Id(account): Id<AccountId>,
    Params(query): Params<Named>,
    (once, req): (Once, HttpRequest),
    mut body: web::Payload,
) -> Result<HttpResponse> {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case("application/octet-stream")) {
        return Err(ErrorCode::UnsupportedMedia.into());
    }
    if query.file_name.trim().is_empty() {
        return Err(Error::field("file_name", "required"));
    }
    let note = query.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    if note.as_deref().is_some_and(|note| note.chars().any(|c| c.is_control() && c != '\n')) {
        return Err(Error::field("note", "control_characters"));
    }
    let (scope, file_name) = (allowed.scope, query.file_name);
    let brought = Brought { account, retainer: query.retainer_id, file_name, note };
    // What is full already takes no byte; the rest is known once all of it came.
    db.read(async |tx| service::expect(tx, scope, &brought, 1).await).await?;
    let _turn = COMING.try_acquire().map_err(|_| ErrorCode::Busy)?;
    let came = timeout(UPLOAD, whole(&mut body, FILE_BYTES_MAX)).await;
    let late = |_| Error::Malformed("the upload took more than ten minutes".into());
    let bytes = came.map_err(late)??.freeze();
    service::add((&db, &files), (scope, clock.now()), &once, brought, bytes).await
}

/// Read what is known of a file
#[utoipa::path(tag = "records", operation_id = "get_file", security(("bearer" = [])),
    params(("id" = FileId, Path)), responses((status = 200, body = AccountFile)))]
#[get("/files/{id}")]
async fn find(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<FileId>,
) -> Result<HttpResponse> {
    let file = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(file.version, &file))
}

/// Download a file
///
/// PDF, pictures and text may be shown as they come, in a sandbox without scripts; text is always
/// plain. The rest is to be saved.
#[utoipa::path(tag = "records", operation_id = "get_file_content", security(("bearer" = [])),
    params(("id" = FileId, Path)), responses(
    (status = 200, content(
        (Content = "application/pdf"), (Content = "image/png"), (Content = "image/jpeg"),
        (Content = "image/webp"), (Content = "text/plain"), (Content = "application/octet-stream"),
    )),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/files/{id}/content")]
async fn content(
    allowed: Allowed<ReadRecords>,
    (db, files): (web::Data<Db>, web::Data<Files>),
    Id(id): Id<FileId>,
) -> Result<HttpResponse> {
    let scope = allowed.scope;
    let file = db.read(async |tx| service::find(tx, scope, id).await).await?;
    let bytes = files.get(&key(scope.organisation(), id)).await?;
    let bytes = bytes.ok_or_else(|| Error::internal("reading a file", "its bytes are gone"))?;
    Ok(HttpResponse::Ok()
        .content_type(file.kind.media())
        .insert_header((header::CONTENT_DISPOSITION, disposition(&file)))
        .insert_header((header::CONTENT_SECURITY_POLICY, SHOWN))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::ETAG, format!("\"{}\"", file.sha_256)))
        .body(bytes))
}

/// Whether it may be shown as it comes, and its name.
fn disposition(file: &AccountFile) -> String {
    let saved = attachment(&file.name);
    let shows = file.kind == FileKind::Pdf || file.kind.is_picture() || file.kind.is_text();
    if shows { saved.replacen("attachment", "inline", 1) } else { saved }
}

/// Delete a file: one's own, or any as who manages accounts
///
/// Its bytes go within two days. A signed agreement stays.
#[utoipa::path(tag = "records", operation_id = "delete_file", security(("bearer" = [])),
    params(("id" = FileId, Path)), responses(
    (status = 204, description = "It is gone"),
    (status = 409, body = Problem, content_type = "application/problem+json",
        description = "It is a signed agreement"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[delete("/files/{id}")]
async fn remove(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<FileId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| service::delete(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
