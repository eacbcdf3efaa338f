//! The health of accounts over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use shared::api::{AccountHealth, AccountId};

use super::service;
use crate::auth::{Allowed, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::Id;

/// Every route of the health of accounts.
pub fn routes(routes: &mut Routes) {
    routes.service(find);
}

/// Read how the relationship with an account stands, and what that is made of, as far as the reader
/// may see it
#[utoipa::path(tag = "accounts", operation_id = "get_account_health", security(("bearer" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, body = AccountHealth)))]
#[get("/accounts/{id}/health")]
async fn find(
    allowed: Allowed<ReadRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
) -> Result<web::Json<AccountHealth>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| service::find(tx, scope, id, now).await).await?))
}
