//! Signed agreements over HTTP.
use actix_web::{HttpResponse, get, post, web};
use shared::api::{Agreement, Agreements, NewAgreement, RetainerId};

use super::agreements as service;
use crate::auth::{Allowed, ManageRetainers, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, Once};
use crate::openapi::Routes;

/// Every route of agreements.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create);
}

/// List what was signed of a retainer, and whether its terms were changed since
///
/// Proposals that clients signed by their links are among them, but for those whose terms were
/// agreed before agreements were kept.
#[utoipa::path(tag = "retainers", operation_id = "list_retainer_agreements",
    security(("bearer" = [])), params(("id" = RetainerId, Path)),
    responses((status = 200, body = Agreements)))]
#[get("/retainers/{id}/agreements")]
async fn list(
    allowed: Allowed<ReadRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<web::Json<Agreements>> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| service::list(tx, scope, id, now).await).await?;
    Ok(web::Json(found))
}

/// Write down what was signed: a file of the account, and the version of the terms that it made
///
/// It never changes, and its file stays.
#[utoipa::path(tag = "retainers", operation_id = "create_agreement", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewAgreement,
    responses((status = 201, body = Agreement)))]
#[post("/retainers/{id}/agreements")]
async fn create(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewAgreement>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, (id, &body), now).await;
    once.create(&db, (scope, now), &body, work).await
}
