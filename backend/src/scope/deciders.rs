//! Who may decide about a retainer. Source: requirements S0-18, S0-22.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountKind, ErrorCode, Held, Holder, RetainerId, Role};
use shared::rules::ownership::{self, Side, Standing};

use super::store::{self, Head};
use super::{delegations_store, service};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Somebody, by name, and on which side of a retainer they stand.
#[derive(Debug, Clone)]
pub struct Sided {
    pub held: Held,
    pub side: Side,
}

/// Why somebody may not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody here, or not of this account.
    Unknown,
    /// They serve, and hold no delegation that holds on the day. Their name, and the day.
    NotDelegated(String, NaiveDate),
}

impl Refused {
    /// As it is told, with the place of whoever was named.
    pub(crate) fn at(self, field: &str) -> Error {
        match self {
            Self::Unknown => Error::field(field, "not_found"),
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
    let found = match holder {
        Holder::Member { id } => store::member(tx, scope, id).await?.map(|(name, role)| {
            let sent = role == Role::Partner;
            (name, if sent { Standing::Partner } else { Standing::Member })
        }),
        Holder::Contact { id } => {
            let name = store::contact(tx, scope, (id, head.account_id)).await?;
            name.map(|name| (name, Standing::Contact))
        }
    };
    let partner = head.kind == AccountKind::Partner;
    Ok(found.map(|(name, standing)| Sided {
        held: Held { holder, name },
        side: ownership::side_of(partner, standing),
    }))
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
    let given = delegations_store::of_holder(tx, scope, (retainer, holder)).await?;
    match ownership::may_decide(side, &given, day) {
        true => Ok(Ok(held)),
        false => Ok(Err(Refused::NotDelegated(held.name, day))),
    }
}
