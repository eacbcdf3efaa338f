//! Boards over HTTP, and the line on which their changes are told.
use std::time::Duration;

use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use serde::Deserialize;
use shared::api::{Board, BoardSettings, RetainerId};

use super::board::{self, Which};
use super::live::{self, Watched};
use super::service;
use crate::auth::{Allowed, Listener, ManageBoard, ReadWork, Scope};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Params, versioned};

/// How long a line lasts where nobody says, in seconds.
const LASTS: u64 = 300;

/// Every route of boards.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(set).service(read_all).service(listen).service(listen_to_all);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    /// Only cards that changed after the change of this number, those that left the board too.
    #[param(minimum = 0)]
    since: Option<i64>,
}

/// Read the board of a retainer
#[utoipa::path(tag = "work", operation_id = "get_board", security(("bearer" = [])),
    params(("id" = RetainerId, Path), BoardQuery), responses((status = 200, body = Board)))]
#[get("/retainers/{id}/board")]
async fn read(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<BoardQuery>,
) -> Result<HttpResponse> {
    if query.since.is_some_and(|since| since < 0) {
        return Err(Error::field("since", "out_of_range"));
    }
    let (scope, now) = (allowed.scope, clock.now());
    let which = Which { retainer: Some(id), since: query.since };
    let board = db.read(async |tx| board::read(tx, scope, which, now).await).await?;
    Ok(versioned(board.version, &board))
}

/// Set the names and limits of a board's columns
#[utoipa::path(tag = "work", operation_id = "set_board", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = BoardSettings,
    responses((status = 200, body = Board)))]
#[put("/retainers/{id}/board")]
async fn set(
    allowed: Allowed<ManageBoard>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<BoardSettings>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| board::set(tx, scope, id, (&body, version), now).await;
    let board = db.write(work).await?;
    Ok(versioned(board.version, &board))
}

/// Read the work of all retainers as one board
#[utoipa::path(tag = "work", operation_id = "get_board_of_all", security(("bearer" = [])),
    responses((status = 200, body = Board)))]
#[get("/boards")]
async fn read_all(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<web::Json<Board>> {
    let (scope, now) = (allowed.scope, clock.now());
    let which = Which::default();
    Ok(web::Json(db.read(async |tx| board::read(tx, scope, which, now).await).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// How long to listen; 300 if left out. 0 tells the present number alone.
    #[param(minimum = 0, maximum = 3600)]
    seconds: Option<u64>,
}

/// Listen to the changes of a board: its number now and after each change, as server-sent events
#[utoipa::path(tag = "work", operation_id = "listen_to_board", security(("bearer" = [])),
    params(("id" = RetainerId, Path), EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
#[get("/retainers/{id}/board/events")]
async fn listen(
    allowed: Allowed<ReadWork>,
    (db, watched): (web::Data<Db>, web::Data<Watched>),
    Id(id): Id<RetainerId>,
    Params(query): Params<EventsQuery>,
    req: HttpRequest,
) -> Result<HttpResponse> {
    let scope = allowed.scope;
    db.read(async |tx| service::there(tx, scope, id).await).await?;
    line(&watched, (&db, scope), Some(id), (query, &req)).await
}

/// Listen to the changes of all boards
#[utoipa::path(tag = "work", operation_id = "listen_to_boards", security(("bearer" = [])),
    params(EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
#[get("/boards/events")]
async fn listen_to_all(
    allowed: Allowed<ReadWork>,
    (db, watched): (web::Data<Db>, web::Data<Watched>),
    Params(query): Params<EventsQuery>,
    req: HttpRequest,
) -> Result<HttpResponse> {
    line(&watched, (&db, allowed.scope), None, (query, &req)).await
}

async fn line(
    watched: &Watched,
    (db, scope): (&web::Data<Db>, Scope),
    retainer: Option<RetainerId>,
    (query, req): (EventsQuery, &HttpRequest),
) -> Result<HttpResponse> {
    let seconds = query.seconds.unwrap_or(LASTS);
    if seconds > 3_600 {
        return Err(Error::field("seconds", "out_of_range"));
    }
    let known = async |tx: &mut _| board::changes(tx, scope.organisation(), retainer).await;
    let known = db.read(known).await?;
    let lasts = (Listener::of(req)?, Duration::from_secs(seconds));
    let told = live::tell(watched, (db, scope), (retainer, known), lasts);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        // A compressor, here or on the way, would keep what is told until there is more.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(told))
}
