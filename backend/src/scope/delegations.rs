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
use super::store::head;
use crate::auth::Scope;
use crate::db::Tx;
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

/// Gives somebody of the side that serves the right to decide.
///
/// # Errors
/// `not_found`; at `/holder` for somebody who is not there, or who decides already.
pub(crate) async fn delegate(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewDelegation),
    now: DateTime<Utc>,
) -> Result<Delegation> {
    let head = head(tx, scope, retainer).await?;
    let sided = sided(tx, scope, (&head, new.holder)).await?;
    match sided.map(|one| one.side) {
        None => return Err(Error::field("/holder", "not_found")),
        Some(Side::Business) => return Err(Error::field("/holder", "decides_anyway")),
        Some(Side::Provider) => {}
    }
    let id = store::insert(tx, scope, (retainer, new), now).await?;
    shown(store::find(tx, scope, id).await?, now)
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
