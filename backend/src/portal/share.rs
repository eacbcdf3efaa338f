//! Links to the balance of a retainer, for whoever has them.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ErrorCode, LinkMail, NewShareLink, Page, PortalLinkId, RetainerId, RetainerState,
    SHARE_DAYS, ShareLink, ShareLinkMade, VisitorKind,
};
use uuid::Uuid;

use super::store::{self, NewLink};
use crate::auth::{Scope, Secret};
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::http::{PageParams, page};
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
struct LinkRow {
    id: PortalLinkId,
    retainer_id: RetainerId,
    created_by_name: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    password_hash: Option<String>,
    seen_at: Option<DateTime<Utc>>,
    version: i64,
}
impl LinkRow {
    fn shown(self, now: DateTime<Utc>) -> ShareLink {
        ShareLink {
            id: self.id,
            retainer_id: self.retainer_id,
            created_by_name: self.created_by_name,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            has_password: self.password_hash.is_some(),
            open: self.revoked_at.is_none() && now < self.expires_at,
            seen_at: self.seen_at,
            version: self.version,
        }
    }
}
const LINKS: &str = "
    SELECT k.id, k.retainer_id, m.name AS created_by_name, k.created_at, k.expires_at,
        k.revoked_at, k.password_hash, k.version,
        (SELECT MAX(v.last_at) FROM portal_views v
            WHERE v.organisation_id = k.organisation_id AND v.visitor_id = k.id) AS seen_at
    FROM portal_links k
    JOIN members m ON m.organisation_id = k.organisation_id AND m.id = k.created_by
    WHERE k.kind = 'share' AND k.organisation_id =";

async fn find(tx: &mut Tx, scope: Scope, id: PortalLinkId) -> Result<LinkRow> {
    let query = Query::new(LINKS).push(" ?", scope.organisation()).push(" AND k.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(WHOSE = "SELECT account_id, state FROM retainers WHERE organisation_id = $1 AND id = $2");
async fn whose(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<(AccountId, RetainerState)> {
    Ok(tx.one(WHOSE.with(args![scope.organisation(), id])).await?)
}

/// The links to the balance of a retainer, the newest first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (retainer, paging): (RetainerId, &PageParams),
    now: DateTime<Utc>,
) -> Result<Page<ShareLink>> {
    whose(tx, scope, retainer).await?;
    let after: Option<PortalLinkId> = paging.after()?;
    let query = Query::new(LINKS)
        .push(" ?", scope.organisation())
        .push(" AND k.retainer_id = ?", retainer)
        .push_opt(" AND k.id < ?", after)
        .push(" ORDER BY k.id DESC LIMIT ?", paging.limit + 1);
    let rows: Vec<LinkRow> = tx.all(query).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(|row| row.shown(now)).collect(), next_cursor })
}

/// Makes a link to the balance of a retainer.
///
/// # Errors
/// `not_found`; `retainer_in_setup`.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new, password_hash): (RetainerId, &NewShareLink, Option<String>),
    now: DateTime<Utc>,
) -> Result<ShareLinkMade> {
    let (account, state) = whose(tx, scope, retainer).await?;
    if state == RetainerState::Setup {
        return Err(ErrorCode::RetainerInSetup.into());
    }
    let (secret, id) = (Secret::random(), PortalLinkId(Uuid::now_v7()));
    let link = NewLink {
        id,
        account,
        kind: VisitorKind::Share,
        contact: None,
        retainer: Some(retainer),
        secret_hash: secret.hash(),
        password_hash,
        by: Some(scope.member()),
        expires_at: now + Duration::days(new.days.unwrap_or(SHARE_DAYS)),
        mail: LinkMail::None,
    };
    store::insert(tx, scope.organisation(), link, now).await?;
    Ok(ShareLinkMade { link: find(tx, scope, id).await?.shown(now), token: secret.text() })
}

stmt!(
    RENEW = "
    UPDATE portal_links SET secret_hash = $3
    WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL"
);
/// Gives a link another secret, since whoever made it did not get the first. One that was ended has
/// none.
///
/// # Errors
/// Those of the database.
pub async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    made: ShareLinkMade,
    now: DateTime<Utc>,
) -> Result<ShareLinkMade> {
    let (secret, id) = (Secret::random(), made.link.id);
    let args = args![scope.organisation(), id, secret.hash()];
    let token = match tx.execute(RENEW.with(args)).await? {
        1 => secret.text(),
        _ => String::new(),
    };
    Ok(ShareLinkMade { link: find(tx, scope, id).await?.shown(now), token })
}

stmt!(
    REVOKE = "
    UPDATE portal_links SET revoked_at = $4, revoked_by = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND revoked_at IS NULL"
);
/// Ends a link: who read by it is out at once.
///
/// # Errors
/// `not_found`; `link_revoked` for one that was ended; `stale`.
pub async fn revoke(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (PortalLinkId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    if find(tx, scope, id).await?.revoked_at.is_some() {
        return Err(ErrorCode::LinkRevoked.into());
    }
    let args = args![scope.organisation(), id, version, now, scope.member()];
    match tx.execute(REVOKE.with(args)).await? {
        1 => Ok(()),
        _ => Err(ErrorCode::Stale.into()),
    }
}
