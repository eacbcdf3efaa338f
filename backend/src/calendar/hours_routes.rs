//! When members work and are free, over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use shared::api::{
    FreeTimes, MemberId, SESSION_MINUTES_MAX, TimeSpan, WorkingHours, WorkingHoursSet,
};

use super::hours;
use crate::auth::{Allowed, ReadTime, RecordTime};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Params, versioned};

pub fn routes(routes: &mut Routes) {
    routes.service(read).service(set).service(free);
}

/// How long a session is if nobody says, in minutes.
const USUAL_MINUTES: i64 = 60;
/// How many days are looked at if nobody says.
const USUAL_DAYS: i64 = 7;

/// Read when a member works
#[utoipa::path(tag = "calendar", operation_id = "get_working_hours", security(("bearer" = [])),
    params(("id" = MemberId, Path)), responses((status = 200, body = WorkingHours)))]
#[get("/members/{id}/working-hours")]
async fn read(
    allowed: Allowed<ReadTime>,
    db: web::Data<Db>,
    Id(id): Id<MemberId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| hours::read(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Say when a member works: one's own hours, or those of others by who may record for them
#[utoipa::path(tag = "calendar", operation_id = "set_working_hours", security(("bearer" = [])),
    params(("id" = MemberId, Path)), request_body = WorkingHoursSet,
    responses((status = 200, body = WorkingHours)))]
#[put("/members/{id}/working-hours")]
async fn set(
    allowed: Allowed<RecordTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MemberId>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkingHoursSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let new = (id, &body, version);
    let found = db.write(async |tx| hours::set(tx, scope, new, now).await).await?;
    Ok(versioned(found.version, &found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FreeQuery {
    /// From this instant on; now if left out.
    from: Option<DateTime<Utc>>,
    /// Before this instant; a week later if left out, at most 31 days.
    to: Option<DateTime<Utc>>,
    /// How long the session is to be; an hour if left out.
    #[param(minimum = 1, maximum = 1440)]
    minutes: Option<i64>,
}

/// List when a member is free for a session: within their hours, beside what is booked
#[utoipa::path(tag = "calendar", operation_id = "list_free_times", security(("bearer" = [])),
    params(("id" = MemberId, Path), FreeQuery), responses((status = 200, body = FreeTimes)))]
#[get("/members/{id}/free-times")]
async fn free(
    allowed: Allowed<ReadTime>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MemberId>,
    Params(query): Params<FreeQuery>,
) -> Result<web::Json<FreeTimes>> {
    let now = clock.now();
    let minutes = query.minutes.unwrap_or(USUAL_MINUTES);
    if !(1..=SESSION_MINUTES_MAX).contains(&minutes) {
        return Err(Error::field("minutes", "out_of_range"));
    }
    let from = query.from.unwrap_or(now);
    let to = query.to.unwrap_or_else(|| from + Duration::days(USUAL_DAYS));
    let (of, span) = ((id, minutes), TimeSpan { from, to });
    let found = db.read(async |tx| hours::free(tx, allowed.scope, of, span, now).await).await?;
    Ok(web::Json(found))
}
