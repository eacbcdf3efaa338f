//! Expenses over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{Expense, ExpenseId, NewExpense, Page, RetainerId};

use super::{service, store};
use crate::auth::{Allowed, ReadMargin, RecordExpenses};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// Every route of expenses.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(record).service(remove);
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
    /// Spent on this day or later.
    from: Option<NaiveDate>,
    /// Spent on this day or earlier.
    to: Option<NaiveDate>,
}

/// List expenses, the last spent first
#[utoipa::path(tag = "delivery", operation_id = "list_expenses", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Expense>)))]
#[get("/expenses")]
async fn list(
    allowed: Allowed<ReadMargin>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Expense>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        from: query.from,
        to: query.to,
        before: paging.after_time()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.spent_on, row.id));
    Ok(web::Json(Page { items: items.into_iter().map(Expense::from).collect(), next_cursor }))
}

/// Record money that was spent for a retainer
#[utoipa::path(tag = "delivery", operation_id = "create_expense", security(("bearer" = [])),
    request_body = NewExpense, responses((status = 201, body = Expense)))]
#[post("/expenses")]
async fn record(
    allowed: Allowed<RecordExpenses>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewExpense>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::record(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Take an expense back
#[utoipa::path(tag = "delivery", operation_id = "delete_expense", security(("bearer" = [])),
    params(("id" = ExpenseId, Path)), responses((status = 200, body = Expense)))]
#[delete("/expenses/{id}")]
async fn remove(
    allowed: Allowed<RecordExpenses>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ExpenseId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::remove(tx, scope, (id, version), now).await;
    let gone = db.write(work).await?;
    Ok(versioned(gone.version, &gone))
}
