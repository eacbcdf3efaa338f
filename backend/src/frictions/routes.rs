//! Frictions over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use shared::api::{
    ConstraintMap, Friction, FrictionChange, FrictionId, FrictionKind, NewFriction, Page,
    RetainerId, SopId, WorkflowId,
};

use super::store::Filter;
use super::{map, service};
use crate::auth::{Allowed, LogFrictions, ManageModel, ReadModel};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::{identity, spa};

/// Months of the map where nobody says.
const MONTHS: i64 = 6;
/// The most months of a map.
const MONTHS_MAX: i64 = 24;

/// Every route of frictions. Fixed names come before ids, for any method.
pub fn routes(routes: &mut Routes) {
    routes
        .service(constraints)
        .route("/frictions/map", web::to(spa::answer))
        .service(list)
        .service(log)
        .service(find)
        .service(change);
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
    /// Of this kind only.
    kind: Option<FrictionKind>,
    /// In this workflow only.
    workflow_id: Option<WorkflowId>,
    /// With this routine only.
    sop_id: Option<SopId>,
    /// With this retainer only.
    retainer_id: Option<RetainerId>,
    /// Only those that nobody has resolved, or only the others.
    open: Option<bool>,
}

/// List frictions, the last logged first
#[utoipa::path(tag = "model", operation_id = "list_frictions", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Friction>)))]
#[get("/frictions")]
async fn list(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Friction>>> {
    let scope = allowed.scope;
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter {
        kind: query.kind,
        workflow: query.workflow_id,
        sop: query.sop_id,
        retainer: query.retainer_id,
        open: query.open,
        ..Filter::default()
    };
    let found = db.read(async |tx| service::list(tx, scope, filter, &paging).await).await?;
    Ok(web::Json(found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MapQuery {
    /// So many months, this one included; 6 if left out.
    #[param(minimum = 1, maximum = 24)]
    months: Option<i64>,
}

/// Map which kind of friction comes back where
#[utoipa::path(tag = "model", operation_id = "get_constraint_map", security(("bearer" = [])),
    params(MapQuery), responses((status = 200, body = ConstraintMap)))]
#[get("/frictions/map")]
async fn constraints(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<MapQuery>,
) -> Result<web::Json<ConstraintMap>> {
    let (scope, now) = (allowed.scope, clock.now());
    let months = query.months.unwrap_or(MONTHS);
    let months = u32::try_from(months).ok().filter(|_| (1..=MONTHS_MAX).contains(&months));
    let months = months.ok_or_else(|| Error::field("months", "out_of_range"))?;
    let found = db
        .read(async |tx| {
            let today = identity::today(tx, scope, now).await?;
            map::map(tx, scope, (today, months)).await
        })
        .await?;
    Ok(web::Json(found))
}

/// Log what got in the way of work
#[utoipa::path(tag = "model", operation_id = "create_friction", security(("bearer" = [])),
    request_body = NewFriction, responses((status = 201, body = Friction)))]
#[post("/frictions")]
async fn log(
    allowed: Allowed<LogFrictions>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewFriction>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::log(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a friction
#[utoipa::path(tag = "model", operation_id = "get_friction", security(("bearer" = [])),
    params(("id" = FrictionId, Path)), responses((status = 200, body = Friction)))]
#[get("/frictions/{id}")]
async fn find(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Id(id): Id<FrictionId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Correct a friction, or say which change of the process resolved it
#[utoipa::path(tag = "model", operation_id = "update_friction", security(("bearer" = [])),
    params(("id" = FrictionId, Path)), request_body = FrictionChange,
    responses((status = 200, body = Friction)))]
#[patch("/frictions/{id}")]
async fn change(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<FrictionId>,
    IfMatch(version): IfMatch,
    Body(body): Body<FrictionChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::resolve(tx, scope, id, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}
