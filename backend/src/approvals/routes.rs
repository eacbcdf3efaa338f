//! Approvals over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{Approval, ApprovalMade, CycleId, NewApproval, Page, RetainerId};

use super::{service, store};
use crate::auth::{Allowed, ApproveOverage, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Once, PageParams, Params, page};

/// Every route of approvals.
pub fn routes(routes: &mut Routes) {
    routes.service(list).service(make);
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
    /// Of pools with this key only.
    #[param(max_length = 40)]
    pool: Option<String>,
    /// Of this cycle only.
    cycle_id: Option<CycleId>,
}

/// List approvals, the newest first
#[utoipa::path(tag = "delivery", operation_id = "list_approvals", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Approval>)))]
#[get("/approvals")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Approval>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        pool: query.pool,
        cycle: query.cycle_id,
        before: paging.after()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(web::Json(Page { items: items.into_iter().map(Approval::from).collect(), next_cursor }))
}

/// Approve how far a pool may go beyond its limit in a cycle
#[utoipa::path(tag = "delivery", operation_id = "create_approval", security(("bearer" = [])),
    request_body = NewApproval, responses((status = 201, body = ApprovalMade)))]
#[post("/approvals")]
async fn make(
    allowed: Allowed<ApproveOverage>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewApproval>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::make(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}
