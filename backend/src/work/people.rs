//! The people that seats are given to: who they are, on which side, and whether they may decide.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, AccountKind, ContactId, Held, Holder, MemberId, RetainerId, Role};
use shared::rules::ownership::{self, Delegation, Side, Standing};

use super::store::{Home, ItemRow};
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

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

stmt!(
    ROLE = "
    SELECT role FROM members WHERE organisation_id = $1 AND id = $2 AND active"
);
stmt!(
    AT_ACCOUNT = "
    SELECT id FROM contacts WHERE organisation_id = $1 AND id = $2 AND account_id = $3"
);

/// On which side of a retainer somebody stands; none if they have no place there.
pub async fn side(
    tx: &mut Tx,
    scope: Scope,
    (account, kind): (AccountId, AccountKind),
    holder: Holder,
) -> Result<Option<Side>> {
    let standing = match holder {
        Holder::Member { id } => {
            let role = tx.opt::<(Role,)>(ROLE.with(args![scope.organisation(), id])).await?;
            role.map(|(role,)| match role {
                Role::Partner => Standing::Partner,
                _ => Standing::Member,
            })
        }
        Holder::Contact { id } => {
            let query = AT_ACCOUNT.with(args![scope.organisation(), id, account]);
            tx.opt::<(ContactId,)>(query).await?.map(|_| Standing::Contact)
        }
    };
    Ok(standing.map(|who| ownership::side_of(kind == AccountKind::Partner, who)))
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
    let side = side(tx, scope, (home.account_id, home.account_kind), holder).await?;
    side.ok_or_else(|| Error::field(field, "not_found"))
}

#[derive(Debug, sqlx::FromRow)]
struct DelegationRow {
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    revoked_at: Option<DateTime<Utc>>,
}

stmt!(
    DELEGATIONS = "
    SELECT starts_on, ends_on, revoked_at FROM delegations
    WHERE organisation_id = $1 AND retainer_id = $2 AND (member_id = $3 OR contact_id = $4)"
);

/// Whether somebody on a side of a retainer may decide on a day. Source: requirement S0-22.
pub async fn may_decide(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (holder, side): (Holder, Side),
    day: NaiveDate,
) -> Result<bool> {
    if side == Side::Business {
        return Ok(true);
    }
    let args = args![scope.organisation(), retainer, holder.member(), holder.contact()];
    let rows: Vec<DelegationRow> = tx.all(DELEGATIONS.with(args)).await?;
    let given = |row: DelegationRow| Delegation {
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        revoked: row.revoked_at.is_some(),
    };
    let given: Vec<Delegation> = rows.into_iter().map(given).collect();
    Ok(ownership::may_decide(side, &given, day))
}

/// Whether the decision owner of an item may decide now.
pub async fn owner_may_decide(
    tx: &mut Tx,
    scope: Scope,
    row: &ItemRow,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(holder) = row.decision_owner() else { return Ok(false) };
    let Some(side) = side(tx, scope, (row.account_id, row.account_kind), holder).await? else {
        return Ok(false);
    };
    let day = today(&row.timezone, now);
    may_decide(tx, scope, row.retainer_id, (holder, side), day).await
}

/// The day in a zone.
pub fn today(zone: &str, now: DateTime<Utc>) -> NaiveDate {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}
