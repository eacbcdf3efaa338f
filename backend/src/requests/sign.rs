//! Agreeing at an address to the change of scope that was offered for a request. Source:
//! requirements S0-22, S0-33.
use chrono::{DateTime, Utc};
use shared::api::{
    ActAnswer, ActReceipt, ContactId, ErrorCode, Holder, NewScopeDecision, OrderHold,
    ScopeChangeState,
};

use super::act::{receipt, seen};
use super::intake::trimmed;
use super::store::{self, RequestRow};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::text::fold;
use crate::{args, scope as scopes, stmt};

/// Somebody at the account, and whether they decide about the retainer: of a client who is noted
/// as deciding, of anybody whose delegation holds.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Person {
    id: ContactId,
    name: String,
    decides: bool,
}

stmt!(
    PEOPLE = "
    SELECT c.id, c.name, ((c.decides AND a.kind = 'client') OR EXISTS (
        SELECT 1 FROM delegations d
        WHERE d.organisation_id = c.organisation_id AND d.contact_id = c.id
            AND d.retainer_id = $3 AND d.revoked_at IS NULL AND d.starts_on <= $4
            AND (d.ends_on IS NULL OR d.ends_on > $4))) AS decides
    FROM contacts c
    JOIN accounts a ON a.organisation_id = c.organisation_id AND a.id = c.account_id
    WHERE c.organisation_id = $1 AND c.account_id = $2 ORDER BY c.id"
);

async fn people(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    now: DateTime<Utc>,
) -> Result<Vec<Person>> {
    let day = view::today(row, now)?;
    let args = args![scope.organisation(), row.account_id, row.retainer_id, day];
    Ok(tx.all(PEOPLE.with(args)).await?)
}

/// Whether the address is that of somebody who decides. Who sends a request by the form of a
/// retainer gives any name they like, and gets the address: it signs nothing until somebody here
/// has said who they are.
fn may_sign(row: &RequestRow, people: &[Person]) -> bool {
    people.iter().any(|one| row.asker_contact_id == Some(one.id) && one.decides)
}

/// Why what is offered for a request cannot be accepted at its address now; none if it can, or
/// where nothing is offered.
///
/// # Errors
/// Those of the database.
pub async fn hold(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    now: DateTime<Utc>,
) -> Result<Option<OrderHold>> {
    let open = row.scope_change_state == Some(ScopeChangeState::Proposed);
    let Some(change) = row.scope_change_id.filter(|_| open) else { return Ok(None) };
    if !may_sign(row, &people(tx, scope, row, now).await?) {
        return Ok(Some(OrderHold::NotDecider));
    }
    scopes::change_held(tx, scope, change, now).await
}

/// Accepts or declines the change of scope that was offered for a request, and that its asker has
/// read, by the name of somebody at its account who decides about the retainer. Once.
///
/// # Errors
/// `not_asked` where none was offered; `offer_changed` for another than the one that was read;
/// `scope_change_decided`; `may_not_decide` for an asker who does not, or is not known; at
/// `/asker_name`: nobody of that name, or nobody who decides; `offer_held` for what cannot be
/// accepted now; those of accepting a change.
pub async fn sign(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    (accepts, new): (bool, &ActAnswer),
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let change = row.scope_change_id.ok_or(ErrorCode::NotAsked)?;
    if new.order_number != row.scope_change_number {
        return Err(ErrorCode::OfferChanged.into());
    }
    if row.scope_change_state != Some(ScopeChangeState::Proposed) {
        return Err(ErrorCode::ScopeChangeDecided.into());
    }
    let people = people(tx, scope, row, now).await?;
    if !may_sign(row, &people) {
        return Err(ErrorCode::MayNotDecide.into());
    }
    let name = trimmed(new.asker_name.as_deref()).unwrap_or_default();
    let mut named = people.into_iter().filter(|one| fold(&one.name) == fold(&name)).peekable();
    named.peek().ok_or_else(|| Error::field("/asker_name", "no_such_name"))?;
    let signer = named.find(|one| one.decides);
    let signer = signer.ok_or_else(|| Error::field("/asker_name", "does_not_decide"))?;
    let how = NewScopeDecision {
        decided_by: Holder::Contact { id: signer.id },
        evidence: Some(format!("Link of request #{}, signed {name}", row.number)),
    };
    if accepts {
        if scopes::change_held(tx, scope, change, now).await?.is_some() {
            return Err(ErrorCode::OfferHeld.into());
        }
        scopes::accept(tx, scope, (change, &how), now).await?;
    } else {
        scopes::decline(tx, scope, (change, &how), now).await?;
    }
    let row = store::find(tx, scope, row.id).await?;
    Ok(receipt(seen(&row, None), Vec::new()))
}
