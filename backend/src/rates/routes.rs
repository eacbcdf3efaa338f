//! Rates over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{MemberId, NewRate, Page, Rate};

use super::{service, store};
use crate::auth::{Allowed, ManageRates, ReadRates};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Once, PageParams, Params, page};

/// Every route of rates.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(add);
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
    /// Of this person only.
    member_id: Option<MemberId>,
}

/// List rates, the last recorded first
#[utoipa::path(tag = "identity", operation_id = "list_rates", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Rate>)))]
#[get("/rates")]
async fn list(
    allowed: Allowed<ReadRates>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Rate>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter =
        store::Filter { member: query.member_id, before: paging.after()?, limit: paging.limit + 1 };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.number);
    Ok(web::Json(Page { items: items.into_iter().map(Rate::from).collect(), next_cursor }))
}

/// Add a rate from a day on; one of the same day as the last corrects that
#[utoipa::path(tag = "identity", operation_id = "create_rate", security(("bearer" = [])),
    request_body = NewRate, responses((status = 201, body = Rate)))]
#[post("/rates")]
async fn add(
    allowed: Allowed<ManageRates>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewRate>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::add(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
