//! Links and sign-ins of the portal, and what accounts are shown, in the database.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ContactId, LinkMail, MemberId, OrganisationId, PortalLinkId, PortalPart,
    PortalSessionId, PortalSet, RetainerId, Role, VisitorKind,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// For how many days a session that is over is kept.
const SESSIONS_KEPT: i64 = 30;
/// For how many days it is told when somebody last got a link.
const LINKS_KEPT: i64 = 365;

/// What an account is shown.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PortalRow {
    pub open: bool,
    parts: Json<Vec<String>>,
    pub version: i64,
}
impl PortalRow {
    /// What nobody has said anything about.
    pub fn unsaid() -> Self {
        let parts = PortalPart::USUAL.iter().map(|part| part.name().to_owned()).collect();
        Self { open: false, parts: Json(parts), version: 0 }
    }
    /// What it is shown, of what this version knows.
    pub fn parts(&self) -> Vec<PortalPart> {
        self.parts.0.iter().filter_map(|name| PortalPart::named(name)).collect()
    }
}
stmt!(
    PORTAL = "
    SELECT open, parts, version FROM portals WHERE organisation_id = $1 AND account_id = $2"
);
/// What an account is shown; as nobody has said otherwise.
///
/// # Errors
/// Those of the database.
pub async fn portal(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<PortalRow> {
    let found = tx.opt(PORTAL.with(args![organisation, account])).await?;
    Ok(found.unwrap_or_else(PortalRow::unsaid))
}

stmt!(
    FIRST = "
    INSERT INTO portals (organisation_id, account_id, open, parts, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
stmt!(
    CHANGE = "
    UPDATE portals
    SET open = $3, parts = $4, changed_by = $5, changed_at = $6, version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND version = $7"
);
/// Says what an account is shown. False if someone else did first.
///
/// # Errors
/// Those of the database.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    (account, new, version): (AccountId, &PortalSet, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = vec![
        scope.organisation().into(),
        account.into(),
        new.open.into(),
        Arg::json(&new.parts),
        scope.member().into(),
        now.into(),
    ];
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    match tx.execute(query).await {
        Err(DbError::Unique(_)) => Ok(false),
        written => Ok(written? == 1),
    }
}

/// A link to write.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub id: PortalLinkId,
    pub account: AccountId,
    pub kind: VisitorKind,
    /// A person, and the mail address by which they are known.
    pub contact: Option<(ContactId, String)>,
    pub retainer: Option<RetainerId>,
    pub secret_hash: Vec<u8>,
    pub password_hash: Option<String>,
    /// Nobody, where its person asked for it.
    pub by: Option<MemberId>,
    pub expires_at: DateTime<Utc>,
    pub mail: LinkMail,
}
stmt!(
    INSERT = "
    INSERT INTO portal_links (id, organisation_id, account_id, kind, contact_id, retainer_id,
        secret_hash, password_hash, created_by, created_at, expires_at, mail, email)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);
pub async fn insert(
    tx: &mut Tx,
    organisation: OrganisationId,
    new: NewLink,
    now: DateTime<Utc>,
) -> Result<()> {
    let (contact, email) = new.contact.unzip();
    let args = vec![
        organisation.into(),
        new.id.into(),
        new.account.into(),
        Arg::name(new.kind),
        contact.into(),
        new.retainer.into(),
        new.secret_hash.into(),
        new.password_hash.into(),
        new.by.into(),
        now.into(),
        new.expires_at.into(),
        Arg::name(new.mail),
        email.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    MAILED = "
    UPDATE portal_links SET mail = $3, mail_answer = $4 WHERE organisation_id = $1 AND id = $2"
);
/// Writes down how far the mail with a link came.
pub async fn mailed(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: PortalLinkId,
    (mail, answer): (LinkMail, Option<String>),
) -> Result<()> {
    let args = vec![organisation.into(), id.into(), Arg::name(mail), answer.into()];
    tx.execute(MAILED.with(args)).await?;
    Ok(())
}

/// A link that somebody holds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LinkRow {
    pub id: PortalLinkId,
    pub organisation_id: OrganisationId,
    pub kind: VisitorKind,
    pub password_hash: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}
stmt!(
    BY_SECRET = "
    SELECT id, organisation_id, kind, password_hash, expires_at, used_at, revoked_at
    FROM portal_links WHERE secret_hash = $1"
);
/// The link of a secret.
pub async fn by_secret(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<LinkRow>> {
    Ok(tx.opt(BY_SECRET.with(args![hash])).await?)
}

stmt!(
    USE = "
    UPDATE portal_links SET used_at = $3
    WHERE organisation_id = $1 AND id = $2 AND used_at IS NULL"
);
/// Uses a link up. False if it was used before.
pub async fn use_up(tx: &mut Tx, link: &LinkRow, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(USE.with(args![link.organisation_id, link.id, now])).await? == 1)
}

stmt!(
    BEGIN = "
    INSERT INTO portal_sessions (id, organisation_id, link_id, secret_hash, created_at, expires_at)
    VALUES ($2, $1, $3, $4, $5, $6)"
);
/// Begins a session by a link.
pub async fn begin(
    tx: &mut Tx,
    link: &LinkRow,
    (secret_hash, until): (Vec<u8>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<()> {
    let id = PortalSessionId(Uuid::now_v7());
    let args = args![link.organisation_id, id, link.id, secret_hash, now, until];
    tx.execute(BEGIN.with(args)).await?;
    Ok(())
}

stmt!(END = "UPDATE portal_sessions SET ended_at = $2 WHERE secret_hash = $1 AND ended_at IS NULL");
/// Ends a session.
pub async fn end(tx: &mut Tx, secret_hash: Vec<u8>, now: DateTime<Utc>) -> Result<()> {
    tx.execute(END.with(args![secret_hash, now])).await?;
    Ok(())
}

/// A session that holds, and who is behind it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
    pub kind: VisitorKind,
    pub link_id: PortalLinkId,
    pub contact_id: Option<ContactId>,
    pub retainer_id: Option<RetainerId>,
    /// Of the person, or of the colleague who looks as they would.
    pub name: Option<String>,
    /// Of that colleague, today.
    pub role: Option<Role>,
    pub expires_at: DateTime<Utc>,
}
stmt!(
    SESSION = "
    SELECT k.organisation_id, k.account_id, k.kind, k.id AS link_id, k.contact_id, k.retainer_id,
        CASE k.kind WHEN 'contact' THEN c.name WHEN 'preview' THEN m.name END AS name,
        CASE k.kind WHEN 'preview' THEN m.role END AS role,
        CASE WHEN k.kind = 'share' AND k.expires_at < s.expires_at THEN k.expires_at
            ELSE s.expires_at END AS expires_at
    FROM portal_sessions s
    JOIN portal_links k ON k.organisation_id = s.organisation_id AND k.id = s.link_id
    JOIN accounts a ON a.organisation_id = k.organisation_id AND a.id = k.account_id
    LEFT JOIN portals p ON p.organisation_id = k.organisation_id AND p.account_id = k.account_id
    LEFT JOIN contacts c ON c.organisation_id = k.organisation_id AND c.id = k.contact_id
        AND c.email = k.email
    LEFT JOIN members m ON m.organisation_id = k.organisation_id AND m.id = k.created_by
    WHERE s.secret_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
        AND k.revoked_at IS NULL AND NOT a.archived
        AND CASE k.kind
            WHEN 'contact' THEN p.open AND c.id IS NOT NULL
            WHEN 'preview' THEN m.active
            ELSE k.expires_at > $2 END"
);
/// The session of a secret, while whoever began it may read.
pub async fn session(
    tx: &mut Tx,
    secret_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Option<SessionRow>> {
    Ok(tx.opt(SESSION.with(args![secret_hash, now])).await?)
}

stmt!(
    END_LINKS = "
    UPDATE portal_links SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND kind = 'contact' AND revoked_at IS NULL"
);
/// Ends the links of the people of an account, and with them their sign-ins.
pub async fn end_links(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![scope.organisation(), account, now, scope.member()];
    tx.execute(END_LINKS.with(args)).await?;
    Ok(())
}
stmt!(
    END_INVITATIONS = "
    UPDATE portal_links SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND contact_id = $2 AND used_at IS NULL AND revoked_at IS NULL"
);
/// Ends the links of a person that nobody has used.
pub async fn end_invitations(
    tx: &mut Tx,
    scope: Scope,
    contact: ContactId,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![scope.organisation(), contact, now, scope.member()];
    tx.execute(END_INVITATIONS.with(args)).await?;
    Ok(())
}

/// Somebody who may sign in by a link.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KnownRow {
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
    pub contact_id: ContactId,
    pub email: String,
}
stmt!(
    KNOWN = "
    SELECT c.organisation_id, c.account_id, c.id AS contact_id, c.email
    FROM contacts c
    JOIN portals p ON p.organisation_id = c.organisation_id AND p.account_id = c.account_id
        AND p.open
    JOIN accounts a ON a.organisation_id = c.organisation_id AND a.id = c.account_id
        AND NOT a.archived
    WHERE LOWER(c.email) = $1 LIMIT 20"
);
/// The people of this mail address, in lower case, who may sign in.
pub async fn known(tx: &mut Tx, email: &str) -> Result<Vec<KnownRow>> {
    Ok(tx.all(KNOWN.with(args![email])).await?)
}

stmt!(FORGET_SESSIONS = "DELETE FROM portal_sessions WHERE expires_at < $1");
stmt!(FORGET_LINKS = "DELETE FROM portal_links WHERE expires_at < $1 AND kind <> 'share'");
/// Forgets sign-ins and links that are long over.
///
/// # Errors
/// Those of the database.
pub(crate) async fn forget(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    tx.execute(FORGET_SESSIONS.with(args![now - Duration::days(SESSIONS_KEPT)])).await?;
    tx.execute(FORGET_LINKS.with(args![now - Duration::days(LINKS_KEPT)])).await?;
    Ok(())
}
