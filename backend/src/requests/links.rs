//! Links of those who do not sign in: made, told once, ended.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    ActionLinkId, ErrorCode, FORM_DAYS, FormLink, FormLinkMade, NewFormLink, Page, ProposalId,
    RequestId, RetainerId, RetainerState,
};
use uuid::Uuid;

use super::links_store::{self, HeldRow, NewLink};
use super::store;
use crate::auth::{Scope, Secret};
use crate::db::Tx;
use crate::error::Result;
use crate::http::{PageParams, page};

/// For how many days an asker sees what becomes of a request.
const REQUEST_DAYS: i64 = 180;

/// The links to the form of a retainer, the newest first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<FormLink>> {
    store::home(tx, scope, retainer).await?.ok_or(ErrorCode::NotFound)?;
    let place = (paging.after()?, paging.limit + 1);
    let rows = links_store::forms(tx, scope, retainer, place).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(|row| row.shown(now)).collect(), next_cursor })
}

/// Makes the link to the form of a retainer; the one before ends.
///
/// # Errors
/// `not_found`; `retainer_ended`, `retainer_in_setup`.
pub(crate) async fn make(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewFormLink),
    now: DateTime<Utc>,
) -> Result<FormLinkMade> {
    let home = store::home(tx, scope, retainer).await?.ok_or(ErrorCode::NotFound)?;
    match home.state {
        RetainerState::Ended => return Err(ErrorCode::RetainerEnded.into()),
        RetainerState::Setup => return Err(ErrorCode::RetainerInSetup.into()),
        RetainerState::Active => {}
    }
    links_store::end_forms(tx, scope, retainer, now).await?;
    let secret = Secret::random();
    let link = NewLink {
        id: ActionLinkId(Uuid::now_v7()),
        retainer,
        request: None,
        proposal: None,
        secret_hash: secret.hash(),
        expires_at: now + Duration::days(new.days.unwrap_or(FORM_DAYS)),
    };
    let id = link.id;
    links_store::insert(tx, scope, link, now).await?;
    let link = links_store::form(tx, scope, id).await?.shown(now);
    Ok(FormLinkMade { link, token: secret.text() })
}

/// Gives a link to a form another secret, since whoever made it did not get the first. One that was
/// ended since has none.
///
/// # Errors
/// Those of the database.
pub(crate) async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    made: FormLinkMade,
    now: DateTime<Utc>,
) -> Result<FormLinkMade> {
    let secret = Secret::random();
    let id = made.link.id;
    let token = match links_store::renew(tx, scope, id, secret.hash()).await? {
        true => secret.text(),
        false => String::new(),
    };
    Ok(FormLinkMade { link: links_store::form(tx, scope, id).await?.shown(now), token })
}

/// Ends the addresses at which the asker of a request follows it.
///
/// # Errors
/// `not_found`; `stale`; `link_revoked` where none is open.
pub(crate) async fn end_request(
    tx: &mut Tx,
    scope: Scope,
    (request, version): (RequestId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    super::intake::at_version(tx, scope, request, version).await?;
    match links_store::end_request(tx, scope, request, now).await? {
        0 => Err(ErrorCode::LinkRevoked.into()),
        _ => Ok(()),
    }
}

/// Ends a link to a form.
///
/// # Errors
/// `not_found`; `link_revoked` for one that was ended; `stale`.
pub async fn revoke(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ActionLinkId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    if links_store::form(tx, scope, id).await?.is_revoked() {
        return Err(ErrorCode::LinkRevoked.into());
    }
    match links_store::revoke(tx, scope, (id, version), now).await? {
        true => Ok(()),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// An address at which the asker of a request sees what becomes of it.
///
/// # Errors
/// Those of the database.
pub async fn open_request(
    tx: &mut Tx,
    scope: Scope,
    (retainer, request): (RetainerId, RequestId),
    now: DateTime<Utc>,
) -> Result<String> {
    let secret = Secret::random();
    let link = NewLink {
        id: ActionLinkId(Uuid::now_v7()),
        retainer,
        request: Some(request),
        proposal: None,
        secret_hash: secret.hash(),
        expires_at: now + Duration::days(REQUEST_DAYS),
    };
    links_store::insert(tx, scope, link, now).await?;
    Ok(secret.text())
}

/// The address at which a proposal is read and answered, until an instant.
///
/// # Errors
/// Those of the database.
pub(crate) async fn open_proposal(
    tx: &mut Tx,
    scope: Scope,
    (retainer, proposal, until): (RetainerId, ProposalId, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<(ActionLinkId, String)> {
    let (id, secret) = (ActionLinkId(Uuid::now_v7()), Secret::random());
    let link = NewLink {
        id,
        retainer,
        request: None,
        proposal: Some(proposal),
        secret_hash: secret.hash(),
        expires_at: until,
    };
    links_store::insert(tx, scope, link, now).await?;
    Ok((id, secret.text()))
}

/// Another secret for the address of a proposal, since whoever made it did not get the first; none if
/// it was ended.
///
/// # Errors
/// Those of the database.
pub(crate) async fn renew_proposal(
    tx: &mut Tx,
    scope: Scope,
    of: (RetainerId, ProposalId),
) -> Result<Option<String>> {
    let secret = Secret::random();
    let renewed = links_store::renew_proposal(tx, scope, of, secret.hash()).await?;
    Ok(renewed.then(|| secret.text()))
}

/// Ends the address of a proposal.
///
/// # Errors
/// Those of the database.
pub(crate) async fn end_proposal(
    tx: &mut Tx,
    scope: Scope,
    of: (RetainerId, ProposalId),
    now: DateTime<Utc>,
) -> Result<()> {
    links_store::end_proposal(tx, scope, of, now).await
}

/// Ends the addresses of a proposal but this one.
///
/// # Errors
/// Those of the database.
pub(crate) async fn end_other_links(
    tx: &mut Tx,
    scope: Scope,
    of: ((RetainerId, ProposalId), ActionLinkId),
    now: DateTime<Utc>,
) -> Result<()> {
    links_store::end_others(tx, scope, of, now).await
}

/// Ends an address that nobody got.
///
/// # Errors
/// Those of the database.
pub(crate) async fn end_link(
    tx: &mut Tx,
    scope: Scope,
    id: ActionLinkId,
    now: DateTime<Utc>,
) -> Result<()> {
    links_store::end(tx, scope, id, now).await
}

/// The link that somebody holds, if it can be used.
///
/// # Errors
/// `not_found` for a secret that is none; `link_revoked`, `link_expired`.
pub async fn held(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<HeldRow> {
    let found = links_store::by_secret(tx, Secret::hash_of(token)).await?;
    let held = found.ok_or(ErrorCode::NotFound)?;
    if held.revoked_at.is_some() {
        return Err(ErrorCode::LinkRevoked.into());
    }
    if held.expires_at <= now {
        return Err(ErrorCode::LinkExpired.into());
    }
    Ok(held)
}
