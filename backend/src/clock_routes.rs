//! The clock over HTTP: read by all, moved only where it stands still.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use chrono::Datelike;
use shared::api::{ClockAdvance, ClockState, ErrorCode};

use crate::auth::{Allowed, MoveClock, ReadOrganisation};
use crate::clock::{Clock, YEAR_MAX};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::Body;
use crate::tick;

pub fn routes(routes: &mut Routes) {
    routes.service(read).service(advance);
}

/// Read the clock
#[utoipa::path(tag = "clock", operation_id = "get_clock", security(("bearer" = [])),
    responses((status = 200, body = ClockState)))]
#[get("/clock")]
async fn read(_: Allowed<ReadOrganisation>, clock: web::Data<Clock>) -> web::Json<ClockState> {
    web::Json(state(&clock))
}

/// Move the fixed clock of a demonstration forward; cycles that fall due close
#[utoipa::path(tag = "clock", operation_id = "advance_clock", security(("bearer" = [])),
    request_body = ClockAdvance, responses((status = 200, body = ClockState)))]
#[post("/clock/advance")]
async fn advance(
    _: Allowed<MoveClock>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Body(body): Body<ClockAdvance>,
) -> Result<HttpResponse> {
    if !clock.is_fixed() {
        return Err(ErrorCode::Forbidden.into());
    }
    if body.to.year() > YEAR_MAX || !clock.advance(body.to) {
        return Err(Error::field("/to", "out_of_range"));
    }
    tick::run(&db, clock.now()).await?;
    Ok(HttpResponse::Ok().json(state(&clock)))
}

fn state(clock: &Clock) -> ClockState {
    ClockState { now: clock.now(), fixed: clock.is_fixed() }
}
