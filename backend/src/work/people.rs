//! The people that seats are given to: who they are, and whether they may hold them.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, ContactId, Held, Holder, MemberId};
use shared::rules::ownership::Side;

use super::store::{Home, ItemRow};
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::{Error, Result};
use crate::{args, deciders, stmt};

/// Names by holder.
#[derive(Debug, Default)]
pub struct Names(HashMap<Holder, String>);

impl Names {
    /// A holder with their name.
    pub fn held(&self, holder: Holder) -> Held {
        Held { holder, name: self.0.get(&holder).cloned().unwrap_or_default() }
    }
    /// The name of a member.
    pub fn member(&self, id: MemberId) -> String {
        self.held(Holder::Member { id }).name
    }
}

stmt!(MEMBERS = "SELECT id, name FROM members WHERE organisation_id = $1");

const CONTACTS: &str = "SELECT c.id, c.name FROM contacts c WHERE c.organisation_id =";

/// The names of everybody here, and at an account; at all accounts if none is named.
pub async fn names(tx: &mut Tx, scope: Scope, account: Option<AccountId>) -> Result<Names> {
    let members: Vec<(MemberId, String)> =
        tx.all(MEMBERS.with(args![scope.organisation()])).await?;
    let contacts = Query::new(CONTACTS)
        .push(" ?", scope.organisation())
        .push_opt(" AND c.account_id = ?", account);
    let contacts: Vec<(ContactId, String)> = tx.all(contacts).await?;
    let members = members.into_iter().map(|(id, name)| (Holder::Member { id }, name));
    let contacts = contacts.into_iter().map(|(id, name)| (Holder::Contact { id }, name));
    Ok(Names(members.chain(contacts).collect()))
}

/// Refuses somebody who does not work here, or is not at the account.
///
/// # Errors
/// `not_found` at the field.
pub async fn known(
    tx: &mut Tx,
    scope: Scope,
    home: &Home,
    (holder, field): (Holder, &str),
) -> Result<Side> {
    let sided = deciders::sided(tx, scope, (home.account_id, home.account_kind), holder).await?;
    sided.map(|one| one.side).ok_or_else(|| Error::field(field, "not_found"))
}

/// Whether the decision owner of an item may decide now.
pub async fn owner_may_decide(
    tx: &mut Tx,
    scope: Scope,
    row: &ItemRow,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(holder) = row.decision_owner() else { return Ok(false) };
    let home = (row.account_id, row.account_kind);
    let Some(sided) = deciders::sided(tx, scope, home, holder).await? else {
        return Ok(false);
    };
    let day = today(&row.timezone, now);
    deciders::may_decide(tx, scope, row.retainer_id, (holder, sided.side), day).await
}

/// The day in a zone.
pub fn today(zone: &str, now: DateTime<Utc>) -> NaiveDate {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}
