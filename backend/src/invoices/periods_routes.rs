//! What was billed and paid of each cycle, over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use serde::Deserialize;
use shared::api::{Page, Period, RetainerId, RetainerOwed};

use super::periods;
use crate::auth::{Allowed, ReadInvoices};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, PageParams, Params};

/// Every route of periods.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(owed);
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

/// List the cycles of a retainer, newest first, each with what was delivered, billed and paid
#[utoipa::path(tag = "invoices", operation_id = "list_periods", security(("bearer" = [])),
    params(("id" = RetainerId, Path), Paging), responses((status = 200, body = Page<Period>)))]
#[get("/retainers/{id}/periods")]
async fn list(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<Paging>,
) -> Result<web::Json<Page<Period>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| periods::of_retainer(tx, scope, id, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}

/// Read what is owed of a retainer by all its invoices
#[utoipa::path(tag = "invoices", operation_id = "get_retainer_owed", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), responses((status = 200, body = RetainerOwed)))]
#[get("/retainers/{id}/owed")]
async fn owed(
    allowed: Allowed<ReadInvoices>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<web::Json<RetainerOwed>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| periods::owed(tx, scope, id, now).await).await?))
}
