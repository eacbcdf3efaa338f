//! Cycles, balances, ledgers and explanations over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{
    Balance, Cycle, CycleId, Explanation, Ledger, Page, Problem, RetainerId, Statement,
};

use super::{explain, service, statement};
use crate::auth::{Allowed, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, PageParams, Params, versioned};

/// Every route of the books.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(find)
        .service(balance)
        .service(ledger)
        .service(explain_figure)
        .service(state)
        .service(sheet);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Paging {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
}

/// List the cycles of a retainer that have begun, newest first
#[utoipa::path(tag = "cycles", operation_id = "list_cycles", security(("bearer" = [])),
    params(("id" = RetainerId, Path), Paging), responses((status = 200, body = Page<Cycle>)))]
#[get("/retainers/{id}/cycles")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<Paging>,
) -> Result<web::Json<Page<Cycle>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, now) = (allowed.scope, clock.now());
    let cycles = db.read(async |tx| service::cycles(tx, scope, id, &paging, now).await).await?;
    Ok(web::Json(cycles))
}

/// Read a cycle with its sums
#[utoipa::path(tag = "cycles", operation_id = "get_cycle", security(("bearer" = [])),
    params(("id" = CycleId, Path)), responses((status = 200, body = Cycle)))]
#[get("/cycles/{id}")]
async fn find(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let cycle = db.read(async |tx| service::cycle(tx, scope, id, now).await).await?;
    Ok(versioned(cycle.version, &cycle))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BalanceQuery {
    /// What was known and true at the end of this day.
    as_of: Option<NaiveDate>,
    /// The key of the pool; the first if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Read the balance of a pool in a cycle, now or as of a day
#[utoipa::path(tag = "cycles", operation_id = "get_cycle_balance", security(("bearer" = [])),
    params(("id" = CycleId, Path), BalanceQuery), responses((status = 200, body = Balance)))]
#[get("/cycles/{id}/balance")]
async fn balance(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    Params(query): Params<BalanceQuery>,
) -> Result<web::Json<Balance>> {
    let (scope, now, as_of) = (allowed.scope, clock.now(), query.as_of);
    let which = (id, query.pool.as_deref());
    let balance = db.read(async |tx| service::balance(tx, scope, which, now, as_of).await).await?;
    Ok(web::Json(balance))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// What was known and true at the end of this day.
    as_of: Option<NaiveDate>,
    /// Which cycle; that of the day if left out.
    cycle_id: Option<CycleId>,
    /// The key of the pool; the first if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Read the ledger of a pool in a cycle, now or as of a day, with the balance after each line
#[utoipa::path(tag = "cycles", operation_id = "list_ledger_lines", security(("bearer" = [])),
    params(("id" = RetainerId, Path), LedgerQuery), responses((status = 200, body = Ledger)))]
#[get("/retainers/{id}/ledger")]
async fn ledger(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<LedgerQuery>,
) -> Result<web::Json<Ledger>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, now) = (allowed.scope, clock.now());
    let which = (id, query.cycle_id, query.pool.as_deref());
    let when = (now, query.as_of);
    let ledger = db.read(async |tx| service::ledger(tx, scope, which, &paging, when).await).await?;
    Ok(web::Json(ledger))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    /// What was known and true at the end of this day.
    as_of: Option<NaiveDate>,
    /// The key of the pool; the first if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Take a figure of a pool in a cycle apart, now or as of a day: parts that add up to it exactly
#[utoipa::path(tag = "cycles", operation_id = "explain_figure", security(("bearer" = [])),
    params(
        ("figure" = String, Path, max_length = 20,
            pattern = "^(left|available|used|overage|billed|carries|lapses)$"),
        ("id" = CycleId, Path),
        ExplainQuery,
    ),
    responses((status = 200, body = Explanation)))]
#[get("/explain/{figure}/{id}")]
async fn explain_figure(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    req: HttpRequest,
    Id(id): Id<CycleId>,
    Params(query): Params<ExplainQuery>,
) -> Result<web::Json<Explanation>> {
    let (scope, now, as_of) = (allowed.scope, clock.now(), query.as_of);
    let figure = req.match_info().get("figure").unwrap_or_default().to_owned();
    let which = (figure.as_str(), id, query.pool.as_deref());
    let explanation =
        db.read(async |tx| explain::explain(tx, scope, which, now, as_of).await).await?;
    Ok(web::Json(explanation))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    /// What was known and true at the end of this day.
    as_of: Option<NaiveDate>,
}

/// Read the statement of a cycle, now or as of a day: promised, delivered, carried, lapsed
#[utoipa::path(tag = "cycles", operation_id = "get_cycle_statement", security(("bearer" = [])),
    params(("id" = CycleId, Path), StatementQuery), responses((status = 200, body = Statement)))]
#[get("/cycles/{id}/statement")]
async fn state(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    Params(query): Params<StatementQuery>,
) -> Result<web::Json<Statement>> {
    let (scope, when) = (allowed.scope, (clock.now(), query.as_of));
    Ok(web::Json(db.read(async |tx| statement::statement(tx, scope, id, when).await).await?))
}

/// Download the ledger lines of a cycle as a sheet, now or as of a day
#[utoipa::path(tag = "cycles", operation_id = "get_cycle_statement_sheet",
    security(("bearer" = [])), params(("id" = CycleId, Path), StatementQuery), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/cycles/{id}/statement.csv")]
async fn sheet(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    Params(query): Params<StatementQuery>,
) -> Result<HttpResponse> {
    let (scope, when) = (allowed.scope, (clock.now(), query.as_of));
    let made = db.read(async |tx| statement::statement(tx, scope, id, when).await).await?;
    Ok(statement::sheet(db.get_ref().clone(), scope, made, (when, |line| line)))
}
