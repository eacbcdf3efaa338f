//! Loose ends over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use serde::Deserialize;
use shared::api::{AccountId, LooseEnds};

use super::service;
use crate::auth::{Allowed, ReadRetainers};
use crate::clock::Clock;
use crate::closings;
use crate::db::Db;
use crate::error::Result;
use crate::http::{PageParams, Params};

/// Every route of loose ends.
pub fn routes(routes: &mut Routes) {
    routes.service(list);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LooseEndsQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// The month; this one if left out.
    #[param(max_length = 7, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    month: Option<String>,
    /// Of this account alone.
    account_id: Option<AccountId>,
}

/// List what of a month still waits for a person, the costliest to leave first, and how many there
/// are of each kind that the reader may see
#[utoipa::path(tag = "cycles", operation_id = "list_loose_ends", security(("bearer" = [])),
    params(LooseEndsQuery), responses((status = 200, body = LooseEnds)))]
#[get("/loose-ends")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<LooseEndsQuery>,
) -> Result<web::Json<LooseEnds>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let month = query.month.as_deref().map(closings::first_day).transpose()?;
    let which = (month, query.account_id);
    let work = async |tx: &mut _| service::loose_ends(tx, scope, which, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}
