//! Signing in to the portal: links that come by mail, what they open, and for how long.
//! Source: ARCHITECTURE 6 (one use, a quarter of an hour); docs/decisions/0062.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    ErrorCode, LinkMail, NewPortalSession, OrganisationId, PortalKeeper, PortalLinkId,
    PortalRetainerName, PortalSignedIn, PortalVisitor, RetainerState, VisitorKind,
};
use uuid::Uuid;

use super::store::{self, LinkRow, NewLink};
use super::visitor::{self, PREFIX, Visitor};
use super::{invite, lists_store};
use crate::auth::Secret;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::identity;
use crate::invoices;

/// For how many minutes a link holds that somebody asked for, or by which a colleague looks.
pub const LINK_MINUTES: i64 = 15;
/// For how many days a person stays signed in.
const CONTACT_DAYS: i64 = 30;
/// For how many hours who holds the link to a balance does not have to give its password again.
const SHARE_HOURS: i64 = 24;
/// For how many hours a colleague looks.
const PREVIEW_HOURS: i64 = 1;

/// How many links somebody gets at an address in a quarter of an hour.
const LINKS_MAX: i64 = 5;
/// How often the password of a link may be wrong in that time, from one place and from anywhere.
const WRONG_MAX: (i64, i64) = (5, 50);

/// A link that is to be sent: whose, which, and its secret.
pub type Asked = (OrganisationId, PortalLinkId, String);

/// Makes a link for each person of this mail address who may sign in. Too many are not told, as nothing
/// else is.
///
/// # Errors
/// Those of the database.
pub async fn ask(db: &Db, email: &str, now: DateTime<Utc>) -> Result<Vec<Asked>> {
    // Who is nobody here writes nothing.
    if db.read(async |tx| store::known(tx, email).await).await?.is_empty() {
        return Ok(Vec::new());
    }
    let counted = [(format!("portal-link:{email}"), LINKS_MAX)];
    db.write(async |tx| {
        match identity::check_tries(tx, &counted, now).await {
            Err(Error::Throttled(_)) => return Ok(Vec::new()),
            checked => checked?,
        }
        identity::note_try(tx, &counted, now).await?;
        let mut made = Vec::new();
        for known in store::known(tx, email).await? {
            let (secret, id) = (Secret::random(), PortalLinkId(Uuid::now_v7()));
            let link = NewLink {
                id,
                account: known.account_id,
                kind: VisitorKind::Contact,
                contact: Some((known.contact_id, known.email)),
                retainer: None,
                secret_hash: secret.hash(),
                password_hash: None,
                by: None,
                expires_at: now + Duration::minutes(LINK_MINUTES),
                mail: LinkMail::Sending,
            };
            store::insert(tx, known.organisation_id, link, now).await?;
            made.push((known.organisation_id, id, secret.text()));
        }
        Ok(made)
    })
    .await
}

/// Signs in by the secret of a link.
///
/// # Errors
/// `not_found` for a secret that is none; `link_revoked`, also where the person may not read any
/// more; `link_expired`; `link_used`; `bad_credentials` where it takes a password; too many tries.
pub async fn begin(
    db: &Db,
    (body, token, network): (&NewPortalSession, &str, &str),
    now: DateTime<Utc>,
) -> Result<PortalSignedIn> {
    let link = db.read(async |tx| held(tx, token, now).await).await?;
    if let Some(hash) = &link.password_hash {
        let counted = [
            (format!("portal-share:{} {network}", link.id), WRONG_MAX.0),
            (format!("portal-share:{}", link.id), WRONG_MAX.1),
        ];
        db.read(async |tx| identity::check_tries(tx, &counted, now).await).await?;
        // Who only asks whether one is needed has not tried.
        let Some(password) = &body.password else { return Err(ErrorCode::BadCredentials.into()) };
        if !identity::password_fits(password, Some(hash.clone())).await? {
            db.write(async |tx| identity::note_try(tx, &counted, now).await).await?;
            return Err(ErrorCode::BadCredentials.into());
        }
    }
    let secret = format!("{PREFIX}{}", Secret::random().text());
    let until = now
        + match link.kind {
            VisitorKind::Contact => Duration::days(CONTACT_DAYS),
            VisitorKind::Preview => Duration::hours(PREVIEW_HOURS),
            VisitorKind::Share => Duration::hours(SHARE_HOURS),
        };
    let visitor = db
        .write(async |tx| {
            if link.kind != VisitorKind::Share && !store::use_up(tx, &link, now).await? {
                return Err(ErrorCode::LinkUsed.into());
            }
            store::begin(tx, &link, (Secret::hash_of(&secret), until), now).await?;
            match visitor::of_token(tx, &secret, now).await {
                Ok(visitor) => shown(tx, &visitor, now).await,
                Err(error) if error.code() == ErrorCode::Unauthenticated => {
                    Err(ErrorCode::LinkRevoked.into())
                }
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(PortalSignedIn { access_token: secret, expires_at: visitor.expires_at, visitor })
}

async fn held(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<LinkRow> {
    let found = store::by_secret(tx, Secret::hash_of(token)).await?;
    let link = found.ok_or(ErrorCode::NotFound)?;
    if link.revoked_at.is_some() {
        return Err(ErrorCode::LinkRevoked.into());
    }
    if link.used_at.is_some() && link.kind != VisitorKind::Share {
        return Err(ErrorCode::LinkUsed.into());
    }
    if link.expires_at <= now {
        return Err(ErrorCode::LinkExpired.into());
    }
    Ok(link)
}

/// Who looks, and what they are shown.
///
/// # Errors
/// Those of the database.
pub async fn shown(tx: &mut Tx, visitor: &Visitor, now: DateTime<Utc>) -> Result<PortalVisitor> {
    let (scope, account) = (visitor.scope(), visitor.account());
    let about = lists_store::about(tx, scope, account).await?;
    let settings = invoices::billing(tx, scope).await?.settings;
    let mut retainers = lists_store::retainers(tx, scope, account).await?;
    let only = visitor.session.retainer_id;
    retainers.retain(|(id, _, _)| only.is_none_or(|only| only == *id));
    let named =
        |(id, name, state)| PortalRetainerName { id, name, ended: state == RetainerState::Ended };
    let mut retainers: Vec<PortalRetainerName> = retainers.into_iter().map(named).collect();
    retainers.sort_by_key(|one| one.ended);
    Ok(PortalVisitor {
        kind: visitor.session.kind,
        name: visitor.session.name.clone(),
        organisation_name: about.organisation_name,
        has_logo: settings.is_some_and(|settings| settings.logo_id.is_some()),
        account_name: about.account_name,
        language: invite::language(tx, scope, account).await?,
        keeper: about.keeper_name.map(|name| PortalKeeper { name, email: about.keeper_email }),
        parts: visitor.parts.clone(),
        retainers,
        expires_at: visitor.session.expires_at,
        now,
    })
}
