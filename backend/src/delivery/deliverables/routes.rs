//! Deliverables over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, Balance, CycleId, Deliverable, DeliverableChange, DeliverableId,
    DeliverableRecorded, MemberId, NewDeliverable, Page, RetainerId,
};

use super::{service, store};
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of things delivered.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(record).service(find).service(change).service(remove);
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
    /// Of this account only.
    account_id: Option<AccountId>,
    /// Of this person only.
    member_id: Option<MemberId>,
    /// Posted to this cycle only.
    cycle_id: Option<CycleId>,
    /// Of pools with this key only.
    #[param(max_length = 40)]
    pool: Option<String>,
    /// Delivered on this day or later.
    from: Option<NaiveDate>,
    /// Delivered on this day or earlier.
    to: Option<NaiveDate>,
    /// Part of the title, the item, the retainer's or the account's name.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// List things delivered, the newest day first
#[utoipa::path(tag = "delivery", operation_id = "list_deliverables", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Deliverable>)))]
#[get("/deliverables")]
async fn list(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Deliverable>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        account: query.account_id,
        member: query.member_id,
        cycle: query.cycle_id,
        pool: query.pool,
        from: query.from,
        to: query.to,
        text: query.q,
        before: paging.after_time()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.delivered_on, row.id));
    Ok(web::Json(Page { items: items.into_iter().map(Deliverable::from).collect(), next_cursor }))
}

/// Record something delivered
#[utoipa::path(tag = "delivery", operation_id = "create_deliverable", security(("bearer" = [])),
    request_body = NewDeliverable, responses((status = 201, body = DeliverableRecorded)))]
#[post("/deliverables")]
async fn record(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewDeliverable>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::record(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read something delivered
#[utoipa::path(tag = "delivery", operation_id = "get_deliverable", security(("bearer" = [])),
    params(("id" = DeliverableId, Path)), responses((status = 200, body = Deliverable)))]
#[get("/deliverables/{id}")]
async fn find(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Id(id): Id<DeliverableId>,
) -> Result<HttpResponse> {
    let row = db.read(async |tx| store::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(row.version, &Deliverable::from(row)))
}

/// Change something delivered: the old fact is reversed, a new one recorded
#[utoipa::path(tag = "delivery", operation_id = "update_deliverable", security(("bearer" = [])),
    params(("id" = DeliverableId, Path)), request_body = DeliverableChange,
    responses((status = 200, body = DeliverableRecorded)))]
#[patch("/deliverables/{id}")]
async fn change(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<DeliverableId>,
    IfMatch(version): IfMatch,
    Body(body): Body<DeliverableChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let recorded =
        db.write(async |tx| service::change(tx, scope, id, (&body, version), now).await).await?;
    Ok(versioned(recorded.deliverable.version, &recorded))
}

/// Take something delivered back: its fact is reversed; the balance after it
#[utoipa::path(tag = "delivery", operation_id = "delete_deliverable", security(("bearer" = [])),
    params(("id" = DeliverableId, Path)), responses((status = 200, body = Balance)))]
#[delete("/deliverables/{id}")]
async fn remove(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<DeliverableId>,
    IfMatch(version): IfMatch,
) -> Result<web::Json<Balance>> {
    let (scope, now) = (allowed.scope, clock.now());
    let balance = db.write(async |tx| service::delete(tx, scope, (id, version), now).await).await?;
    Ok(web::Json(balance))
}
