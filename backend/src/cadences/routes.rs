//! Cadences over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, put, web};
use shared::api::{AccountCadence, AccountId, CadenceSet, FollowUps, FollowUpsKept};

use super::settings;
use crate::auth::{Allowed, ManageAccounts, ManageOrganisation, ReadOrganisation, ReadRecords};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, versioned};

/// Every route of cadences.
pub fn routes(routes: &mut Routes) {
    routes.service(read).service(change).service(of_account).service(set_account);
}

/// Read what the clock reminds the organisation of
#[utoipa::path(tag = "records", operation_id = "get_follow_ups", security(("bearer" = [])),
    responses((status = 200, body = FollowUpsKept)))]
#[get("/organisation/follow-ups")]
async fn read(allowed: Allowed<ReadOrganisation>, db: web::Data<Db>) -> Result<HttpResponse> {
    let kept = db.read(async |tx| settings::read(tx, allowed.scope).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Say what the clock reminds the organisation of
///
/// Check-ins are next steps for who looks after a client, sessions to be written up for who held
/// them. Before a cycle ends a message is drafted: nothing is sent by itself.
#[utoipa::path(tag = "records", operation_id = "set_follow_ups", security(("bearer" = [])),
    request_body = FollowUps, responses((status = 200, body = FollowUpsKept)))]
#[put("/organisation/follow-ups")]
async fn change(
    allowed: Allowed<ManageOrganisation>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<FollowUps>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut Tx| settings::change(tx, scope, (&body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}

/// Read how often an account is checked in with, and when next
#[utoipa::path(tag = "records", operation_id = "get_account_cadence", security(("bearer" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, body = AccountCadence)))]
#[get("/accounts/{id}/cadence")]
async fn of_account(
    allowed: Allowed<ReadRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let kept = db.read(async |tx| settings::of_account(tx, scope, id, now).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Say how often an account is checked in with
#[utoipa::path(tag = "records", operation_id = "set_account_cadence", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = CadenceSet,
    responses((status = 200, body = AccountCadence)))]
#[put("/accounts/{id}/cadence")]
async fn set_account(
    allowed: Allowed<ManageAccounts>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AccountId>,
    IfMatch(version): IfMatch,
    Body(body): Body<CadenceSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work =
        async |tx: &mut Tx| settings::set_account(tx, scope, (id, &body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}
