//! Who reads the portal, over HTTP: what staff say and see of it.
use std::sync::Mutex;

use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Deserialize;
use shared::api::{
    AccountId, NewPortalInvitation, NewShareLink, Page, Portal, PortalLinkId, PortalLinkMade,
    PortalSet, PortalView, RetainerId, ShareLink, ShareLinkMade,
};

use super::invite::{self, Made};
use super::{access, share, views};
use crate::auth::{Allowed, ManagePortal, ReadPortal};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::identity;
use crate::mail::Mailer;

pub fn routes(routes: &mut Routes) {
    routes
        .service(find)
        .service(set)
        .service(invite_person)
        .service(preview)
        .service(seen)
        .service(links)
        .service(make_link)
        .service(end_link);
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

/// Read whether the people of an account read the portal, what they are shown, and when they looked
#[utoipa::path(tag = "portal", operation_id = "get_account_portal", security(("bearer" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, body = Portal)))]
#[get("/accounts/{id}/portal")]
async fn find(
    allowed: Allowed<ReadPortal>,
    (db, mailer): (web::Data<Db>, web::Data<Mailer>),
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let which = (id, mailer.from().is_some());
    let found = db.read(async |tx| access::find(tx, allowed.scope, which).await).await?;
    Ok(versioned(found.version, &found))
}

/// Open or close the portal of an account, and say what is shown there
#[utoipa::path(tag = "portal", operation_id = "set_account_portal", security(("bearer" = [])),
    params(("id" = AccountId, Path)), request_body = PortalSet,
    responses((status = 200, body = Portal)))]
#[put("/accounts/{id}/portal")]
async fn set(
    allowed: Allowed<ManagePortal>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    Id(id): Id<AccountId>,
    IfMatch(version): IfMatch,
    Body(body): Body<PortalSet>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let which = (id, mailer.from().is_some());
    let found = db
        .write(async |tx| {
            access::set(tx, scope, (id, &body, version), now).await?;
            access::find(tx, scope, which).await
        })
        .await?;
    Ok(versioned(found.version, &found))
}

/// Invite a person to the portal: the link goes to them by mail. Where there is no mail server it is
/// told, to be handed over
#[utoipa::path(tag = "portal", operation_id = "create_portal_invitation",
    security(("bearer" = [])), params(("id" = AccountId, Path)),
    request_body = NewPortalInvitation, responses((status = 201, body = PortalLinkMade)))]
#[post("/accounts/{id}/portal/invitations")]
async fn invite_person(
    allowed: Allowed<ManagePortal>,
    (db, clock, site, mailer): (
        web::Data<Db>,
        web::Data<Clock>,
        web::Data<Site>,
        web::Data<Mailer>,
    ),
    once: Once,
    Id(id): Id<AccountId>,
    Body(body): Body<NewPortalInvitation>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let which = (id, body.contact_id, mailer.from().is_some());
    // A repetition makes none, and sends none.
    let fresh: Mutex<Option<Made>> = Mutex::new(None);
    let work = async |tx: &mut _| {
        let (told, made) = invite::invite(tx, scope, which, now).await?;
        if let Ok(mut fresh) = fresh.lock() {
            *fresh = Some(made);
        }
        Ok(told)
    };
    let bare = |told| PortalLinkMade { token: None, ..told };
    let answer = once.create_told_once(&db, (scope, now), &body, bare, work).await?;
    let made = fresh.into_inner().ok().flatten().filter(|_| which.2);
    if let Some(Made { id, secret }) = made {
        let organisation = scope.organisation();
        actix_web::rt::spawn(async move {
            invite::send(&db, (&mailer, &site), (organisation, id, &secret)).await;
        });
    }
    Ok(answer)
}

/// See the portal as the people of an account do: a link for a quarter of an hour, used once. It
/// leaves no trace as seen, and works while the portal is closed
#[utoipa::path(tag = "portal", operation_id = "create_portal_preview", security(("bearer" = [])),
    params(("id" = AccountId, Path)), responses((status = 201, body = PortalLinkMade)))]
#[post("/accounts/{id}/portal/previews")]
async fn preview(
    allowed: Allowed<ManagePortal>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<AccountId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let bare = |told| PortalLinkMade { token: None, ..told };
    let work = async |tx: &mut _| invite::preview(tx, scope, id, now).await;
    once.create_told_once(&db, (scope, now), &(), bare, work).await
}

/// List what was seen of an account in the portal, the last first
#[utoipa::path(tag = "portal", operation_id = "list_portal_views", security(("bearer" = [])),
    params(("id" = AccountId, Path), ListQuery),
    responses((status = 200, body = Page<PortalView>)))]
#[get("/accounts/{id}/portal/views")]
async fn seen(
    allowed: Allowed<ReadPortal>,
    db: web::Data<Db>,
    Id(id): Id<AccountId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PortalView>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| views::list(tx, allowed.scope, (id, &paging)).await).await?;
    Ok(web::Json(all))
}

/// List the links to the balance of a retainer, the newest first
#[utoipa::path(tag = "portal", operation_id = "list_share_links", security(("bearer" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<ShareLink>)))]
#[get("/retainers/{id}/share-links")]
async fn links(
    allowed: Allowed<ReadPortal>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<ShareLink>>> {
    let (scope, now) = (allowed.scope, clock.now());
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| share::list(tx, scope, (id, &paging), now).await).await?;
    Ok(web::Json(all))
}

/// Make a link to the balance of a retainer, for whoever has it
#[utoipa::path(tag = "portal", operation_id = "create_share_link", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = NewShareLink,
    responses((status = 201, body = ShareLinkMade)))]
#[post("/retainers/{id}/share-links")]
async fn make_link(
    allowed: Allowed<ManagePortal>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Id(id): Id<RetainerId>,
    Body(body): Body<NewShareLink>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let hash = match &body.password {
        Some(password) => Some(identity::password_hash(password).await?),
        None => None,
    };
    let work = async |tx: &mut _| share::make(tx, scope, (id, &body, hash.clone()), now).await;
    let anew = async |tx: &mut _, made| share::told_anew(tx, scope, made, now).await;
    let bare = |made| ShareLinkMade { token: String::new(), ..made };
    // What is kept of a request tells nothing of its password.
    let asked = (body.days, body.password.is_some());
    once.create_told_anew(&db, (scope, now), &asked, bare, (work, anew)).await
}

/// End a link to the balance of a retainer
#[utoipa::path(tag = "portal", operation_id = "revoke_share_link", security(("bearer" = [])),
    params(("id" = PortalLinkId, Path)), responses((status = 204)))]
#[delete("/share-links/{id}")]
async fn end_link(
    allowed: Allowed<ManagePortal>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<PortalLinkId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| share::revoke(tx, scope, (id, version), now).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
