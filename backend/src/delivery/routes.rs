//! Time entries over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, Balance, CycleId, MemberId, NewTimeEntry, Page, RetainerId, TimeEntry,
    TimeEntryChange, TimeEntryId, TimeRecorded,
};

use super::{service, store};
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of what was delivered.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(record)
        .service(find)
        .service(change)
        .service(remove)
        .configure(super::deliverables::routes)
        .configure(super::sessions::routes);
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
    /// Worked on this day or later.
    from: Option<NaiveDate>,
    /// Worked on this day or earlier.
    to: Option<NaiveDate>,
    /// That draw on the allowance only, or only others.
    draws: Option<bool>,
    /// Part of the note, the retainer's or the account's name.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// List time entries, the newest day first
#[utoipa::path(tag = "delivery", operation_id = "list_time_entries", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<TimeEntry>)))]
#[get("/time-entries")]
async fn list(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<TimeEntry>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        account: query.account_id,
        member: query.member_id,
        cycle: query.cycle_id,
        from: query.from,
        to: query.to,
        draws: query.draws,
        text: query.q,
        before: paging.after_time()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.worked_on, row.id));
    Ok(web::Json(Page { items: items.into_iter().map(TimeEntry::from).collect(), next_cursor }))
}

/// Record time
#[utoipa::path(tag = "delivery", operation_id = "create_time_entry", security(("bearer" = [])),
    request_body = NewTimeEntry, responses((status = 201, body = TimeRecorded)))]
#[post("/time-entries")]
async fn record(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewTimeEntry>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::record(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a time entry
#[utoipa::path(tag = "delivery", operation_id = "get_time_entry", security(("bearer" = [])),
    params(("id" = TimeEntryId, Path)), responses((status = 200, body = TimeEntry)))]
#[get("/time-entries/{id}")]
async fn find(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Id(id): Id<TimeEntryId>,
) -> Result<HttpResponse> {
    let row = db.read(async |tx| store::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(row.version, &TimeEntry::from(row)))
}

/// Change a time entry: the old fact is reversed, a new one recorded
#[utoipa::path(tag = "delivery", operation_id = "update_time_entry", security(("bearer" = [])),
    params(("id" = TimeEntryId, Path)), request_body = TimeEntryChange,
    responses((status = 200, body = TimeRecorded)))]
#[patch("/time-entries/{id}")]
async fn change(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<TimeEntryId>,
    IfMatch(version): IfMatch,
    Body(body): Body<TimeEntryChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let recorded =
        db.write(async |tx| service::change(tx, scope, id, (&body, version), now).await).await?;
    Ok(versioned(recorded.entry.version, &recorded))
}

/// Take a time entry back: its fact is reversed; the balance after it
#[utoipa::path(tag = "delivery", operation_id = "delete_time_entry", security(("bearer" = [])),
    params(("id" = TimeEntryId, Path)), responses((status = 200, body = Balance)))]
#[delete("/time-entries/{id}")]
async fn remove(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<TimeEntryId>,
    IfMatch(version): IfMatch,
) -> Result<web::Json<Balance>> {
    let (scope, now) = (allowed.scope, clock.now());
    let balance = db.write(async |tx| service::delete(tx, scope, (id, version), now).await).await?;
    Ok(web::Json(balance))
}
