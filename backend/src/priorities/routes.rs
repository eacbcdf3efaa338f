//! Priorities over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use shared::api::{CycleId, PriorityList, PriorityListSet, PriorityPlan};

use super::service;
use crate::auth::{Allowed, ManageScope, ReadScope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};

/// Every route of priorities.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(set).service(plan);
}

/// Read what comes first in a cycle
#[utoipa::path(tag = "scope", operation_id = "list_priorities", security(("bearer" = [])),
    params(("id" = CycleId, Path)), responses((status = 200, body = PriorityList)))]
#[get("/cycles/{id}/priorities")]
async fn list(
    allowed: Allowed<ReadScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let kept = db.read(async |tx| service::list(tx, scope, id, now).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Set what comes first in a cycle. What leaves the list keeps what points at it
#[utoipa::path(tag = "scope", operation_id = "set_priorities", security(("bearer" = [])),
    params(("id" = CycleId, Path)), request_body = PriorityListSet,
    responses((status = 200, body = PriorityList)))]
#[put("/cycles/{id}/priorities")]
async fn set(
    allowed: Allowed<ManageScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    IfMatch(version): IfMatch,
    Body(body): Body<PriorityListSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set(tx, scope, id, (&body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}

/// Draft the priorities of a cycle from the cycle before. Nothing is kept
#[utoipa::path(tag = "scope", operation_id = "plan_priorities", security(("bearer" = [])),
    params(("id" = CycleId, Path)), responses((status = 200, body = PriorityPlan)))]
#[get("/cycles/{id}/priorities/plan")]
async fn plan(
    allowed: Allowed<ReadScope>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
) -> Result<web::Json<PriorityPlan>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| service::plan(tx, scope, id, now).await).await?))
}
