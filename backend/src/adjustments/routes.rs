//! Adjustments over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use shared::api::{
    Adjustment, AdjustmentId, AdjustmentMade, Balance, CycleId, NewAdjustment, Page, RetainerId,
};

use super::{service, store};
use crate::auth::{AdjustBalances, Allowed, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of adjustments.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(make).service(find).service(undo);
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
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
    /// That count in this cycle only.
    cycle_id: Option<CycleId>,
}

/// List adjustments, the newest first
#[utoipa::path(tag = "delivery", operation_id = "list_adjustments", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Adjustment>)))]
#[get("/adjustments")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Adjustment>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        cycle: query.cycle_id,
        before: paging.after()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(web::Json(Page { items: items.into_iter().map(Adjustment::from).collect(), next_cursor }))
}

/// Buy, give or correct units by hand, with a reason
#[utoipa::path(tag = "delivery", operation_id = "create_adjustment", security(("bearer" = [])),
    request_body = NewAdjustment, responses((status = 201, body = AdjustmentMade)))]
#[post("/adjustments")]
async fn make(
    allowed: Allowed<AdjustBalances>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewAdjustment>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::make(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read an adjustment
#[utoipa::path(tag = "delivery", operation_id = "get_adjustment", security(("bearer" = [])),
    params(("id" = AdjustmentId, Path)), responses((status = 200, body = Adjustment)))]
#[get("/adjustments/{id}")]
async fn find(
    allowed: Allowed<ReadRetainers>,
    db: web::Data<Db>,
    Id(id): Id<AdjustmentId>,
) -> Result<HttpResponse> {
    let row = db.read(async |tx| store::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(row.version, &Adjustment::from(row)))
}

/// Take an adjustment back while its cycle is open; the balance after it
#[utoipa::path(tag = "delivery", operation_id = "delete_adjustment", security(("bearer" = [])),
    params(("id" = AdjustmentId, Path)), responses((status = 200, body = Balance)))]
#[delete("/adjustments/{id}")]
async fn undo(
    allowed: Allowed<AdjustBalances>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AdjustmentId>,
    IfMatch(version): IfMatch,
) -> Result<web::Json<Balance>> {
    let (scope, now) = (allowed.scope, clock.now());
    let balance = db.write(async |tx| service::undo(tx, scope, (id, version), now).await).await?;
    Ok(web::Json(balance))
}
