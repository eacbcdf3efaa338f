//! Calendar feeds over HTTP.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::api::{
    CalendarFeed, CalendarFeedId, CalendarFeedMade, ErrorCode, NewCalendarFeed, Page, Problem,
};
use tokio::sync::Semaphore;

use super::{hours_routes, service, store};
use crate::auth::{Allowed, ReadOrganisation};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};

/// Every route of calendar feeds.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(make)
        .service(find)
        .service(renew)
        .service(end)
        .service(read)
        .configure(hours_routes::routes);
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

/// List one's own calendar feeds, the newest first
#[utoipa::path(tag = "calendar", operation_id = "list_calendar_feeds",
    security(("bearer" = [])), params(ListQuery),
    responses((status = 200, body = Page<CalendarFeed>)))]
#[get("/calendar-feeds")]
async fn list(
    allowed: Allowed<ReadOrganisation>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<CalendarFeed>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let found = db.read(async |tx| service::list(tx, allowed.scope, &paging).await).await?;
    Ok(web::Json(found))
}

/// Make a calendar feed of one's own. The secret of its address is told this once; a repeated
/// request gets the feed without it
#[utoipa::path(tag = "calendar", operation_id = "create_calendar_feed",
    security(("bearer" = [])), request_body = NewCalendarFeed,
    responses((status = 201, body = CalendarFeedMade)))]
#[post("/calendar-feeds")]
async fn make(
    allowed: Allowed<ReadOrganisation>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewCalendarFeed>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::make(tx, scope, &body, now).await;
    let bare = |made| CalendarFeedMade { token: String::new(), ..made };
    once.create_told_once(&db, (scope, now), &body, bare, work).await
}

/// Read a calendar feed of one's own: what it shows, not its address
#[utoipa::path(tag = "calendar", operation_id = "get_calendar_feed",
    security(("bearer" = [])), params(("id" = CalendarFeedId, Path)),
    responses((status = 200, body = CalendarFeed)))]
#[get("/calendar-feeds/{id}")]
async fn find(
    allowed: Allowed<ReadOrganisation>,
    db: web::Data<Db>,
    Id(id): Id<CalendarFeedId>,
) -> Result<HttpResponse> {
    let row = db.read(async |tx| store::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(row.version, &CalendarFeed::from(row)))
}

/// Give a calendar feed another address; the one before ends
#[utoipa::path(tag = "calendar", operation_id = "renew_calendar_feed",
    security(("bearer" = [])),
    params(("id" = CalendarFeedId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = CalendarFeedMade)))]
#[post("/calendar-feeds/{id}/renew")]
async fn renew(
    allowed: Allowed<ReadOrganisation>,
    db: web::Data<Db>,
    Id(id): Id<CalendarFeedId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let which = (id, version);
    let made = db.write(async |tx| service::renew(tx, allowed.scope, which).await).await?;
    Ok(versioned(made.feed.version, &made))
}

/// End a calendar feed: who reads at its address is out at once
#[utoipa::path(tag = "calendar", operation_id = "delete_calendar_feed",
    security(("bearer" = [])), params(("id" = CalendarFeedId, Path)),
    responses((status = 204)))]
#[delete("/calendar-feeds/{id}")]
async fn end(
    allowed: Allowed<ReadOrganisation>,
    db: web::Data<Db>,
    Id(id): Id<CalendarFeedId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let which = (id, version);
    db.write(async |tx| service::end(tx, allowed.scope, which).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How many are written at once: programs that look at the same minute wait for each other.
static WRITING: Semaphore = Semaphore::const_new(4);

/// Read a calendar feed, as calendar programs do
#[utoipa::path(tag = "calendar", operation_id = "read_calendar", security(()),
    params(("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$")),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 304, description = "As it was read before"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ))]
#[get("/calendar/{token}.ics")]
async fn read(
    (db, clock, site): (web::Data<Db>, web::Data<Clock>, web::Data<Site>),
    req: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let now = clock.now();
    // Who has no address waits for nobody, and keeps nobody waiting.
    db.read(async |tx| service::at(tx, &token).await).await?;
    let turn = WRITING.acquire().await.map_err(|_| ErrorCode::Busy)?;
    let found = db.read(async |tx| service::read(tx, (&token, &site), now).await).await?;
    let text = found.text();
    drop(turn);
    if found.unseen {
        // What was read is told, whether that is kept or not.
        let note = async |tx: &mut _| store::seen(tx, found.scope, found.id, now).await;
        if let Err(error) = db.write(note).await {
            tracing::warn!(?error, "that a calendar feed was read was not written down");
        }
    }
    let hash = Sha256::digest(text.as_bytes());
    let tag: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = req.headers().get(header::IF_NONE_MATCH).and_then(|sent| sent.to_str().ok());
    let known = known.is_some_and(|sent| sent.contains(&tag));
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header(("X-Robots-Tag", "noindex"));
    if known {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("text/calendar; charset=utf-8").body(text))
}
