//! Imports over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::api::{ErrorCode, Import, ImportChange, ImportId, ImportState, Page, Problem};

use super::commit::Commit;
use super::rejected::Download;
use super::upload::Upload;
use super::{mapping, service, store};
use crate::auth::{Allowed, ImportTime};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Uploads, previews, commits.
pub fn routes(routes: &mut Routes) {
    routes
        .service(create)
        .service(list)
        .service(find)
        .service(change)
        .service(commit)
        .service(rejected)
        .service(delete);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// The file's name.
    #[param(min_length = 1, max_length = 200, example = "toggl-2026.csv")]
    file_name: String,
}

/// Upload a file of time from Toggl, Clockify, Harvest or any tool that writes CSV
///
/// The body is the file itself. It is read, not written yet: the answer shows what is in it and
/// what a commit would do.
#[utoipa::path(tag = "imports", operation_id = "create_import", security(("bearer" = [])),
    params(UploadQuery, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content(("text/csv"), ("text/plain"), ("application/octet-stream"))), responses(
    (status = 201, body = Import),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[post("/imports")]
async fn create(
    allowed: Allowed<ImportTime>,
    (db, clock, site): (web::Data<Db>, web::Data<Clock>, web::Data<Site>),
    (once, req): (Once, HttpRequest),
    Params(query): Params<UploadQuery>,
    body: web::Payload,
) -> Result<HttpResponse> {
    let headers = req.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_sheet) {
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
    let upload =
        Upload { db, clock, scope: allowed.scope, once, file_name, limit: site.import_max };
    upload.take(body).await
}

fn is_sheet(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(kind.as_str(), "text/csv" | "text/plain" | "application/octet-stream")
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
}

/// List imports, newest first: without their names and problems, with the outcome as last seen
#[utoipa::path(tag = "imports", operation_id = "list_imports", security(("bearer" = [])),
    params(Query), responses(
    (status = 200, body = Page<Import>),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/imports")]
async fn list(
    allowed: Allowed<ImportTime>,
    db: web::Data<Db>,
    Params(query): Params<Query>,
) -> Result<web::Json<Page<Import>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let before = paging.after::<(DateTime<Utc>, ImportId)>()?;
    let (scope, limit) = (allowed.scope, paging.limit);
    let rows = db.read(async |tx| store::list(tx, scope, before, limit + 1).await).await?;
    let Page { items, next_cursor } = page(rows, limit, |row| (row.created_at, row.id));
    let items = items.into_iter().map(service::summary);
    let brief = |mut import: Import| {
        import.options.targets.clear();
        import.options.people.clear();
        import
    };
    Ok(web::Json(Page { items: items.map(brief).collect(), next_cursor }))
}

/// Read an import: what is in it, and what a commit would do or did
#[utoipa::path(tag = "imports", operation_id = "get_import", security(("bearer" = [])),
    params(("id" = ImportId, Path)), responses(
    (status = 200, body = Import),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/imports/{id}")]
async fn find(
    allowed: Allowed<ImportTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ImportId>,
) -> Result<HttpResponse> {
    let import = service::get(&db, allowed.scope, id, clock.now()).await?;
    Ok(versioned(import.version, &import))
}

/// Change an import's mapping and choices; another order of dates reads the file again
#[utoipa::path(tag = "imports", operation_id = "update_import", security(("bearer" = [])),
    params(("id" = ImportId, Path), ("If-Match" = String, Header)),
    request_body = ImportChange, responses(
    (status = 200, body = Import),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[patch("/imports/{id}")]
async fn change(
    allowed: Allowed<ImportTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ImportId>,
    IfMatch(version): IfMatch,
    Body(body): Body<ImportChange>,
) -> Result<HttpResponse> {
    let import = service::update((db, clock), allowed.scope, (id, version), body).await?;
    Ok(versioned(import.version, &import))
}

/// Write an import's rows as time entries: all of them or, if that fails, none
///
/// Poll the import until its state is `done`, or `ready` with a `failure`.
#[utoipa::path(tag = "imports", operation_id = "commit_import", security(("bearer" = [])),
    params(("id" = ImportId, Path), ("Idempotency-Key" = Option<String>, Header),
        ("If-Match" = Option<String>, Header)), responses(
    (status = 202, body = Import),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[post("/imports/{id}/commit")]
async fn commit(
    allowed: Allowed<ImportTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ImportId>,
    version: Option<IfMatch>,
    once: Once,
) -> Result<HttpResponse> {
    let commit = Commit { db, clock, scope: allowed.scope, id };
    commit.begin(once, version.map(|IfMatch(version)| version)).await
}

/// Download the rows that were not written, or would not be, each with its reason
#[utoipa::path(tag = "imports", operation_id = "list_import_rejects", security(("bearer" = [])),
    params(("id" = ImportId, Path)), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/imports/{id}/rejected")]
async fn rejected(
    allowed: Allowed<ImportTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ImportId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let (row, plan) = db
        .read(async |tx| {
            let row = store::find(tx, scope, id).await?;
            if row.state == ImportState::Done {
                return Ok((row, None));
            }
            let mapping = mapping::resolve(tx, scope, &row).await?;
            let plan = service::plan(tx, scope, &mapping, &row.options.0, now).await?;
            Ok((row, Some(plan)))
        })
        .await?;
    let of = service::rows_of(&row);
    Ok(Download { db, scope, of, reading: row.reading.0, plan }.answer(&row.file_name))
}

/// Delete an import that was not committed
#[utoipa::path(tag = "imports", operation_id = "delete_import", security(("bearer" = [])),
    params(("id" = ImportId, Path), ("If-Match" = String, Header)), responses(
    (status = 204),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[delete("/imports/{id}")]
async fn delete(
    allowed: Allowed<ImportTime>,
    db: web::Data<Db>,
    Id(id): Id<ImportId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    service::delete(&db, allowed.scope, (id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
