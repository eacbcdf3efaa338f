//! Changes of the business over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{BusinessChange, NewBusinessChange, Page};

use super::changes;
use crate::auth::{Allowed, ManageModel, ReadModel};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Once, PageParams, Params, page};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create);
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
}

/// List changes of the business, the newest first
#[utoipa::path(tag = "model", operation_id = "list_business_changes", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<BusinessChange>)))]
#[get("/business-changes")]
async fn list(
    allowed: Allowed<ReadModel>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<BusinessChange>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (before, limit) = (paging.after()?, paging.limit + 1);
    let work = async |tx: &mut _| changes::list(tx, allowed.scope, before, limit).await;
    let rows = db.read(work).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    let items = items.into_iter().map(BusinessChange::from).collect();
    Ok(web::Json(Page { items, next_cursor }))
}

/// Note a change of the business; the routines that it concerns become due for a check
#[utoipa::path(tag = "model", operation_id = "create_business_change", security(("bearer" = [])),
    request_body = NewBusinessChange, responses((status = 201, body = BusinessChange)))]
#[post("/business-changes")]
async fn create(
    allowed: Allowed<ManageModel>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewBusinessChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| changes::record(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
