//! Set-up, sign-in and the organisation over HTTP.
use crate::openapi::Routes;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use shared::api::{
    AcceptInvitation, ErrorCode, Login, Me, Organisation, OrganisationChange, SignedIn, Switch,
};

use super::service::{self, SignIn};
use super::throttle::Attempt;
use super::{keys_routes, members_routes, store};
use crate::auth::{Allowed, Keys, ManageOrganisation, ReadOrganisation};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::digests;
use crate::error::Result;
use crate::http::{Body, IfMatch, versioned};
use crate::text::fold;

/// The refresh token's cookie.
const COOKIE: &str = "perennial_refresh";

/// Every route of people and organisations.
pub fn routes(routes: &mut Routes) {
    routes
        .service(login)
        .service(refresh)
        .service(logout)
        .service(me)
        .service(switch)
        .service(accept)
        .service(organisation)
        .service(change_organisation)
        .configure(members_routes::routes)
        .configure(keys_routes::routes);
}

/// Sign in
#[utoipa::path(tag = "identity", operation_id = "create_session", security(()),
    request_body = Login,
    responses((status = 200, body = SignedIn), (status = 401), (status = 429)))]
#[post("/auth/login")]
async fn login(
    (db, keys, clock, site): (web::Data<Db>, web::Data<Keys>, web::Data<Clock>, web::Data<Site>),
    req: HttpRequest,
    Body(body): Body<Login>,
) -> Result<HttpResponse> {
    let network = req.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let attempt = Attempt { email: fold(&body.email), network };
    let sign_in = service::login(&db, &keys, &body, &attempt, clock.now()).await?;
    Ok(answer(HttpResponse::Ok(), sign_in, &site))
}

/// Go on with a session: a new access token for the cookie's refresh token
#[utoipa::path(tag = "identity", operation_id = "refresh_session", security(("refresh" = [])),
    responses((status = 200, body = SignedIn)))]
#[post("/auth/refresh")]
async fn refresh(
    (db, keys, clock, site): (web::Data<Db>, web::Data<Keys>, web::Data<Clock>, web::Data<Site>),
    req: HttpRequest,
) -> Result<HttpResponse> {
    same_origin(&req)?;
    let cookie = req.cookie(COOKIE).ok_or(ErrorCode::Unauthenticated)?;
    let sign_in = service::refresh(&db, &keys, cookie.value(), clock.now()).await?;
    Ok(answer(HttpResponse::Ok(), sign_in, &site))
}

/// Sign out: the session and all its tokens end
#[utoipa::path(tag = "identity", operation_id = "delete_session", security(("refresh" = [])),
    responses((status = 204)))]
#[post("/auth/logout")]
async fn logout(
    (db, clock, site): (web::Data<Db>, web::Data<Clock>, web::Data<Site>),
    req: HttpRequest,
) -> Result<HttpResponse> {
    same_origin(&req)?;
    if let Some(cookie) = req.cookie(COOKIE) {
        service::logout(&db, cookie.value(), clock.now()).await?;
    }
    let mut gone = cookie(String::new(), &site);
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Who is asking
#[utoipa::path(tag = "identity", operation_id = "get_me", security(("bearer" = [])),
    responses((status = 200, body = Me)))]
#[get("/auth/me")]
async fn me(
    allowed: Allowed<ReadOrganisation>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<web::Json<Me>> {
    let now = clock.now();
    Ok(web::Json(db.read(async |tx| service::me(tx, allowed.scope, now).await).await?))
}

/// Go to another of one's organisations
#[utoipa::path(tag = "identity", operation_id = "switch_session", security(("bearer" = [])),
    request_body = Switch, responses((status = 200, body = SignedIn), (status = 404)))]
#[post("/auth/switch")]
async fn switch(
    allowed: Allowed<ReadOrganisation>,
    (db, keys, clock, site): (web::Data<Db>, web::Data<Keys>, web::Data<Clock>, web::Data<Site>),
    Body(body): Body<Switch>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let sign_in = db
        .write(async |tx| service::switch(tx, &keys, scope, body.organisation_id, now).await)
        .await?;
    Ok(answer(HttpResponse::Ok(), sign_in, &site))
}

/// Accept an invitation: set a password and sign in
#[utoipa::path(tag = "identity", operation_id = "accept_invitation", security(()),
    request_body = AcceptInvitation,
    responses((status = 200, body = SignedIn), (status = 401), (status = 404)))]
#[post("/invitations/accept")]
async fn accept(
    (db, keys, clock, site): (web::Data<Db>, web::Data<Keys>, web::Data<Clock>, web::Data<Site>),
    Body(body): Body<AcceptInvitation>,
) -> Result<HttpResponse> {
    let sign_in = service::accept(&db, &keys, &body, clock.now()).await?;
    Ok(answer(HttpResponse::Ok(), sign_in, &site))
}

/// Read the organisation
#[utoipa::path(tag = "identity", operation_id = "get_organisation", security(("bearer" = [])),
    responses((status = 200, body = Organisation)))]
#[get("/organisation")]
async fn organisation(
    allowed: Allowed<ReadOrganisation>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = allowed.scope.organisation();
    let organisation = db.read(async |tx| store::organisation(tx, id).await).await?;
    Ok(versioned(organisation.version, &organisation))
}

/// Change the organisation
#[utoipa::path(tag = "identity", operation_id = "update_organisation", security(("bearer" = [])),
    request_body = OrganisationChange, responses((status = 200, body = Organisation)))]
#[patch("/organisation")]
async fn change_organisation(
    allowed: Allowed<ManageOrganisation>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<OrganisationChange>,
) -> Result<HttpResponse> {
    if let Some(zone) = &body.timezone {
        service::known_zone(zone, "/timezone")?;
    }
    let (scope, now) = (allowed.scope, clock.now());
    let id = scope.organisation();
    let changed = db
        .write(async |tx| {
            let old = store::organisation(tx, id).await?;
            let moves = body.timezone.as_ref().is_some_and(|zone| *zone != old.timezone);
            let new = Organisation {
                id,
                name: body.name.as_deref().map_or(old.name, |name| name.trim().to_owned()),
                currency: body.currency.clone().unwrap_or(old.currency),
                timezone: body.timezone.clone().unwrap_or(old.timezone),
                version,
            };
            let changed = store::change_organisation(tx, &new).await?.ok_or(ErrorCode::Stale)?;
            if moves {
                digests::reckon_anew(tx, scope, now).await?;
            }
            Ok(changed)
        })
        .await?;
    Ok(versioned(changed.version, &changed))
}

pub(crate) fn answer(
    mut status: actix_web::HttpResponseBuilder,
    sign_in: SignIn,
    site: &Site,
) -> HttpResponse {
    status
        .cookie(cookie(sign_in.refresh_token, site))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(sign_in.body)
}

fn cookie(value: String, site: &Site) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/api/v1/auth")
        .http_only(true)
        .secure(site.is_https())
        .same_site(SameSite::Strict)
        .max_age(Duration::days(60))
        .finish()
}

/// The routes that a cookie opens, or that leave one, refuse other sites, whatever the browser thinks of cookies.
pub(crate) fn same_origin(req: &HttpRequest) -> Result<()> {
    let header = |name| req.headers().get(name).and_then(|v| v.to_str().ok());
    let (Some(origin), Some(host)) = (header(header::ORIGIN), header(header::HOST)) else {
        return Ok(());
    };
    match origin.split_once("://") {
        Some((_, from)) if from.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(ErrorCode::OriginRefused.into()),
    }
}
