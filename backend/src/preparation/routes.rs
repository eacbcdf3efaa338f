//! What somebody reads before a call, over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use shared::api::{ClientSessionId, Preparation};

use super::service;
use crate::auth::{Allowed, ReadTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::Id;

/// The route.
pub fn routes(routes: &mut Routes) {
    routes.service(find);
}

/// Read what to know before a session: people, notes, next steps, balance, money, decisions
#[utoipa::path(tag = "delivery", operation_id = "get_preparation", security(("bearer" = [])),
    params(("id" = ClientSessionId, Path)), responses((status = 200, body = Preparation)))]
#[get("/sessions/{id}/preparation")]
async fn find(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ClientSessionId>,
) -> Result<web::Json<Preparation>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.read(async |tx| service::find(tx, scope, id, now).await).await?))
}
