//! What delegating means: a right to decide that is explicit, dated and revocable.
//!
//! Source: requirement S0-22.
use chrono::{DateTime, Utc};
use shared::api::{
    Delegation, DelegationId, ErrorCode, Held, Holder, NewDelegation, Page, RetainerId,
};
use shared::rules::ownership::{self, Side};
use shared::rules::zone;

use super::deciders::sided;
use super::delegations_store::{self as store, DelegationRow};
use super::store::{Head, head};
use crate::auth::{ManageScope, Permission, Scope};
use crate::db::Tx;
use crate::deciders;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};

/// Delegations of a retainer, the newest first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Delegation>> {
    head(tx, scope, retainer).await?;
    let rows = store::list(tx, scope, retainer, (paging.after()?, paging.limit + 1)).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    let items = items.into_iter().map(|row| shown(row, now)).collect::<Result<_>>()?;
    Ok(Page { items, next_cursor })
}

fn shown(row: DelegationRow, now: DateTime<Utc>) -> Result<Delegation> {
    let today = zone::local_date(zone::zone(&row.timezone)?, now);
    let (starts_on, ends_on) = (row.starts_on, row.ends_on);
    let rule = ownership::Delegation { starts_on, ends_on, revoked: row.revoked_at.is_some() };
    let holder = Holder::of(row.member_id, row.contact_id).ok_or(ErrorCode::NotFound)?;
    Ok(Delegation {
        id: row.id,
        retainer_id: row.retainer_id,
        to: Held { holder, name: row.holder_name },
        granted_by: row.granted_by,
        reason: row.reason,
        starts_on,
        ends_on,
        revoked_at: row.revoked_at,
        revoked_by_name: row.revoked_by_name,
        holds: rule.holds(today),
        created_by_name: row.created_by_name,
        created_at: row.created_at,
        version: row.version,
    })
}

/// Gives somebody who does not decide the right to: by one who does, and written down by another
/// than who gets it.
///
/// # Errors
/// `not_found`; at `/holder` for somebody who is not there or decides already, and for the caller;
/// at `/granted_by` for somebody who is not there or does not decide, and where nobody does.
pub(crate) async fn delegate(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewDelegation),
    now: DateTime<Utc>,
) -> Result<Delegation> {
    let head = head(tx, scope, retainer).await?;
    let to = sided(tx, scope, (&head, new.holder)).await?;
    let to = to.ok_or_else(|| Error::field("/holder", "not_found"))?;
    if to.side == Side::Business && !deciders::left_to_others(tx, scope, new.holder).await? {
        return Err(Error::field("/holder", "decides_anyway"));
    }
    if new.holder.member() == Some(scope.member()) && another_may(tx, scope).await? {
        return Err(Error::field("/holder", "own_right"));
    }
    let by = giver(tx, scope, (&head, new.granted_by)).await?;
    let words = format!("{by}, {}", new.evidence.trim());
    let id = store::insert(tx, scope, (retainer, new, &words), now).await?;
    shown(store::find(tx, scope, id).await?, now)
}

/// The name of who gives a right to decide: somebody of the business who decides. A delegation is
/// not handed on, and of a client's people it is one who is noted as deciding.
async fn giver(tx: &mut Tx, scope: Scope, (head, by): (&Head, Holder)) -> Result<String> {
    let refused = |code| Err(Error::field("/granted_by", code));
    let Some(found) = sided(tx, scope, (head, by)).await? else { return refused("not_found") };
    if found.side == Side::Provider {
        return refused("does_not_decide");
    }
    match by.contact() {
        Some(_) if !store::somebody_decides(tx, scope, head.account_id).await? => {
            refused("nobody_decides")
        }
        Some(_) if deciders::left_to_others(tx, scope, by).await? => refused("does_not_decide"),
        _ => Ok(found.held.name),
    }
}

/// Whether another than the caller could write a delegation down. Who is alone in that writes down
/// their own, with what speaks for it: nobody else could.
async fn another_may(tx: &mut Tx, scope: Scope) -> Result<bool> {
    let others = store::roles_of_others(tx, scope).await?;
    Ok(others.into_iter().any(ManageScope::granted_to))
}

/// Takes a right to decide back, at once. Done again, the first time stays.
///
/// # Errors
/// `not_found`.
pub async fn revoke(
    tx: &mut Tx,
    scope: Scope,
    id: DelegationId,
    now: DateTime<Utc>,
) -> Result<Delegation> {
    store::find(tx, scope, id).await?;
    store::revoke(tx, scope, id, now).await?;
    shown(store::find(tx, scope, id).await?, now)
}
