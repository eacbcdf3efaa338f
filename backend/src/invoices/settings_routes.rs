//! How an organisation and its retainers are billed, over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use shared::api::{
    AccountBilling, AccountBillingSet, AccountId, AccountOutlook, BillingSettings,
    BillingSettingsSet, RetainerBilling, RetainerBillingSet, RetainerId,
};

use super::{clients, outlook, settings};
use crate::auth::{Allowed, DraftInvoices, ManageBilling, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};

/// Every route of how somebody is billed.
pub fn routes(routes: &mut Routes) {
    routes.service(of_all).service(change_all).service(of_one).service(change_one);
    routes.service(of_account).service(change_account).service(of_outlook);
}

/// Read how the organisation bills
#[utoipa::path(tag = "invoices", operation_id = "get_billing_settings",
    security(("bearer" = [])), responses((status = 200, body = BillingSettings)))]
#[get("/organisation/billing")]
async fn of_all(allowed: Allowed<ReadInvoices>, db: web::Data<Db>) -> Result<HttpResponse> {
    let found = db.read(async |tx| settings::of_all(tx, allowed.scope).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say how the organisation bills; nothing is billed before
#[utoipa::path(tag = "invoices", operation_id = "set_billing_settings",
    security(("bearer" = [])), request_body = BillingSettingsSet,
    responses((status = 200, body = BillingSettings)))]
#[put("/organisation/billing")]
async fn change_all(
    allowed: Allowed<ManageBilling>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<BillingSettingsSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| settings::change_all(tx, scope, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

/// Read how a retainer is billed, and when next
#[utoipa::path(tag = "invoices", operation_id = "get_retainer_billing",
    security(("bearer" = [])), params(("id" = RetainerId, Path)),
    responses((status = 200, body = RetainerBilling)))]
#[get("/retainers/{id}/billing")]
async fn of_one(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| settings::of_one(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say how a retainer is billed
#[utoipa::path(tag = "invoices", operation_id = "set_retainer_billing",
    security(("bearer" = [])), params(("id" = RetainerId, Path)),
    request_body = RetainerBillingSet, responses((status = 200, body = RetainerBilling)))]
#[put("/retainers/{id}/billing")]
async fn change_one(
    allowed: Allowed<DraftInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RetainerBillingSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (id, &body, version);
    let found = db.write(async |tx| settings::change_one(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Read what invoices say of an account
#[utoipa::path(tag = "invoices", operation_id = "get_account_billing",
    security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses((status = 200, body = AccountBilling)))]
#[get("/accounts/{id}/billing")]
async fn of_account(
    allowed: Allowed<ReadInvoices>,
    db: web::Data<Db>,
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| clients::of(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say what invoices say of an account: its name and address there, its language, who owes the tax
#[utoipa::path(tag = "invoices", operation_id = "set_account_billing",
    security(("bearer" = [])), params(("id" = AccountId, Path)),
    request_body = AccountBillingSet, responses((status = 200, body = AccountBilling)))]
#[put("/accounts/{id}/billing")]
async fn change_account(
    allowed: Allowed<DraftInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    IfMatch(version): IfMatch,
    Body(body): Body<AccountBillingSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (id, &body, version);
    let found = db.write(async |tx| clients::change(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Read when the retainers of an account are billed next, and until when they are paid
#[utoipa::path(tag = "invoices", operation_id = "get_account_outlook",
    security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses((status = 200, body = AccountOutlook)))]
#[get("/accounts/{id}/outlook")]
async fn of_outlook(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
) -> Result<web::Json<AccountOutlook>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| outlook::of_account(tx, scope, id, now).await).await?))
}
