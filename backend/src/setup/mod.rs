//! The first minutes of an installation: its first organisation, with or without the sample
//! agency, and which steps it has taken since.
mod first_steps;

use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, web};
use shared::api::{FirstSteps, Setup, SetupState, SignedIn};

use crate::auth::{Allowed, Keys, ManageRetainers};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::Body;
use crate::{demo, identity};

/// Every route of the first minutes.
pub fn routes(routes: &mut Routes) {
    routes.service(state).service(set_up).service(steps);
}

/// Tell whether the installation waits to be set up
#[utoipa::path(tag = "identity", operation_id = "get_setup", security(()),
    responses((status = 200, body = SetupState)))]
#[get("/setup")]
async fn state(db: web::Data<Db>) -> Result<web::Json<SetupState>> {
    Ok(web::Json(SetupState { needed: !identity::is_set_up(&db).await? }))
}

/// Set up the first organisation and its owner, and sign in
#[utoipa::path(tag = "identity", operation_id = "create_setup", security(()),
    request_body = Setup, responses((status = 201, body = SignedIn), (status = 409)))]
#[post("/setup")]
async fn set_up(
    (db, keys, clock, site): (web::Data<Db>, web::Data<Keys>, web::Data<Clock>, web::Data<Site>),
    Body(body): Body<Setup>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let (scope, sign_in) = identity::set_up(&db, &keys, &body, now).await?;
    if body.sample {
        demo::fill(&db, scope, now, demo::SEED).await?;
    }
    Ok(identity::answer(HttpResponse::Created(), sign_in, &site))
}

/// Tell which of the first steps the organisation has taken
#[utoipa::path(tag = "identity", operation_id = "get_first_steps", security(("bearer" = [])),
    responses((status = 200, body = FirstSteps)))]
#[get("/first-steps")]
async fn steps(
    allowed: Allowed<ManageRetainers>,
    db: web::Data<Db>,
) -> Result<web::Json<FirstSteps>> {
    let work = async |tx: &mut _| first_steps::taken(tx, allowed.scope).await;
    Ok(web::Json(db.read(work).await?))
}
