//! Notes over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use shared::api::{AccountId, NewNote, Note, NoteChange, NoteId, NoteKind, Page, RetainerId};

use super::notes as service;
use super::notes_store::Filter;
use crate::auth::{Allowed, KeepRecords, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::mail::Mailer;

/// Every route of notes.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change).service(withdraw);
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
    /// About this client or partner.
    account_id: Option<AccountId>,
    /// About this retainer.
    retainer_id: Option<RetainerId>,
    /// Of this kind only.
    kind: Option<NoteKind>,
}

/// List notes that were not withdrawn, what happened last first
#[utoipa::path(tag = "records", operation_id = "list_notes", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Note>)))]
#[get("/notes")]
async fn list(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Note>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter {
        account: query.account_id,
        retainer: query.retainer_id,
        kind: query.kind,
        ..Filter::default()
    };
    let page = db.read(async |tx| service::list(tx, allowed.scope, filter, &paging).await).await?;
    Ok(web::Json(page))
}

/// Write a note, with the next steps and the message that follow from it
#[utoipa::path(tag = "records", operation_id = "create_note", security(("bearer" = [])),
    request_body = NewNote, responses((status = 201, body = Note)))]
#[post("/notes")]
async fn create(
    allowed: Allowed<KeepRecords>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    once: Once,
    Body(body): Body<NewNote>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, (&body, &mailer), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a note, also one that was withdrawn
#[utoipa::path(tag = "records", operation_id = "get_note", security(("bearer" = [])),
    params(("id" = NoteId, Path)), responses((status = 200, body = Note)))]
#[get("/notes/{id}")]
async fn find(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<NoteId>,
) -> Result<HttpResponse> {
    let note = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(note.version, &note))
}

/// Change a note: one's own, or any as who manages accounts
#[utoipa::path(tag = "records", operation_id = "update_note", security(("bearer" = [])),
    params(("id" = NoteId, Path)), request_body = NoteChange,
    responses((status = 200, body = Note)))]
#[patch("/notes/{id}")]
async fn change(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<NoteId>,
    IfMatch(version): IfMatch,
    Body(body): Body<NoteChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, (id, version), &body, now).await;
    let note = db.write(work).await?;
    Ok(versioned(note.version, &note))
}

/// Withdraw a note: it is kept, and told and found no more
#[utoipa::path(tag = "records", operation_id = "delete_note", security(("bearer" = [])),
    params(("id" = NoteId, Path)), responses((status = 200, body = Note)))]
#[delete("/notes/{id}")]
async fn withdraw(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<NoteId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::withdraw(tx, scope, (id, version), now).await;
    let note = db.write(work).await?;
    Ok(versioned(note.version, &note))
}
