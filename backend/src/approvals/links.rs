//! The link by which a client answers what it is asked to approve. It is kept with what is asked, and
//! opens nothing else. Source: docs/decisions/0072.
use chrono::{DateTime, Utc};
use shared::api::{Act, ActAnswer, ActReceipt, ApprovalRequestState, ErrorCode, Role};

use super::asks;
use super::asks_store::{self as store, HeldRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// A link that somebody holds.
#[derive(Debug, Clone)]
pub(crate) struct Held(HeldRow);

impl Held {
    /// Its holder acts in its organisation, as somebody who may only look: what they may do besides
    /// is what this module does.
    pub(crate) fn scope(&self) -> Scope {
        Scope::acting(self.0.organisation_id, self.0.created_by, Role::Viewer)
    }
    /// Nobody has opened it yet.
    pub(crate) fn is_unseen(&self) -> bool {
        self.0.seen_at.is_none() && self.0.state == ApprovalRequestState::Open
    }
}

/// The link of a secret, if it is one of these and can be used.
///
/// # Errors
/// `link_revoked`, `link_expired`.
pub(crate) async fn held(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<Option<Held>> {
    let Some(held) = store::by_secret(tx, token).await? else { return Ok(None) };
    if held.state == ApprovalRequestState::Withdrawn {
        return Err(ErrorCode::LinkRevoked.into());
    }
    if held.expires_at <= now {
        return Err(ErrorCode::LinkExpired.into());
    }
    Ok(Some(Held(held)))
}

/// What its holder sees.
///
/// # Errors
/// Those of the database.
pub(crate) async fn show(tx: &mut Tx, held: Held, now: DateTime<Utc>) -> Result<Act> {
    let approval = asks::shown(tx, held.scope(), held.0.id, now).await?;
    Ok(Act {
        organisation_name: held.0.organisation_name,
        retainer_name: approval.offer.retainer_name.clone(),
        expires_at: held.0.expires_at,
        types: Vec::new(),
        request: None,
        proposal: None,
        approval: Some(approval),
    })
}

/// Somebody opened it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn see(tx: &mut Tx, held: &Held, now: DateTime<Utc>) -> Result<()> {
    store::seen(tx, held.scope(), held.0.id, now).await
}

/// Takes the answer of its holder, and with which program it was sent.
///
/// # Errors
/// `not_asked`, `offer_changed`, `approval_request_answered`, `may_not_decide`, `offer_held`; at
/// `/asker_name` for another name.
pub(crate) async fn answer(
    tx: &mut Tx,
    held: &Held,
    (new, with): (&ActAnswer, Option<&str>),
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let approval = asks::answer(tx, held.scope(), (held.0.id, new, with), now).await?;
    let approval = Some(approval);
    Ok(ActReceipt { request: None, proposal: None, approval, missing: Vec::new(), token: None })
}
