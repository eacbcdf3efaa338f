//! Members and invitations over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::Duration;
use serde::Deserialize;
use shared::api::{
    ErrorCode, Invitation, Member, MemberChange, MemberId, NewInvitation, NewMember, Page, Role,
};

use super::{members, service};
use crate::auth::{Allowed, ManageMembers, ReadMembers, Secret};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page, versioned};

/// How long an invitation waits.
const INVITATION_DAYS: i64 = 14;

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(find).service(change).service(invite);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Part of the name.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only active ones, or only others.
    active: Option<bool>,
}

/// List members by name
#[utoipa::path(tag = "identity", operation_id = "list_members", security(("bearer" = [])),
    params(Query), responses((status = 200, body = Page<Member>)))]
#[get("/members")]
async fn list(
    allowed: Allowed<ReadMembers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<Query>,
) -> Result<web::Json<Page<Member>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (text, active, after, now) = (query.q, query.active, paging.after()?, clock.now());
    let filter = members::Filter { text, active, after, limit: paging.limit + 1 };
    let rows = db.read(async |tx| members::list(tx, allowed.scope, filter, now).await).await?;
    let Page { items, next_cursor } =
        page(rows, paging.limit, |row| (row.sort_key.clone(), row.id));
    Ok(web::Json(Page { items: items.into_iter().map(Member::from).collect(), next_cursor }))
}

/// Add a member
#[utoipa::path(tag = "identity", operation_id = "create_member", security(("bearer" = [])),
    request_body = NewMember, responses((status = 201, body = Member)))]
#[post("/members")]
async fn create(
    allowed: Allowed<ManageMembers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewMember>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::new_member(tx, scope, &body, now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a member
#[utoipa::path(tag = "identity", operation_id = "get_member", security(("bearer" = [])),
    params(("id" = MemberId, Path)), responses((status = 200, body = Member)))]
#[get("/members/{id}")]
async fn find(
    allowed: Allowed<ReadMembers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MemberId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    let row = db.read(async |tx| members::find(tx, allowed.scope, id, now).await).await?;
    Ok(versioned(row.version, &Member::from(row)))
}

/// Change a member
#[utoipa::path(tag = "identity", operation_id = "update_member", security(("bearer" = [])),
    params(("id" = MemberId, Path)), request_body = MemberChange,
    responses((status = 200, body = Member)))]
#[patch("/members/{id}")]
async fn change(
    allowed: Allowed<ManageMembers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MemberId>,
    IfMatch(version): IfMatch,
    Body(body): Body<MemberChange>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let member = db
        .write(async |tx| service::change_member(tx, scope, id, (&body, version), now).await)
        .await?;
    Ok(versioned(member.version, &member))
}

/// Invite a member: a link by which they set a password. A repeated request gets no link
#[utoipa::path(tag = "identity", operation_id = "create_invitation", security(("bearer" = [])),
    request_body = NewInvitation, responses((status = 201, body = Invitation)))]
#[post("/invitations")]
async fn invite(
    allowed: Allowed<ManageMembers>,
    (db, clock, site): (web::Data<Db>, web::Data<Clock>, web::Data<Site>),
    once: Once,
    Body(body): Body<NewInvitation>,
) -> Result<HttpResponse> {
    let (scope, now, secret) = (allowed.scope, clock.now(), Secret::random());
    let expires_at = now + Duration::days(INVITATION_DAYS);
    let work = async |tx: &mut _| {
        let member = match members::find(tx, scope, body.member_id, now).await {
            Err(Error::Db(crate::db::DbError::NotFound)) => {
                return Err(Error::field("/member_id", "not_found"));
            }
            member => member?,
        };
        // A link sets a password: only an owner may hand out an owner's.
        if member.role == Role::Owner && scope.role() != Role::Owner {
            return Err(ErrorCode::Forbidden.into());
        }
        if member.email.is_none() || !member.active {
            return Err(Error::field("/member_id", "not_allowed"));
        }
        let times = (now, expires_at);
        let id = members::insert_invitation(tx, scope, member.id, secret.hash(), times).await?;
        let link = site.link(&format!("/invite/{}", secret.text()));
        Ok(Invitation { id, member_id: member.id, link, expires_at })
    };
    let bare = |made| Invitation { link: String::new(), ..made };
    once.create_told_once(&db, (scope, now), &body, bare, work).await
}
