//! The people of accounts over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use shared::api::{AccountId, Contact, ContactChange, ContactId, NewContact, Page};

use super::{contacts, service};
use crate::auth::{Allowed, ManageAccounts, ReadAccounts};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change).service(remove);
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

/// List an account's people by name
#[utoipa::path(tag = "accounts", operation_id = "list_contacts", security(("bearer" = [])),
    params(("id" = AccountId, Path), Query), responses((status = 200, body = Page<Contact>)))]
#[get("/accounts/{id}/contacts")]
async fn list(
    allowed: Allowed<ReadAccounts>,
    db: web::Data<Db>,
    Id(id): Id<AccountId>,
    Params(query): Params<Query>,
) -> Result<web::Json<Page<Contact>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let people = db.read(async |tx| service::people(tx, allowed.scope, id, &paging).await).await?;
    Ok(web::Json(people))
}

/// Add a person to an account
#[utoipa::path(tag = "accounts", operation_id = "create_contact", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = NewContact,
    responses((status = 201, body = Contact)))]
#[post("/accounts/{id}/contacts")]
async fn create(
    allowed: Allowed<ManageAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<AccountId>,
    Body(body): Body<NewContact>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::add_contact(tx, scope, id, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a person of an account
#[utoipa::path(tag = "accounts", operation_id = "get_contact", security(("bearer" = [])),
    params(("id" = ContactId, Path)), responses((status = 200, body = Contact)))]
#[get("/contacts/{id}")]
async fn find(
    allowed: Allowed<ReadAccounts>,
    db: web::Data<Db>,
    Id(id): Id<ContactId>,
) -> Result<HttpResponse> {
    let contact: Contact =
        db.read(async |tx| contacts::find(tx, allowed.scope, id).await).await?.into();
    Ok(versioned(contact.version, &contact))
}

/// Change a person of an account
#[utoipa::path(tag = "accounts", operation_id = "update_contact", security(("bearer" = [])),
    params(("id" = ContactId, Path)), request_body = ContactChange,
    responses((status = 200, body = Contact)))]
#[patch("/contacts/{id}")]
async fn change(
    allowed: Allowed<ManageAccounts>,
    db: web::Data<Db>,
    Id(id): Id<ContactId>,
    IfMatch(version): IfMatch,
    Body(body): Body<ContactChange>,
) -> Result<HttpResponse> {
    let contact = db
        .write(async |tx| service::change_contact(tx, allowed.scope, id, (&body, version)).await)
        .await?;
    Ok(versioned(contact.version, &contact))
}

/// Remove a person from an account
#[utoipa::path(tag = "accounts", operation_id = "delete_contact", security(("bearer" = [])),
    params(("id" = ContactId, Path)), responses((status = 204)))]
#[delete("/contacts/{id}")]
async fn remove(
    allowed: Allowed<ManageAccounts>,
    db: web::Data<Db>,
    Id(id): Id<ContactId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    db.write(async |tx| service::remove_contact(tx, allowed.scope, id, version).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
