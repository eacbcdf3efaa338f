//! Closing a cycle over HTTP.
use crate::openapi::Routes;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use shared::api::{CycleClosing, CycleId, Language, NewClosing, OverageMode};

use super::view::Choices;
use super::words::Words;
use super::{months, service};
use crate::auth::{Allowed, CloseCycles, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, Params, versioned};

/// Every route of closings.
pub fn routes(routes: &mut Routes) {
    routes.service(months::list).service(preview).service(close);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClosingQuery {
    /// The language of recap and invoice lines; English if left out.
    language: Option<Language>,
    /// How overage would be settled, pool by pool: `hours:absorb,credits:bill`.
    #[param(max_length = 500)]
    overage: Option<String>,
}

/// Preview the closing of a cycle with these choices, or read it as it was made
#[utoipa::path(tag = "cycles", operation_id = "get_cycle_closing", security(("bearer" = [])),
    params(("id" = CycleId, Path), ClosingQuery), responses((status = 200, body = CycleClosing)))]
#[get("/cycles/{id}/closing")]
async fn preview(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
    Params(query): Params<ClosingQuery>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let choices = choices(query.overage.as_deref().unwrap_or_default())?;
    let words = Words(query.language.unwrap_or_default());
    let wanted = (&choices, words);
    let closing = db.read(async |tx| service::preview(tx, scope, id, wanted, now).await).await?;
    Ok(versioned(closing.version, &closing))
}

/// Close a cycle after its last day: settle overage, tell the client, set priorities
#[utoipa::path(tag = "cycles", operation_id = "close_cycle", security(("bearer" = [])),
    params(
        ("id" = CycleId, Path),
        ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = NewClosing, responses((status = 200, body = CycleClosing)))]
#[post("/cycles/{id}/close")]
async fn close(
    allowed: Allowed<CloseCycles>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    IfMatch(version): IfMatch,
    Id(id): Id<CycleId>,
    Body(body): Body<NewClosing>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::close(tx, scope, (id, version), &body, now).await;
    once.answer(&db, (scope, now), &body, StatusCode::OK, work).await
}

/// `hours:absorb,credits:bill` as choices.
fn choices(text: &str) -> Result<Choices> {
    let mut choices = Choices::new();
    for one in text.split(',').filter(|one| !one.is_empty()) {
        let read = one.split_once(':').and_then(|(pool, way)| Some((pool, mode(way)?)));
        let (pool, way) = read.ok_or_else(|| Error::field("overage", "not_allowed"))?;
        choices.insert(pool.to_owned(), way);
    }
    Ok(choices)
}

fn mode(way: &str) -> Option<OverageMode> {
    match way {
        "bill" => Some(OverageMode::Bill),
        "absorb" => Some(OverageMode::Absorb),
        "borrow" => Some(OverageMode::Borrow),
        _ => None,
    }
}
