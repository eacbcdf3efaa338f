//! Renewals over HTTP.
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, MemberId, NewRenewal, Renewal, RenewalBrief, RenewalId, RenewalLost, RenewalRule,
    RenewalRuleSet, RenewalStage, RenewalUpdate, RenewalWon, Renewals, RetainerId,
};
use shared::rules::zone;

use super::store::Filter;
use super::{brief, outcome, rule, service};
use crate::auth::{Allowed, ManageRetainers, ReadRenewals, RunRenewals};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::identity;
use crate::openapi::Routes;

/// Every route of renewals.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(prepare)
        .service(find_brief)
        .service(win)
        .service(lose)
        .service(reopen)
        .service(find_rule)
        .service(change_rule);
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
    /// Only those with an outcome, or only those without; what has lapsed has none.
    decided: Option<bool>,
    /// In this stage.
    stage: Option<RenewalStage>,
    /// Of this client or partner.
    account_id: Option<AccountId>,
    /// Of this retainer.
    retainer_id: Option<RetainerId>,
    /// Who sees to it.
    owner_id: Option<MemberId>,
    /// Only those that were decided on this day or later, where the organisation is.
    decided_since: Option<NaiveDate>,
}

/// List renewals in the order of the days by which they are decided
#[utoipa::path(tag = "renewals", operation_id = "list_renewals", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Renewals)))]
#[get("/renewals")]
async fn list(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Renewals>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let since = |zone, day: Option<NaiveDate>| day.map(|day| zone::first_instant(zone, day));
    let filter = |zone| Filter {
        decided: query.decided,
        stage: query.stage,
        account: query.account_id,
        retainer: query.retainer_id,
        owner: query.owner_id,
        since: since(zone, query.decided_since),
        ..Filter::default()
    };
    let work = async |tx: &mut _| {
        let zone = identity::zone(tx, scope).await?;
        service::list(tx, scope, filter(zone), &paging, now).await
    };
    Ok(web::Json(db.read(work).await?))
}

/// Begin the renewal of a retainer before its day
#[utoipa::path(tag = "renewals", operation_id = "create_renewal", security(("bearer" = [])),
    request_body = NewRenewal, responses((status = 201, body = Renewal)))]
#[post("/renewals")]
async fn create(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewRenewal>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a renewal
#[utoipa::path(tag = "renewals", operation_id = "get_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path)), responses((status = 200, body = Renewal)))]
#[get("/renewals/{id}")]
async fn find(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RenewalId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| service::find(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change the stage, the owner, the plan or the probability of a renewal
#[utoipa::path(tag = "renewals", operation_id = "update_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path)), request_body = RenewalUpdate,
    responses((status = 200, body = Renewal)))]
#[patch("/renewals/{id}")]
async fn change(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RenewalId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RenewalUpdate>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, (id, version, &body), now).await;
    let changed = db.write(work).await?;
    Ok(versioned(changed.version, &changed))
}

/// Put together what the term came to, sentence by sentence; a renewal that had only begun is prepared
/// then
#[utoipa::path(tag = "renewals", operation_id = "prepare_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = RenewalBrief)))]
#[post("/renewals/{id}/brief")]
async fn prepare(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RenewalId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| brief::prepare(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Read what was put together last of what the term came to
#[utoipa::path(tag = "renewals", operation_id = "get_renewal_brief", security(("bearer" = [])),
    params(("id" = RenewalId, Path)), responses((status = 200, body = RenewalBrief)))]
#[get("/renewals/{id}/brief")]
async fn find_brief(
    allowed: Allowed<ReadRenewals>,
    db: web::Data<Db>,
    Id(id): Id<RenewalId>,
) -> Result<web::Json<RenewalBrief>> {
    let scope = allowed.scope;
    Ok(web::Json(db.read(async |tx| brief::find(tx, scope, id).await).await?))
}

/// Say that the retainer goes on, until when and on which terms
#[utoipa::path(tag = "renewals", operation_id = "win_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = RenewalWon, responses((status = 200, body = Renewal)))]
#[post("/renewals/{id}/won")]
async fn win(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RenewalId>,
    Body(body): Body<RenewalWon>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| outcome::win(tx, scope, (id, &body), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Say that the retainer does not go on, and why
#[utoipa::path(tag = "renewals", operation_id = "lose_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = RenewalLost, responses((status = 200, body = Renewal)))]
#[post("/renewals/{id}/lost")]
async fn lose(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RenewalId>,
    Body(body): Body<RenewalLost>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| outcome::lose(tx, scope, (id, &body), now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Take back that a renewal was lost
#[utoipa::path(tag = "renewals", operation_id = "reopen_renewal", security(("bearer" = [])),
    params(("id" = RenewalId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Renewal)))]
#[post("/renewals/{id}/reopen")]
async fn reopen(
    allowed: Allowed<RunRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RenewalId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| outcome::reopen(tx, scope, id, now).await;
    once.answer(&db, (scope, now), &(), StatusCode::OK, work).await
}

/// Read what is to be when the term of a retainer ends, and when that is talked about
#[utoipa::path(tag = "renewals", operation_id = "get_renewal_rule", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), responses((status = 200, body = RenewalRule)))]
#[get("/retainers/{id}/renewal-rule")]
async fn find_rule(
    allowed: Allowed<ReadRenewals>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let found = db.read(async |tx| rule::find(tx, scope, id, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say what is to be when the term of a retainer ends
#[utoipa::path(tag = "renewals", operation_id = "set_renewal_rule", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = RenewalRuleSet,
    responses((status = 200, body = RenewalRule)))]
#[put("/retainers/{id}/renewal-rule")]
async fn change_rule(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<RenewalRuleSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| rule::change(tx, scope, (id, &body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}
