//! Organisations, users, sessions, refresh tokens and keys in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    ApiKey, ApiKeyId, MemberId, Organisation, OrganisationId, Place, Role, SessionId, UserId,
};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A secret of the installation by its name.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Value {
    value: Vec<u8>,
}

stmt!(SECRET = "SELECT value FROM secrets WHERE name = $1");
stmt!(
    KEEP_SECRET = "
    INSERT INTO secrets (name, value, created_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO NOTHING"
);

/// The secret of this name; the first to ask makes it.
pub async fn secret(tx: &mut Tx, name: &str, fresh: &[u8], now: DateTime<Utc>) -> Result<Vec<u8>> {
    tx.execute(KEEP_SECRET.with(args![name, fresh.to_vec(), now])).await?;
    Ok(tx.one::<Value>(SECRET.with(args![name])).await?.value)
}

stmt!(
    ANY_ORGANISATION =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM organisations LIMIT 1) one"
);
stmt!(
    INSERT_ORGANISATION = "
    INSERT INTO organisations (id, name, currency, timezone, created_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    ORGANISATIONS_NAMED = "
    SELECT id FROM organisations WHERE name = $1 OR id = $2 ORDER BY id LIMIT 2"
);
stmt!(
    ORGANISATION = "
    SELECT id, name, currency, timezone, version FROM organisations WHERE id = $1"
);
stmt!(
    CHANGE_ORGANISATION = "
    UPDATE organisations SET name = $3, currency = $4, timezone = $5, version = version + 1
    WHERE id = $1 AND version = $2 RETURNING id, name, currency, timezone, version"
);

#[derive(Debug, Clone, sqlx::FromRow)]
struct OrganisationRow {
    id: OrganisationId,
    name: String,
    currency: String,
    timezone: String,
    version: i64,
}
impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        let OrganisationRow { id, name, currency, timezone, version } = row;
        Self { id, name, currency, timezone, version }
    }
}

/// The organisation with this id, or those with this name.
pub async fn organisations_named(tx: &mut Tx, name: &str) -> Result<Vec<OrganisationId>> {
    let id: Option<OrganisationId> = name.parse().ok();
    let rows = tx.all::<(OrganisationId,)>(ORGANISATIONS_NAMED.with(args![name, id])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Whether anything was set up.
pub async fn any_organisation(tx: &mut Tx) -> Result<bool> {
    let (count,): (i64,) = tx.one(ANY_ORGANISATION.with(args![])).await?;
    Ok(count > 0)
}
pub async fn insert_organisation(
    tx: &mut Tx,
    organisation: &Organisation,
    now: DateTime<Utc>,
) -> Result<()> {
    let Organisation { id, name, currency, timezone, .. } = organisation;
    let row = args![*id, name.as_str(), currency.as_str(), timezone.as_str(), now];
    tx.execute(INSERT_ORGANISATION.with(row)).await?;
    Ok(())
}
pub async fn organisation(tx: &mut Tx, id: OrganisationId) -> Result<Organisation> {
    Ok(tx.one::<OrganisationRow>(ORGANISATION.with(args![id])).await?.into())
}
/// None if someone else changed it first.
pub async fn change_organisation(
    tx: &mut Tx,
    organisation: &Organisation,
) -> Result<Option<Organisation>> {
    let Organisation { id, name, currency, timezone, version } = organisation;
    let row = args![*id, *version, name.as_str(), currency.as_str(), timezone.as_str()];
    let changed = tx.opt::<OrganisationRow>(CHANGE_ORGANISATION.with(row)).await?;
    Ok(changed.map(Organisation::from))
}

/// A person who signs in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub password_hash: String,
}
stmt!(USER_BY_EMAIL = "SELECT id, password_hash FROM users WHERE email = $1");
stmt!(
    INSERT_USER = "
    INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)"
);

pub async fn user_by_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    Ok(tx.opt(USER_BY_EMAIL.with(args![email])).await?)
}
pub async fn insert_user(
    tx: &mut Tx,
    email: &str,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let id = UserId(Uuid::now_v7());
    tx.execute(INSERT_USER.with(args![id, email, hash, now])).await?;
    Ok(id)
}

stmt!(SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1");
stmt!(
    REVOKE_SESSIONS_OF_USER = "
    UPDATE sessions SET revoked_at = $2
    WHERE user_id = $1 AND revoked_at IS NULL"
);

pub async fn set_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<()> {
    tx.execute(SET_PASSWORD.with(args![user, hash])).await?;
    Ok(())
}
/// Ends every sign-in of a person, wherever it is.
pub async fn revoke_sessions_of_user(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(REVOKE_SESSIONS_OF_USER.with(args![user, now])).await?;
    Ok(())
}

stmt!(
    ELSEWHERE = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM members WHERE user_id = $1 AND organisation_id <> $2"
);
/// Whether a person is a member of another organisation, active or not.
pub async fn is_known_elsewhere(
    tx: &mut Tx,
    user: UserId,
    organisation: OrganisationId,
) -> Result<bool> {
    let (count,): (i64,) = tx.one(ELSEWHERE.with(args![user, organisation])).await?;
    Ok(count > 0)
}

/// A member as sign-in needs them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignInMember {
    pub id: MemberId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
}
stmt!(
    MEMBERSHIPS = "
    SELECT id, organisation_id, name, email, role FROM members
    WHERE user_id = $1 AND active ORDER BY created_at, organisation_id"
);
stmt!(
    PLACES = "
    SELECT o.id AS organisation_id, o.name
    FROM members m JOIN organisations o ON o.id = m.organisation_id
    WHERE m.user_id = $1 AND m.active ORDER BY o.name, o.id LIMIT 200"
);
#[derive(sqlx::FromRow)]
struct PlaceRow {
    organisation_id: OrganisationId,
    name: String,
}

/// Where a person is active, the first joined first.
pub async fn memberships(tx: &mut Tx, user: UserId) -> Result<Vec<SignInMember>> {
    Ok(tx.all(MEMBERSHIPS.with(args![user])).await?)
}
/// The organisations a person can switch to, by name.
pub async fn places(tx: &mut Tx, user: UserId) -> Result<Vec<Place>> {
    let rows = tx.all::<PlaceRow>(PLACES.with(args![user])).await?;
    let place = |row: PlaceRow| Place { organisation_id: row.organisation_id, name: row.name };
    Ok(rows.into_iter().map(place).collect())
}

stmt!(
    INSERT_SESSION = "
    INSERT INTO sessions (id, organisation_id, member_id, user_id, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
stmt!(
    SESSION_MEMBER = "
    SELECT m.id, m.organisation_id, m.name, m.email, m.role
    FROM sessions s
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.member_id
    WHERE s.organisation_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
        AND m.active"
);
stmt!(
    REVOKE_SESSION = "
    UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
);
stmt!(
    REVOKE_SESSIONS_OF = "
    UPDATE sessions SET revoked_at = $3
    WHERE organisation_id = $1 AND member_id = $2 AND revoked_at IS NULL"
);

pub async fn insert_session(
    tx: &mut Tx,
    (member, user): (&SignInMember, UserId),
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<SessionId> {
    let id = SessionId(Uuid::now_v7());
    let row = args![id, member.organisation_id, member.id, user, now, expires_at];
    tx.execute(INSERT_SESSION.with(row)).await?;
    Ok(id)
}
/// The member behind a live session.
pub async fn session_member(
    tx: &mut Tx,
    organisation: OrganisationId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<SignInMember>> {
    Ok(tx.opt(SESSION_MEMBER.with(args![organisation, session, now])).await?)
}
pub async fn revoke_session(tx: &mut Tx, session: SessionId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(REVOKE_SESSION.with(args![session, now])).await?;
    Ok(())
}
/// Ends every sign-in of a member.
pub async fn revoke_sessions_of(
    tx: &mut Tx,
    scope: Scope,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(REVOKE_SESSIONS_OF.with(args![scope.organisation(), member, now])).await?;
    Ok(())
}

/// A refresh token and the session it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Refresh {
    pub session_id: SessionId,
    pub used_at: Option<DateTime<Utc>>,
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}
stmt!(
    INSERT_REFRESH = "
    INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)"
);
stmt!(
    REFRESH = "
    SELECT r.session_id, r.used_at, s.organisation_id, s.user_id, s.expires_at, s.revoked_at
    FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.token_hash = $1"
);
stmt!(
    USE_REFRESH = "
    UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL"
);

pub async fn insert_refresh(
    tx: &mut Tx,
    hash: Vec<u8>,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(INSERT_REFRESH.with(args![hash, session, now])).await?;
    Ok(())
}
pub async fn refresh(tx: &mut Tx, hash: &[u8]) -> Result<Option<Refresh>> {
    Ok(tx.opt(REFRESH.with(args![hash.to_vec()])).await?)
}
pub async fn use_refresh(tx: &mut Tx, hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    tx.execute(USE_REFRESH.with(args![hash.to_vec(), now])).await?;
    Ok(())
}

/// A key as its check needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KeyCheck {
    pub organisation_id: OrganisationId,
    pub member_id: MemberId,
    pub role: Role,
    pub maker_role: Role,
    pub secret_hash: Vec<u8>,
    pub last_used_at: Option<DateTime<Utc>>,
}
#[derive(sqlx::FromRow)]
struct KeyRow {
    id: ApiKeyId,
    name: String,
    role: Role,
    last_used_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i64,
}
impl From<KeyRow> for ApiKey {
    fn from(row: KeyRow) -> Self {
        let KeyRow { id, name, role, last_used_at, expires_at, created_at, version } = row;
        Self { id, name, role, last_used_at, expires_at, created_at, version }
    }
}
stmt!(
    KEY_BY_ID = "
    SELECT k.organisation_id, k.member_id, k.role, m.role AS maker_role, k.secret_hash,
        k.last_used_at
    FROM api_keys k
    JOIN members m ON m.organisation_id = k.organisation_id AND m.id = k.member_id
    WHERE k.id = $1 AND k.revoked_at IS NULL AND m.active
        AND (k.expires_at > $2 OR k.expires_at IS NULL)"
);
stmt!(
    TOUCH_KEY = "
    UPDATE api_keys SET last_used_at = $3 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    INSERT_KEY = "
    INSERT INTO api_keys
        (id, organisation_id, member_id, name, role, secret_hash, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING id, name, role, last_used_at, expires_at, created_at, version"
);
stmt!(
    KEYS = "
    SELECT id, name, role, last_used_at, expires_at, created_at, version FROM api_keys
    WHERE organisation_id = $1 AND revoked_at IS NULL AND (id > $2 OR $2 IS NULL)
    ORDER BY id LIMIT $3"
);
stmt!(
    FIND_KEY = "
    SELECT id, name, role, last_used_at, expires_at, created_at, version FROM api_keys
    WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL"
);
stmt!(
    REVOKE_KEY = "
    UPDATE api_keys SET revoked_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND revoked_at IS NULL"
);

/// A live key by its id: the one look-up that finds the organisation, instead of being in one.
pub async fn key_by_id(tx: &mut Tx, id: ApiKeyId, now: DateTime<Utc>) -> Result<Option<KeyCheck>> {
    Ok(tx.opt(KEY_BY_ID.with(args![id, now])).await?)
}
pub async fn touch_key(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(TOUCH_KEY.with(args![organisation, id, now])).await?;
    Ok(())
}
pub async fn insert_key(
    tx: &mut Tx,
    scope: Scope,
    new: &shared::api::NewApiKey,
    (id, hash): (ApiKeyId, Vec<u8>),
    now: DateTime<Utc>,
) -> Result<ApiKey> {
    let role = Arg::name(new.role);
    let row = vec![
        Arg::from(id),
        Arg::from(scope.organisation()),
        Arg::from(scope.member()),
        Arg::from(new.name.trim()),
        role,
        Arg::from(hash),
        Arg::from(now),
        Arg::from(new.expires_at),
    ];
    Ok(tx.one::<KeyRow>(INSERT_KEY.with(row)).await?.into())
}
pub async fn keys(
    tx: &mut Tx,
    scope: Scope,
    after: Option<ApiKeyId>,
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let rows = tx.all::<KeyRow>(KEYS.with(args![scope.organisation(), after, limit])).await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}
pub async fn find_key(tx: &mut Tx, scope: Scope, id: ApiKeyId) -> Result<ApiKey> {
    Ok(tx.one::<KeyRow>(FIND_KEY.with(args![scope.organisation(), id])).await?.into())
}
pub async fn revoke_key(
    tx: &mut Tx,
    scope: Scope,
    id: ApiKeyId,
    version: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let revoked =
        tx.execute(REVOKE_KEY.with(args![scope.organisation(), id, version, now])).await?;
    Ok(revoked == 1)
}
