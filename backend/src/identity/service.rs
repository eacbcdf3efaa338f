//! What set-up, sign-in, members and keys mean.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared::api::{
    ErrorCode, Me, Member, MemberId, NewMember, NewOrganisation, NewOwner, Organisation,
    OrganisationId, Role, SessionId, Setup, SignedIn, UserId,
};
use uuid::Uuid;

use super::store::SignInMember;
use super::throttle::{self, Attempt};
use super::{members, password, store};
use crate::auth::{Keys, Scope, Secret};
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::text::fold;

/// How long a sign-in lasts without use of another kind.
const SESSION_DAYS: i64 = 60;
/// Two tabs may refresh at once: an old token still works for so long.
const REUSE_GRACE_SECONDS: i64 = 10;

/// A sign-in as the handlers hand it out.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub body: SignedIn,
    /// For the cookie.
    pub refresh_token: String,
}

/// Refuses a name that is no time zone, at its field.
pub fn known_zone(name: &str, field: &str) -> Result<()> {
    shared::rules::zone::zone(name).map(drop).map_err(|_| Error::field(field, "timezone_unknown"))
}

/// The day it is where the organisation is.
///
/// # Errors
/// Those of the database.
pub(crate) async fn today(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<NaiveDate> {
    Ok(shared::rules::zone::local_date(zone(tx, scope).await?, now))
}

/// The time zone of the organisation.
///
/// # Errors
/// Those of the database.
pub(crate) async fn zone(tx: &mut Tx, scope: Scope) -> Result<chrono_tz::Tz> {
    let organisation = store::organisation(tx, scope.organisation()).await?;
    Ok(shared::rules::zone::zone(&organisation.timezone)?)
}

/// Makes an organisation and its owner; a mail address that signs in elsewhere keeps its password.
///
/// # Errors
/// A zone nobody knows; a database that refuses.
pub async fn found_organisation(
    tx: &mut Tx,
    new: &NewOrganisation,
    owner: &NewOwner,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(Scope, UserId)> {
    known_zone(&new.timezone, "/organisation/timezone")?;
    let id = OrganisationId(Uuid::now_v7());
    let organisation = Organisation {
        id,
        name: new.name.trim().to_owned(),
        currency: new.currency.clone(),
        timezone: new.timezone.clone(),
        version: 1,
    };
    store::insert_organisation(tx, &organisation, now).await?;
    let email = fold(&owner.email);
    let user = match store::user_by_email(tx, &email).await? {
        Some(user) => user.id,
        None => store::insert_user(tx, &email, hash, now).await?,
    };
    let person = NewMember { name: owner.name.clone(), email: Some(email), role: Role::Owner };
    let member = members::insert(tx, id, &person, Some(user), now).await?;
    Ok((Scope::acting(id, member, Role::Owner), user))
}

/// Sets up an empty installation: the first organisation, its owner, and the owner's sign-in.
///
/// # Errors
/// `already_set_up`; at `/organisation/timezone` for a zone nobody knows.
pub async fn set_up(
    db: &Db,
    keys: &Keys,
    body: &Setup,
    now: DateTime<Utc>,
) -> Result<(Scope, SignIn)> {
    if db.read(async |tx| store::any_organisation(tx).await).await? {
        return Err(ErrorCode::AlreadySetUp.into()); // before the work of hashing
    }
    let hash = password::hash(&body.owner.password).await?;
    db.write(async |tx| {
        if store::any_organisation(tx).await? {
            return Err(ErrorCode::AlreadySetUp.into());
        }
        let (organisation, owner) = (&body.organisation, &body.owner);
        let (scope, user) = found_organisation(tx, organisation, owner, &hash, now).await?;
        let places = store::memberships(tx, user).await?;
        let member = places.first().ok_or(ErrorCode::NotFound)?;
        Ok((scope, start_session(tx, keys, (member, user), now).await?))
    })
    .await
}

/// Adds a member with a password to an organisation, for the command line.
///
/// # Errors
/// A mail address that is a member already.
pub async fn add_member(
    tx: &mut Tx,
    organisation: OrganisationId,
    new: &NewMember,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<MemberId> {
    let email = fold(new.email.as_deref().unwrap_or_default());
    let user = match store::user_by_email(tx, &email).await? {
        Some(user) => user.id,
        None => store::insert_user(tx, &email, hash, now).await?,
    };
    members::insert(tx, organisation, new, Some(user), now).await
}

/// Starts a session for a member.
pub async fn start_session(
    tx: &mut Tx,
    keys: &Keys,
    (member, user): (&SignInMember, UserId),
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let ends = now + Duration::days(SESSION_DAYS);
    let session = store::insert_session(tx, (member, user), now, ends).await?;
    hand_out(tx, keys, (member, user, session), now).await
}

/// An access token and a fresh refresh token for a session.
async fn hand_out(
    tx: &mut Tx,
    keys: &Keys,
    (member, user, session): (&SignInMember, UserId, SessionId),
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let refresh = Secret::random();
    store::insert_refresh(tx, refresh.hash(), session, now).await?;
    let (access_token, expires_at) = keys.issue(member.organisation_id, session, now)?;
    let places = store::places(tx, user).await?;
    let me = describe(tx, member, places, now).await?;
    let body = SignedIn { access_token, expires_at, me };
    Ok(SignIn { body, refresh_token: refresh.text() })
}

async fn describe(
    tx: &mut Tx,
    member: &SignInMember,
    organisations: Vec<shared::api::Place>,
    now: DateTime<Utc>,
) -> Result<Me> {
    Ok(Me {
        member_id: member.id,
        name: member.name.clone(),
        email: member.email.clone(),
        role: member.role,
        organisation: store::organisation(tx, member.organisation_id).await?,
        organisations,
        now,
    })
}

/// Who is asking; an integrator's key is told about its maker, with its own role.
pub async fn me(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Me> {
    let row = members::find(tx, scope, scope.member(), now).await?;
    let places = match row.user_id {
        Some(user) if scope.session().is_some() => store::places(tx, user).await?,
        _ => Vec::new(),
    };
    let member = SignInMember {
        id: row.id,
        organisation_id: scope.organisation(),
        name: row.name,
        email: row.email,
        role: scope.role(),
    };
    describe(tx, &member, places, now).await
}

/// Signs in by mail address and password. Failures count against the address and the network.
///
/// # Errors
/// `bad_credentials`, whatever was wrong; too many tries.
pub async fn login(
    db: &Db,
    keys: &Keys,
    body: &shared::api::Login,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let user = db
        .read(async |tx| {
            throttle::check(tx, attempt, now).await?;
            store::user_by_email(tx, &attempt.email).await
        })
        .await?;
    let (id, hash) = user.map(|user| (user.id, user.password_hash)).unzip();
    let fits = password::fits(&body.password, hash).await?;
    let signed_in = db
        .write(async |tx| {
            let Some(user) = id.filter(|_| fits) else {
                throttle::note(tx, attempt, now).await?;
                return Ok(None);
            };
            let places = store::memberships(tx, user).await?;
            let wanted = body.organisation_id;
            let member = places.iter().find(|m| wanted.is_none_or(|id| m.organisation_id == id));
            let Some(member) = member else { return Ok(None) };
            throttle::clear(tx, attempt).await?;
            start_session(tx, keys, (member, user), now).await.map(Some)
        })
        .await?;
    signed_in.ok_or(ErrorCode::BadCredentials.into())
}

/// Goes on with a session. An old token that comes again ends the session: it was copied.
///
/// # Errors
/// `unauthenticated`.
pub async fn refresh(db: &Db, keys: &Keys, token: &str, now: DateTime<Utc>) -> Result<SignIn> {
    let hash = Secret::hash_of(token);
    let signed_in = db
        .write(async |tx| {
            let Some(found) = store::refresh(tx, &hash).await? else { return Ok(None) };
            if found.revoked_at.is_some() || found.expires_at <= now {
                return Ok(None);
            }
            match found.used_at {
                Some(at) if (now - at).num_seconds() > REUSE_GRACE_SECONDS => {
                    store::revoke_session(tx, found.session_id, now).await?;
                    return Ok(None);
                }
                Some(_) => {}
                None => store::use_refresh(tx, &hash, now).await?,
            }
            let (organisation, session) = (found.organisation_id, found.session_id);
            match store::session_member(tx, organisation, session, now).await? {
                Some(member) => {
                    hand_out(tx, keys, (&member, found.user_id, session), now).await.map(Some)
                }
                None => Ok(None),
            }
        })
        .await?;
    signed_in.ok_or(ErrorCode::Unauthenticated.into())
}

/// Ends the session of a refresh token, if there is one.
pub async fn logout(db: &Db, token: &str, now: DateTime<Utc>) -> Result<()> {
    let hash = Secret::hash_of(token);
    db.write(async |tx| match store::refresh(tx, &hash).await? {
        Some(found) => store::revoke_session(tx, found.session_id, now).await,
        None => Ok(()),
    })
    .await
}

/// Signs in to another organisation of the same person.
///
/// # Errors
/// `not_found` if they are no member there.
pub async fn switch(
    tx: &mut Tx,
    keys: &Keys,
    scope: Scope,
    to: OrganisationId,
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let row = members::find(tx, scope, scope.member(), now).await?;
    let user = row.user_id.filter(|_| scope.session().is_some()).ok_or(ErrorCode::Forbidden)?;
    let places = store::memberships(tx, user).await?;
    let member = places.iter().find(|m| m.organisation_id == to).ok_or(ErrorCode::NotFound)?;
    if let Some(session) = scope.session() {
        store::revoke_session(tx, session, now).await?;
    }
    start_session(tx, keys, (member, user), now).await
}

/// Accepts an invitation: a new mail address gets its password. A known one gets a new password
/// if this organisation is the only one it opens; otherwise the old one must be proven, so that no
/// organisation can take over a sign-in of another.
///
/// # Errors
/// `not_found` for a token nobody waits for; `bad_credentials`.
pub async fn accept(
    db: &Db,
    keys: &Keys,
    body: &shared::api::AcceptInvitation,
    now: DateTime<Utc>,
) -> Result<SignIn> {
    let hash = Secret::hash_of(&body.token);
    let (known, elsewhere) = db
        .read(async |tx| {
            let found =
                members::waiting(tx, hash.clone(), now).await?.ok_or(ErrorCode::NotFound)?;
            let email = found.email.ok_or(ErrorCode::NotFound)?;
            let Some(user) = store::user_by_email(tx, &email).await? else {
                return Ok((None, false));
            };
            let away = store::is_known_elsewhere(tx, user.id, found.organisation_id).await?;
            Ok((Some(user), away))
        })
        .await?;
    if let Some(user) = known.filter(|_| elsewhere)
        && !password::fits(&body.password, Some(user.password_hash)).await?
    {
        return Err(ErrorCode::BadCredentials.into());
    }
    let fresh = password::hash(&body.password).await?;
    db.write(async |tx| {
        let found = members::waiting(tx, hash.clone(), now).await?.ok_or(ErrorCode::NotFound)?;
        let email = found.email.ok_or(ErrorCode::NotFound)?;
        let user = match store::user_by_email(tx, &email).await? {
            Some(user) => {
                if !elsewhere {
                    store::set_password(tx, user.id, &fresh).await?;
                    store::revoke_sessions_of_user(tx, user.id, now).await?;
                }
                user.id
            }
            None => store::insert_user(tx, &email, &fresh, now).await?,
        };
        let (organisation, member) = (found.organisation_id, found.member_id);
        members::join_user(tx, organisation, member, user).await?;
        members::end_invitations(tx, organisation, member, now).await?;
        let places = store::memberships(tx, user).await?;
        let member = places.iter().find(|m| m.id == member).ok_or(ErrorCode::NotFound)?;
        start_session(tx, keys, (member, user), now).await
    })
    .await
}

/// Changes a member. The last owner stays one.
///
/// # Errors
/// `stale`, `last_owner`, `forbidden` when an admin touches ownership.
pub async fn change_member(
    tx: &mut Tx,
    scope: Scope,
    id: MemberId,
    (change, version): (&shared::api::MemberChange, i64),
    now: DateTime<Utc>,
) -> Result<Member> {
    let mut row = members::find(tx, scope, id, now).await?;
    let was_owner = row.role == Role::Owner && row.active && row.user_id.is_some();
    let role = change.role.unwrap_or(row.role);
    if (role == Role::Owner || row.role == Role::Owner) && scope.role() != Role::Owner {
        return Err(ErrorCode::Forbidden.into());
    }
    row.role = role;
    row.active = change.active.unwrap_or(row.active);
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    if was_owner
        && (row.role != Role::Owner || !row.active)
        && members::owners(tx, scope).await? <= 1
    {
        return Err(ErrorCode::LastOwner.into());
    }
    if !members::change(tx, scope, (&row, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    if !row.active {
        store::revoke_sessions_of(tx, scope, id, now).await?;
    }
    Ok(members::find(tx, scope, id, now).await?.into())
}

/// Adds a member without sign-in.
///
/// # Errors
/// At `/email` if a member has it; at `/role` if an admin makes an owner.
pub async fn new_member(
    tx: &mut Tx,
    scope: Scope,
    new: &NewMember,
    now: DateTime<Utc>,
) -> Result<Member> {
    if new.role == Role::Owner && scope.role() != Role::Owner {
        return Err(Error::field("/role", "not_allowed"));
    }
    let id = match members::insert(tx, scope.organisation(), new, None, now).await {
        Err(Error::Db(DbError::Unique(_))) => return Err(Error::field("/email", "exists")),
        id => id?,
    };
    Ok(members::find(tx, scope, id, now).await?.into())
}
