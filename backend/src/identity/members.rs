//! Members and invitations in the database.
use chrono::{DateTime, Utc};
use shared::api::{InvitationId, Member, MemberId, NewMember, OrganisationId, Role, UserId};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::{fold, like};
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MemberRow {
    pub id: MemberId,
    pub user_id: Option<UserId>,
    pub name: String,
    pub sort_key: String,
    pub email: Option<String>,
    pub role: Role,
    pub active: bool,
    pub invited_until: Option<DateTime<Utc>>,
    pub version: i64,
}
impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let MemberRow { id, name, email, role, active, invited_until, version, user_id, .. } = row;
        Self {
            id,
            name,
            email,
            role,
            active,
            can_sign_in: user_id.is_some(),
            invited_until,
            version,
        }
    }
}

const SELECT: &str = "
    SELECT m.id, m.user_id, m.name, m.sort_key, m.email, m.role, m.active, m.version,
        (SELECT MAX(i.expires_at) FROM invitations i
         WHERE i.organisation_id = m.organisation_id AND i.member_id = m.id AND i.used_at IS NULL
            AND i.expires_at > $1) AS invited_until
    FROM members m WHERE m.organisation_id = $2";

stmt!(
    FIND = "
    SELECT m.id, m.user_id, m.name, m.sort_key, m.email, m.role, m.active, m.version,
        (SELECT MAX(i.expires_at) FROM invitations i
         WHERE i.organisation_id = m.organisation_id AND i.member_id = m.id AND i.used_at IS NULL
            AND i.expires_at > $3) AS invited_until
    FROM members m WHERE m.organisation_id = $1 AND m.id = $2"
);
stmt!(
    INSERT = "
    INSERT INTO members
        (id, organisation_id, user_id, name, sort_key, email, role, active, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8)"
);
stmt!(
    CHANGE = "
    UPDATE members SET name = $4, sort_key = $5,
        role_changed_at = CASE WHEN role <> $6 THEN $8 ELSE role_changed_at END,
        active_changed_at = CASE WHEN active <> $7 THEN $8 ELSE active_changed_at END,
        role = $6, active = $7, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
stmt!(
    JOIN_USER = "
    UPDATE members SET user_id = $3, version = version + 1 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    ACTIVE = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM members
    WHERE organisation_id = $1 AND id = $2 AND active"
);
stmt!(ROLE = "SELECT role FROM members WHERE organisation_id = $1 AND id = $2 AND active");
stmt!(
    OWNERS = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM members
    WHERE organisation_id = $1 AND role = 'owner' AND active AND user_id IS NOT NULL"
);

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub active: Option<bool>,
    pub after: Option<(String, MemberId)>,
    pub limit: i64,
}

pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    now: DateTime<Utc>,
) -> Result<Vec<MemberRow>> {
    let (after_key, after_id) = filter.after.unzip();
    let mut query = Query::with(SELECT, args![now, scope.organisation()])
        .push_opt(" AND m.sort_key LIKE ? ESCAPE '\\'", filter.text.as_deref().map(like))
        .push_opt(" AND m.active = ?", filter.active);
    if let (Some(key), Some(id)) = (after_key, after_id) {
        query = query.push(" AND (m.sort_key, m.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY m.sort_key, m.id LIMIT ?", filter.limit)).await?)
}
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: MemberId,
    now: DateTime<Utc>,
) -> Result<MemberRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id, now])).await?)
}
/// A new member; with a user they can sign in.
pub async fn insert(
    tx: &mut Tx,
    organisation: OrganisationId,
    new: &NewMember,
    user: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<MemberId> {
    let id = MemberId(Uuid::now_v7());
    let name = new.name.trim();
    let email = new.email.as_deref().map(fold);
    let row = vec![
        Arg::from(id),
        Arg::from(organisation),
        Arg::from(user),
        Arg::from(name),
        Arg::from(fold(name)),
        Arg::from(email),
        Arg::name(new.role),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(row)).await?;
    Ok(id)
}
/// False if someone else changed them first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (row, version): (&MemberRow, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::name(row.role),
        Arg::from(row.active),
        Arg::from(now),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
pub async fn join_user(
    tx: &mut Tx,
    organisation: OrganisationId,
    member: MemberId,
    user: UserId,
) -> Result<()> {
    tx.execute(JOIN_USER.with(args![organisation, member, user])).await?;
    Ok(())
}
/// Whether this is a member who works here now.
pub async fn is_active(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<bool> {
    let (count,): (i64,) = tx.one(ACTIVE.with(args![scope.organisation(), id])).await?;
    Ok(count == 1)
}
/// What an active person may do; none if nobody active here has that id.
pub async fn role_of(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<Option<Role>> {
    let found: Option<(Role,)> = tx.opt(ROLE.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(role,)| role))
}
/// Owners who can sign in.
pub async fn owners(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let (count,): (i64,) = tx.one(OWNERS.with(args![scope.organisation()])).await?;
    Ok(count)
}

/// An invitation that still waits.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InvitationRow {
    pub organisation_id: OrganisationId,
    pub member_id: MemberId,
    pub email: Option<String>,
}
stmt!(
    INSERT_INVITATION = "
    INSERT INTO invitations
        (id, organisation_id, member_id, token_hash, created_by, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
stmt!(
    END_INVITATIONS = "
    UPDATE invitations SET used_at = $3
    WHERE organisation_id = $1 AND member_id = $2 AND used_at IS NULL"
);
stmt!(
    WAITING = "
    SELECT i.organisation_id, i.member_id, m.email FROM invitations i
    JOIN members m ON m.organisation_id = i.organisation_id AND m.id = i.member_id
    WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND m.active"
);

/// A new invitation; earlier ones of the member end.
pub async fn insert_invitation(
    tx: &mut Tx,
    scope: Scope,
    member: MemberId,
    hash: Vec<u8>,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<InvitationId> {
    end_invitations(tx, scope.organisation(), member, now).await?;
    let id = InvitationId(Uuid::now_v7());
    let row = args![id, scope.organisation(), member, hash, scope.member(), now, expires_at];
    tx.execute(INSERT_INVITATION.with(row)).await?;
    Ok(id)
}
pub async fn end_invitations(
    tx: &mut Tx,
    organisation: OrganisationId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(END_INVITATIONS.with(args![organisation, member, now])).await?;
    Ok(())
}
/// The invitation that waits for this token: the token finds the organisation.
pub async fn waiting(
    tx: &mut Tx,
    hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Option<InvitationRow>> {
    Ok(tx.opt(WAITING.with(args![hash, now])).await?)
}
