//! Who may decide about a retainer. Source: requirements S0-18, S0-22.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ErrorCode, Held, Holder, RetainerId};
use shared::rules::ownership::Side;

use super::service;
use super::store::{self, Head};
use crate::auth::Scope;
use crate::db::Tx;
use crate::deciders::{self, Sided};
use crate::error::{Error, Result};

/// Why somebody may not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody here, or not of this account.
    Unknown,
    /// Others at the account decide.
    NotDecider,
    /// They serve, and hold no delegation that holds on the day. Their name, and the day.
    NotDelegated(String, NaiveDate),
}

impl Refused {
    /// As it is told, with the place of whoever was named.
    pub(crate) fn at(self, field: &str) -> Error {
        match self {
            Self::Unknown => Error::field(field, "not_found"),
            Self::NotDecider => Error::field(field, "does_not_decide"),
            Self::NotDelegated(name, day) => {
                let words = format!(
                    "{name} is not on the side whose business it is, and no delegation holds on \
                     {day}"
                );
                Error::Explained(ErrorCode::MayNotDecide, words)
            }
        }
    }
}

/// Somebody by name and side; none if they do not work here, or not at the retainer's account.
pub(super) async fn sided(
    tx: &mut Tx,
    scope: Scope,
    (head, holder): (&Head, Holder),
) -> Result<Option<Sided>> {
    deciders::sided(tx, scope, (head.account_id, head.kind), holder).await
}

/// Whoever is named, if they may decide about a retainer today; else why not.
///
/// # Errors
/// `not_found` for the retainer.
pub(crate) async fn decider(
    tx: &mut Tx,
    scope: Scope,
    (retainer, holder): (RetainerId, Holder),
    now: DateTime<Utc>,
) -> Result<Result<Held, Refused>> {
    let head = store::head(tx, scope, retainer).await?;
    let Some(Sided { held, side }) = sided(tx, scope, (&head, holder)).await? else {
        return Ok(Err(Refused::Unknown));
    };
    let day = service::today(&head, now)?;
    match deciders::may_decide(tx, scope, retainer, (holder, side), day).await? {
        true => Ok(Ok(held)),
        false if side == Side::Business => Ok(Err(Refused::NotDecider)),
        false => Ok(Err(Refused::NotDelegated(held.name, day))),
    }
}
