//! Decisions over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    AccountId, Decision, DecisionChange, DecisionId, DecisionReport, DecisionState, MemberId,
    NewChoice, NewDecision, NewReopening, Page, RetainerId, SimilarDecisions,
};

use super::service;
use super::store::Filter;
use crate::auth::{Allowed, ReadModel, RecordDecisions};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::{identity, spa};

/// More words than these of a search are not looked at.
const WORDS_MAX: usize = 8;

/// Every route of decisions. Fixed names come before ids, for any method.
pub fn routes(routes: &mut Routes) {
    routes
        .service(similar)
        .service(report)
        .route("/decisions/similar", web::to(spa::answer))
        .route("/decisions/report", web::to(spa::answer))
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(decide)
        .service(reopen);
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
    /// Words of question, tags, choices, reasons or evidence; all of them are there.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Open or decided.
    state: Option<DecisionState>,
    /// Whose.
    owner_id: Option<MemberId>,
    /// About this client or partner.
    account_id: Option<AccountId>,
    /// About this retainer.
    retainer_id: Option<RetainerId>,
    /// Only open ones whose day has come.
    due: Option<bool>,
    /// Only decided ones whose day to be looked at again has come.
    revisit: Option<bool>,
}

/// List decisions, the newest first
#[utoipa::path(tag = "decisions", operation_id = "list_decisions", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Decision>)))]
#[get("/decisions")]
async fn list(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Decision>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let words = query.q.unwrap_or_default();
    let words: Vec<String> = words.split_whitespace().take(WORDS_MAX).map(str::to_owned).collect();
    let page = db
        .read(async |tx| {
            let today = identity::today(tx, scope, now).await?;
            let filter = Filter {
                words,
                state: query.state,
                owner: query.owner_id,
                account: query.account_id,
                retainer: query.retainer_id,
                due_by: query.due.filter(|due| *due).map(|_| today),
                revisit_by: query.revisit.filter(|due| *due).map(|_| today),
                ..Filter::default()
            };
            service::list(tx, scope, filter, &paging).await
        })
        .await?;
    Ok(web::Json(page))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SimilarQuery {
    /// The question that somebody is about to ask.
    #[param(max_length = 200)]
    q: String,
}

/// Find earlier decisions about much the same
#[utoipa::path(tag = "decisions", operation_id = "find_similar_decisions",
    security(("bearer" = [])), params(SimilarQuery),
    responses((status = 200, body = SimilarDecisions)))]
#[get("/decisions/similar")]
async fn similar(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Params(query): Params<SimilarQuery>,
) -> Result<web::Json<SimilarDecisions>> {
    let scope = allowed.scope;
    Ok(web::Json(db.read(async |tx| service::similar(tx, scope, &query.q).await).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// The first day; three months before the last if left out.
    from: Option<NaiveDate>,
    /// The last day; today if left out.
    to: Option<NaiveDate>,
}

/// Tell how well decisions are made
#[utoipa::path(tag = "decisions", operation_id = "get_decision_report",
    security(("bearer" = [])), params(ReportQuery),
    responses((status = 200, body = DecisionReport)))]
#[get("/decisions/report")]
async fn report(
    allowed: Allowed<ReadModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ReportQuery>,
) -> Result<web::Json<DecisionReport>> {
    let (scope, now) = (allowed.scope, clock.now());
    let days = (query.from, query.to);
    Ok(web::Json(db.read(async |tx| service::report(tx, scope, days, now).await).await?))
}

/// Write down a question, with its choice if it is made already
#[utoipa::path(tag = "decisions", operation_id = "create_decision", security(("bearer" = [])),
    request_body = NewDecision, responses((status = 201, body = Decision)))]
#[post("/decisions")]
async fn create(
    allowed: Allowed<RecordDecisions>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewDecision>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a decision with all that was ever chosen
#[utoipa::path(tag = "decisions", operation_id = "get_decision", security(("bearer" = [])),
    params(("id" = DecisionId, Path)), responses((status = 200, body = Decision)))]
#[get("/decisions/{id}")]
async fn find(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Id(id): Id<DecisionId>,
) -> Result<HttpResponse> {
    let decision = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(decision.version, &decision))
}

/// Change the owner, the days or the tags of a decision
#[utoipa::path(tag = "decisions", operation_id = "update_decision", security(("bearer" = [])),
    params(("id" = DecisionId, Path)), request_body = DecisionChange,
    responses((status = 200, body = Decision)))]
#[patch("/decisions/{id}")]
async fn change(
    allowed: Allowed<RecordDecisions>,
    db: web::Data<Db>,
    Id(id): Id<DecisionId>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecisionChange>,
) -> Result<HttpResponse> {
    let decision =
        db.write(async |tx| service::change(tx, allowed.scope, id, (&body, version)).await).await?;
    Ok(versioned(decision.version, &decision))
}

/// Decide an open question
#[utoipa::path(tag = "decisions", operation_id = "decide_decision", security(("bearer" = [])),
    params(("id" = DecisionId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewChoice, responses((status = 200, body = Decision)))]
#[post("/decisions/{id}/decide")]
async fn decide(
    allowed: Allowed<RecordDecisions>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<DecisionId>,
    Body(body): Body<NewChoice>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::decide(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// Take a decision up again, for evidence that it does not name yet
#[utoipa::path(tag = "decisions", operation_id = "reopen_decision", security(("bearer" = [])),
    params(("id" = DecisionId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewReopening, responses((status = 200, body = Decision)))]
#[post("/decisions/{id}/reopen")]
async fn reopen(
    allowed: Allowed<RecordDecisions>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<DecisionId>,
    Body(body): Body<NewReopening>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::reopen(tx, scope, id, &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}
