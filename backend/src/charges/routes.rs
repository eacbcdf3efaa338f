//! Charges over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, post, put, web};
use shared::api::{
    AccountId, CardLinkMade, CardSetup, CardSetupState, Charge, Charges, Charging, ChargingSet,
    InvoiceId, NewCardLink,
};

use super::cashier::Cashier;
use super::{accounts, links, plan, webhook};
use crate::auth::{Allowed, ReadInvoices, RecordPayments};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, versioned};

/// Every route of charges.
pub fn routes(routes: &mut Routes) {
    routes
        .service(read)
        .service(change)
        .service(remove)
        .service(invite)
        .service(tries)
        .service(charge)
        .service(begin)
        .service(finish)
        .service(webhook::hear);
}

/// What every handler of an account needs.
type At = (web::Data<Db>, web::Data<Clock>, web::Data<Cashier>);

/// Read how the invoices of an account are charged, and to what
#[utoipa::path(tag = "invoices", operation_id = "get_charging", security(("bearer" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, body = Charging)))]
#[get("/accounts/{id}/charging")]
async fn read(
    allowed: Allowed<ReadInvoices>,
    (db, clock, cashier): At,
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let of = (id, &**cashier);
    let found = db.read(async |tx| accounts::read(tx, scope, of, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say how the invoices of an account are charged
#[utoipa::path(tag = "invoices", operation_id = "set_charging", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = ChargingSet,
    responses((status = 200, body = Charging)))]
#[put("/accounts/{id}/charging")]
async fn change(
    allowed: Allowed<RecordPayments>,
    (db, clock, cashier): At,
    IfMatch(version): IfMatch,
    Id(id): Id<AccountId>,
    Body(body): Body<ChargingSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| {
        accounts::change(tx, scope, (id, &body, version), now).await?;
        accounts::read(tx, scope, (id, &cashier), now).await
    };
    let found = db.write(work).await?;
    cashier.ring();
    Ok(versioned(found.version, &found))
}

/// Remove the card or bank account on file
#[utoipa::path(tag = "invoices", operation_id = "delete_charging_method",
    security(("bearer" = [])), params(("id" = AccountId, Path)), responses((status = 204)))]
#[delete("/accounts/{id}/charging/method")]
async fn remove(
    allowed: Allowed<RecordPayments>,
    (db, clock, cashier): At,
    IfMatch(version): IfMatch,
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| accounts::remove(tx, scope, (id, version), now).await;
    let method = db.write(work).await?;
    accounts::forgotten(&cashier, &method).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Make the link by which a client adds a card; the one before ends
#[utoipa::path(tag = "invoices", operation_id = "create_card_link", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = NewCardLink,
    responses((status = 201, body = CardLinkMade)))]
#[post("/accounts/{id}/card-links")]
async fn invite(
    allowed: Allowed<RecordPayments>,
    (db, clock, cashier): At,
    site: web::Data<Site>,
    once: Once,
    Id(id): Id<AccountId>,
    Body(body): Body<NewCardLink>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let at = (&**cashier, &**site);
    let work = async |tx: &mut _| links::make(tx, scope, (id, &body), at, now).await;
    let anew = async |tx: &mut _, made| links::told_anew(tx, scope, made, &site).await;
    let bare = |made| CardLinkMade { url: String::new(), ..made };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}

/// Read the tries of charging an invoice, and what comes next
#[utoipa::path(tag = "invoices", operation_id = "list_charges", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses((status = 200, body = Charges)))]
#[get("/invoices/{id}/charges")]
async fn tries(
    allowed: Allowed<ReadInvoices>,
    (db, clock, cashier): At,
    Id(id): Id<InvoiceId>,
) -> Result<web::Json<Charges>> {
    let (scope, now, of) = (allowed.scope, clock.now(), (id, &**cashier));
    Ok(web::Json(db.read(async |tx| plan::of_invoice(tx, scope, of, now).await).await?))
}

/// Charge an invoice now, to what is on file
#[utoipa::path(tag = "invoices", operation_id = "create_charge", security(("bearer" = [])),
    params(("id" = InvoiceId, Path)), responses((status = 201, body = Charge)))]
#[post("/invoices/{id}/charges")]
async fn charge(
    allowed: Allowed<RecordPayments>,
    (db, clock, cashier): At,
    once: Once,
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let (scope, now, of) = (allowed.scope, clock.now(), (id, &**cashier));
    let work = async |tx: &mut _| plan::by_hand(tx, scope, of, now).await;
    let made = once.create(&db, (scope, now), &(), work).await?;
    cashier.ring();
    Ok(made)
}

/// Begin to add a card by a link
#[utoipa::path(tag = "invoices", operation_id = "begin_card_setup", security(()),
    params(("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$")),
    responses((status = 200, body = CardSetup), (status = 409)))]
#[post("/card-setup/{token}")]
async fn begin((db, clock, cashier): At, token: web::Path<String>) -> Result<web::Json<CardSetup>> {
    let now = clock.now();
    let link = db.read(async |tx| links::held(tx, &token, now).await).await?;
    Ok(web::Json(links::begin(&db, cashier.stripe()?, &link).await?))
}

/// Say that a card was added by a link: the provider is asked for it
#[utoipa::path(tag = "invoices", operation_id = "finish_card_setup", security(()),
    params(("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$")),
    responses((status = 200, body = CardSetupState), (status = 409)))]
#[post("/card-setup/{token}/done")]
async fn finish(
    (db, clock, cashier): At,
    token: web::Path<String>,
) -> Result<web::Json<CardSetupState>> {
    let now = clock.now();
    let link = db.read(async |tx| links::held(tx, &token, now).await).await?;
    Ok(web::Json(links::finish(&db, &cashier, &link, now).await?))
}
