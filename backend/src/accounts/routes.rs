//! Accounts over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use shared::api::{Account, AccountChange, AccountId, AccountKind, NewAccount, Page};

use super::store::Filter;
use super::{contacts_routes, service};
use crate::auth::{Allowed, ManageAccounts, ReadAccounts};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

/// Every route of accounts and their people.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .configure(contacts_routes::routes);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Part of the name.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Clients only, or partners only.
    kind: Option<AccountKind>,
    /// Those that left the lists, instead of those in them.
    archived: Option<bool>,
    /// Only those with a running retainer and no next step that has a day.
    lacks_next_step: Option<bool>,
    /// Balances as they were known and true at the end of this day, of retainers that had begun.
    as_of: Option<NaiveDate>,
}

/// List accounts by name, with the balances of their retainers, now or as of a day
#[utoipa::path(tag = "accounts", operation_id = "list_accounts", security(("bearer" = [])),
    params(Query), responses((status = 200, body = Page<Account>)))]
#[get("/accounts")]
async fn list(
    allowed: Allowed<ReadAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<Query>,
) -> Result<web::Json<Page<Account>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let Query { limit, cursor, q: text, kind, archived, lacks_next_step, as_of } = query;
    let paging = PageParams::new(limit, cursor)?;
    let archived = archived.unwrap_or_default();
    let lacks_next_step = lacks_next_step.unwrap_or_default();
    let accounts = db
        .read(async |tx| {
            let filter = Filter { text, kind, archived, lacks_next_step, ..Filter::default() };
            service::list(tx, scope, filter, &paging, (now, as_of)).await
        })
        .await?;
    Ok(web::Json(accounts))
}

/// Add an account
#[utoipa::path(tag = "accounts", operation_id = "create_account", security(("bearer" = [])),
    request_body = NewAccount, responses((status = 201, body = Account)))]
#[post("/accounts")]
async fn create(
    allowed: Allowed<ManageAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewAccount>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// Balances as they were known and true at the end of this day, of retainers that had begun.
    as_of: Option<NaiveDate>,
}

/// Read an account with the balances of its retainers, now or as of a day
#[utoipa::path(tag = "accounts", operation_id = "get_account", security(("bearer" = [])),
    params(("id" = AccountId, Path), AsOf), responses((status = 200, body = Account)))]
#[get("/accounts/{id}")]
async fn find(
    allowed: Allowed<ReadAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    Params(query): Params<AsOf>,
) -> Result<HttpResponse> {
    let when = (clock.now(), query.as_of);
    let account = db.read(async |tx| service::find(tx, allowed.scope, id, when).await).await?;
    Ok(versioned(account.version, &account))
}

/// Change an account, or take it out of the lists
#[utoipa::path(tag = "accounts", operation_id = "update_account", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = AccountChange,
    responses((status = 200, body = Account)))]
#[patch("/accounts/{id}")]
async fn change(
    allowed: Allowed<ManageAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    IfMatch(version): IfMatch,
    Body(body): Body<AccountChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let account =
        db.write(async |tx| service::change(tx, scope, id, (&body, version), now).await).await?;
    Ok(versioned(account.version, &account))
}
