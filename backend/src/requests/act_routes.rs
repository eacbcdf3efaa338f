//! Links over HTTP: making and ending them, and what their holders see and send without a sign-in.
use crate::openapi::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use shared::api::{
    Act, ActAnswer, ActReceipt, ActionLinkId, FormLink, FormLinkMade, NewFormLink, Page, RequestId,
    RetainerId,
};

use super::{act, links};
use crate::approvals::links as approvals;
use crate::auth::{Allowed, ReadWork, TriageRequests};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params};

/// How much of the name of a program is kept with a signature, in characters.
const AGENT_MAX: usize = 300;

pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(make)
        .service(revoke)
        .service(end_own)
        .service(show)
        .service(see)
        .service(send);
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

/// List the links to the form of a retainer, the newest first
#[utoipa::path(tag = "requests", operation_id = "list_form_links", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<FormLink>)))]
#[get("/retainers/{id}/form-links")]
async fn list(
    allowed: Allowed<ReadWork>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<FormLink>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| links::list(tx, scope, id, &paging, now).await).await?;
    Ok(web::Json(all))
}

/// Make the link to the form of a retainer; the one before ends
#[utoipa::path(tag = "requests", operation_id = "create_form_link", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewFormLink,
    responses((status = 201, body = FormLinkMade)))]
#[post("/retainers/{id}/form-links")]
async fn make(
    allowed: Allowed<TriageRequests>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewFormLink>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| links::make(tx, scope, (id, &body), now).await;
    let anew = async |tx: &mut _, made| links::told_anew(tx, scope, made, now).await;
    let bare = |made| FormLinkMade { token: String::new(), ..made };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}

/// End a link to a form
#[utoipa::path(tag = "requests", operation_id = "revoke_form_link", security(("bearer" = [])),
    params(("id" = ActionLinkId, Path)), responses((status = 204)))]
#[delete("/form-links/{id}")]
async fn revoke(
    allowed: Allowed<TriageRequests>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ActionLinkId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| links::revoke(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End the addresses at which the asker of a request follows it
#[utoipa::path(tag = "requests", operation_id = "end_request_links", security(("bearer" = [])),
    params(("id" = RequestId, Path)), responses((status = 204)))]
#[delete("/requests/{id}/links")]
async fn end_own(
    allowed: Allowed<TriageRequests>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RequestId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| links::end_request(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// See what a link is for: the form of a retainer, what became of a request, a proposal, or what is
/// asked beyond a limit
#[utoipa::path(tag = "requests", operation_id = "get_act", security(()),
    params(("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$")),
    responses((status = 200, body = Act), (status = 409)))]
#[get("/act/{token}")]
async fn show(
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let seen = db.read(async |tx| act::show(tx, &token, now).await).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(seen))
}

/// Say that a page shows what a link is for: a proposal, or what is asked beyond a limit, counts as
/// opened from then on. Reading it does not, since mail servers and programs that show what is behind
/// a link read it too
#[utoipa::path(tag = "requests", operation_id = "see_act", security(()),
    params(("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$")),
    responses((status = 204), (status = 409)))]
#[post("/act/{token}/seen")]
async fn see(
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let now = clock.now();
    // Whoever looks again changes nothing.
    if db.read(async |tx| act::is_unseen(tx, &token, now).await).await? {
        db.write(async |tx| act::see(tx, &token, now).await).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Send a request by a link, what was asked of one, or the answer to a proposal or to what is asked
/// beyond a limit
#[utoipa::path(tag = "requests", operation_id = "send_act", security(()),
    params(
        ("token" = String, Path, max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$"),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = ActAnswer,
    responses((status = 201, body = ActReceipt), (status = 409), (status = 429)))]
#[post("/act/{token}")]
async fn send(
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    (token, request): (web::Path<String>, HttpRequest),
    Body(body): Body<ActAnswer>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let with = request.headers().get(header::USER_AGENT).and_then(|with| with.to_str().ok());
    let with: Option<String> = with.map(|with| with.chars().take(AGENT_MAX).collect());
    let asked = db.read(async |tx| approvals::held(tx, &token, now).await).await?;
    if let Some(asked) = asked {
        let scope = asked.scope();
        let work =
            async |tx: &mut _| approvals::answer(tx, &asked, (&body, with.as_deref()), now).await;
        return once.create(&db, (scope, now), &body, work).await;
    }
    let held = db.read(async |tx| links::held(tx, &token, now).await).await?;
    let scope = act::scope_of(&held);
    let work = async |tx: &mut _| act::send(tx, &token, (&body, with.as_deref()), now).await;
    let anew = async |tx: &mut _, receipt| act::told_anew(tx, &held, receipt, now).await;
    let bare = |receipt| ActReceipt { token: None, ..receipt };
    once.create_told_anew(&db, (scope, now), &body, bare, (work, anew)).await
}
