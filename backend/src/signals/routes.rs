//! Signals over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use serde::Deserialize;
use shared::api::{AccountKind, ComparedAccount, Page, SignalSet, SignalsSet};

use super::{compare, service};
use crate::auth::{Allowed, HoldReviews, ReadReviews};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, IfMatch, PageParams, Params, versioned};

/// Every route of signals.
pub fn routes(routes: &mut Routes) {
    routes.service(find).service(change).service(compared);
}

/// Read what is agreed on signals, and how they go together
#[utoipa::path(tag = "reviews", operation_id = "get_signals", security(("bearer" = [])),
    responses((status = 200, body = SignalSet)))]
#[get("/signals")]
async fn find(allowed: Allowed<ReadReviews>, db: web::Data<Db>) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::set(tx, allowed.scope).await).await?;
    Ok(versioned(found.version, &found))
}

/// Redefine signals, or switch them off
#[utoipa::path(tag = "reviews", operation_id = "set_signals", security(("bearer" = [])),
    request_body = SignalsSet, responses((status = 200, body = SignalSet)))]
#[put("/signals")]
async fn change(
    allowed: Allowed<HoldReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<SignalsSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::change(tx, scope, (&body, version), now).await;
    let found = db.write(work).await?;
    Ok(versioned(found.version, &found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Partners, or clients; partners if left out.
    kind: Option<AccountKind>,
}

/// Compare partners on the same signals
#[utoipa::path(tag = "reviews", operation_id = "compare_signals", security(("bearer" = [])),
    params(CompareQuery), responses((status = 200, body = Page<ComparedAccount>)))]
#[get("/signals/compare")]
async fn compared(
    allowed: Allowed<ReadReviews>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<CompareQuery>,
) -> Result<web::Json<Page<ComparedAccount>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let kind = query.kind.unwrap_or(AccountKind::Partner);
    let work = async |tx: &mut _| compare::list(tx, scope, kind, &paging, now).await;
    Ok(web::Json(db.read(work).await?))
}
