//! Signing in to the portal over HTTP. These two are all that a client sends; the rest is read.
use crate::openapi::Routes;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use shared::api::{ErrorCode, NewPortalLink, NewPortalSession, PortalSignedIn, VisitorKind};
use tokio::sync::Semaphore;

use super::store;
use super::visitor::{self, COOKIE, COOKIE_OF_LOOKS};
use super::{invite, sign_in};
use crate::auth::Secret;
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::Body;
use crate::identity;
use crate::mail::Mailer;

/// Where the cookie goes.
const PATH: &str = "/api/v1/portal";

pub fn routes(routes: &mut Routes) {
    routes.service(ask).service(begin);
}

/// How many are looked for at once: a flood waits for itself, not the others for it.
static LOOKING: Semaphore = Semaphore::const_new(8);

/// Ask for a link to sign in to the portal by. Whoever may gets one by mail; the answer is the same
/// for everybody
#[utoipa::path(tag = "portal", operation_id = "create_portal_link", security(()),
    request_body = NewPortalLink, responses((status = 202)))]
#[post("/portal/auth/link")]
async fn ask(
    (db, clock, site, mailer): (
        web::Data<Db>,
        web::Data<Clock>,
        web::Data<Site>,
        web::Data<Mailer>,
    ),
    Body(body): Body<NewPortalLink>,
) -> Result<HttpResponse> {
    let looking = LOOKING.try_acquire().map_err(|_| ErrorCode::Busy)?;
    if mailer.from().is_none() {
        return Ok(HttpResponse::Accepted().finish());
    }
    let email = body.email.trim().to_lowercase();
    // Afterwards, so that the answer takes as long whether the address is known or not.
    actix_web::rt::spawn(async move {
        let asked = sign_in::ask(&db, &email, clock.now()).await;
        // A mail server that takes its time keeps nobody waiting: who is known would be told by it.
        drop(looking);
        match asked {
            Ok(made) => {
                for (organisation, id, secret) in made {
                    invite::send(&db, (&mailer, &site), (organisation, id, &secret)).await;
                }
            }
            Err(error) => tracing::error!(?error, "a link to the portal was not made"),
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

/// Sign in to the portal by a link; without one, sign out
#[utoipa::path(tag = "portal", operation_id = "create_portal_session", security(()),
    request_body = NewPortalSession, responses(
    (status = 200, body = PortalSignedIn), (status = 204), (status = 401), (status = 403),
    (status = 404), (status = 409), (status = 429)))]
#[post("/portal/auth/session")]
async fn begin(
    (db, clock, site): (web::Data<Db>, web::Data<Clock>, web::Data<Site>),
    req: HttpRequest,
    Body(body): Body<NewPortalSession>,
) -> Result<HttpResponse> {
    identity::same_origin(&req)?;
    let now = clock.now();
    let Some(token) = &body.token else {
        if let Some(token) = visitor::token(&req) {
            db.write(async |tx| store::end(tx, Secret::hash_of(&token), now).await).await?;
        }
        // Who only looked is again who they were.
        let looks = req.cookie(COOKIE_OF_LOOKS).is_some();
        let name = if looks { COOKIE_OF_LOOKS } else { COOKIE };
        let mut gone = cookie((name, String::new()), &site);
        gone.make_removal();
        return Ok(HttpResponse::NoContent().cookie(gone).finish());
    };
    let network = req.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let made = sign_in::begin(&db, (&body, token, &network), now).await?;
    let person = made.visitor.kind == VisitorKind::Contact;
    let name = if person { COOKIE } else { COOKIE_OF_LOOKS };
    let mut cookie = cookie((name, made.access_token.clone()), &site);
    if person {
        cookie.set_max_age(Duration::seconds((made.expires_at - now).num_seconds()));
    }
    Ok(HttpResponse::Ok()
        .cookie(cookie)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(made))
}

/// Without an age: it goes with the browser.
fn cookie((name, value): (&'static str, String), site: &Site) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(PATH)
        .http_only(true)
        .secure(site.is_https())
        .same_site(SameSite::Strict)
        .finish()
}
