//! Sessions over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::api::{
    AccountId, Balance, Check, ClientSession, ClientSessionBooked, ClientSessionChange,
    ClientSessionId, ClientSessionSettled, ClientSessionState, CycleId, ErrorCode, MemberId,
    NewClientSession, Page, RetainerId, SessionStatus, SessionSummary, SettleClientSession,
};

use super::{invitations_routes, service, settlement, store, summary};
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};
use crate::mail::Mailer;

/// Every route of sessions.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(book)
        .service(find)
        .service(change)
        .service(remove)
        .service(preview)
        .service(settle)
        .service(reopen)
        .service(summarise)
        .configure(invitations_routes::routes);
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
    /// In this state only.
    state: Option<ClientSessionState>,
    /// Beginning at this instant or later.
    from: Option<DateTime<Utc>>,
    /// Beginning before this instant.
    to: Option<DateTime<Utc>>,
}

/// List sessions by their start
#[utoipa::path(tag = "delivery", operation_id = "list_client_sessions",
    security(("bearer" = [])), params(ListQuery),
    responses((status = 200, body = Page<ClientSession>)))]
#[get("/sessions")]
async fn list(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<ClientSession>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        account: query.account_id,
        member: query.member_id,
        state: query.state,
        from: query.from,
        to: query.to,
        after: paging.after_time()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.starts_at, row.id));
    Ok(web::Json(Page { items: items.into_iter().map(ClientSession::from).collect(), next_cursor }))
}

/// Book a session: it reserves its units
#[utoipa::path(tag = "delivery", operation_id = "create_client_session",
    security(("bearer" = [])), request_body = NewClientSession,
    responses((status = 201, body = ClientSessionBooked)))]
#[post("/sessions")]
async fn book(
    allowed: Allowed<RecordTime>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    once: Once,
    Body(body): Body<NewClientSession>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    if !body.invitees.is_empty() && mailer.from().is_none() {
        return Err(ErrorCode::MailOff.into());
    }
    let work = async |tx: &mut _| service::book(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a session
#[utoipa::path(tag = "delivery", operation_id = "get_client_session",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path)),
    responses((status = 200, body = ClientSession)))]
#[get("/sessions/{id}")]
async fn find(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Id(id): Id<ClientSessionId>,
) -> Result<HttpResponse> {
    let row = db.read(async |tx| store::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(row.version, &ClientSession::from(row)))
}

/// Move a booked session, or rename any
#[utoipa::path(tag = "delivery", operation_id = "update_client_session",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path)),
    request_body = ClientSessionChange, responses((status = 200, body = ClientSessionBooked)))]
#[patch("/sessions/{id}")]
async fn change(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ClientSessionId>,
    IfMatch(version): IfMatch,
    Body(body): Body<ClientSessionChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let booked =
        db.write(async |tx| service::change(tx, scope, id, (&body, version), now).await).await?;
    Ok(versioned(booked.session.version, &booked))
}

/// Remove a booking; the balance without it
#[utoipa::path(tag = "delivery", operation_id = "delete_client_session",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path)),
    responses((status = 200, body = Balance)))]
#[delete("/sessions/{id}")]
async fn remove(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ClientSessionId>,
    IfMatch(version): IfMatch,
) -> Result<web::Json<Balance>> {
    let (scope, now) = (allowed.scope, clock.now());
    let balance = db.write(async |tx| service::delete(tx, scope, (id, version), now).await).await?;
    Ok(web::Json(balance))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SettlementQuery {
    /// It took place, was called off, or nobody came.
    status: SessionStatus,
    /// When it was called off; now if left out.
    at: Option<DateTime<Utc>>,
}

/// See what settling a session would do, without doing it
#[utoipa::path(tag = "delivery", operation_id = "preview_client_session_settlement",
    security(("bearer" = [])), params(("id" = ClientSessionId, Path), SettlementQuery),
    responses((status = 200, body = ClientSessionSettled), (status = 409)))]
#[get("/sessions/{id}/settlement")]
async fn preview(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ClientSessionId>,
    Params(query): Params<SettlementQuery>,
) -> Result<web::Json<ClientSessionSettled>> {
    let (scope, now) = (allowed.scope, clock.now());
    let body = SettleClientSession { status: query.status, at: query.at };
    body.check().map_err(|mut faults| {
        faults.iter_mut().for_each(|fault| fault.field = fault.field.replacen('/', "", 1));
        faults
    })?;
    let settled = db.read(async |tx| settlement::preview(tx, scope, id, &body, now).await).await?;
    Ok(web::Json(settled))
}

/// Say how a session went: the terms decide what becomes of its units
#[utoipa::path(tag = "delivery", operation_id = "settle_client_session",
    security(("bearer" = [])),
    params(("id" = ClientSessionId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = SettleClientSession, responses((status = 200, body = ClientSessionSettled)))]
#[post("/sessions/{id}/settle")]
async fn settle(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ClientSessionId>,
    Body(body): Body<SettleClientSession>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| settlement::settle(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Take back how a session went: of a closed cycle its units come back to the open one
#[utoipa::path(tag = "delivery", operation_id = "reopen_client_session",
    security(("bearer" = [])),
    params(("id" = ClientSessionId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ClientSessionBooked)))]
#[post("/sessions/{id}/reopen")]
async fn reopen(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<ClientSessionId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| settlement::reopen(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SummaryQuery {
    /// The key of the pool; the first of sessions if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Count the sessions of a cycle by how they went, and what is owed of them
#[utoipa::path(tag = "delivery", operation_id = "get_session_summary",
    security(("bearer" = [])), params(("id" = CycleId, Path), SummaryQuery),
    responses((status = 200, body = SessionSummary)))]
#[get("/cycles/{id}/session-summary")]
async fn summarise(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    Params(query): Params<SummaryQuery>,
) -> Result<web::Json<SessionSummary>> {
    let (scope, now) = (allowed.scope, clock.now());
    let which = (id, query.pool.as_deref());
    Ok(web::Json(db.read(async |tx| summary::summary(tx, scope, which, now).await).await?))
}
