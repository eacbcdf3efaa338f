//! On which side of a retainer somebody stands, and whether they may decide about it. Scopes and
//! work both ask: people and delegations are read, nothing is written. Source: requirements S0-18,
//! S0-22.
use chrono::NaiveDate;
use shared::api::{AccountId, AccountKind, ContactId, Held, Holder, RetainerId, Role};
use shared::rules::ownership::{self, Delegation, Side, Standing};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Somebody, by name, and on which side of a retainer they stand.
#[derive(Debug, Clone)]
pub(crate) struct Sided {
    pub held: Held,
    pub side: Side,
}

stmt!(
    MEMBER = "
    SELECT name, role FROM members WHERE organisation_id = $1 AND id = $2 AND active"
);
stmt!(
    CONTACT = "
    SELECT name FROM contacts WHERE organisation_id = $1 AND id = $2 AND account_id = $3"
);

/// Somebody by name and side; none if they do not work here, or not at the account.
///
/// # Errors
/// Those of the database.
pub(crate) async fn sided(
    tx: &mut Tx,
    scope: Scope,
    (account, kind): (AccountId, AccountKind),
    holder: Holder,
) -> Result<Option<Sided>> {
    let organisation = scope.organisation();
    let found = match holder {
        Holder::Member { id } => {
            let row: Option<(String, Role)> = tx.opt(MEMBER.with(args![organisation, id])).await?;
            row.map(|(name, role)| match role {
                Role::Partner => (name, Standing::Partner),
                _ => (name, Standing::Member),
            })
        }
        Holder::Contact { id } => {
            let query = CONTACT.with(args![organisation, id, account]);
            tx.opt::<(String,)>(query).await?.map(|(name,)| (name, Standing::Contact))
        }
    };
    let partner = kind == AccountKind::Partner;
    Ok(found.map(|(name, standing)| Sided {
        held: Held { holder, name },
        side: ownership::side_of(partner, standing),
    }))
}

#[derive(Debug, Clone, Copy, sqlx::FromRow)]
struct GivenRow {
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    revoked: bool,
}

// Where somebody at the account is noted as deciding, the others there do not.
stmt!(
    LEFT_TO_OTHERS = "
    SELECT c.id FROM contacts c
    WHERE c.organisation_id = $1 AND c.id = $2 AND NOT c.decides AND EXISTS (
        SELECT 1 FROM contacts o
        WHERE o.organisation_id = c.organisation_id AND o.account_id = c.account_id AND o.decides)"
);

/// Whether somebody leaves the decision to others at their account: they are not noted as one who
/// decides, and another there is. Where nobody is noted, nobody does.
///
/// # Errors
/// Those of the database.
pub(crate) async fn left_to_others(tx: &mut Tx, scope: Scope, holder: Holder) -> Result<bool> {
    let Some(contact) = holder.contact() else { return Ok(false) };
    let query = LEFT_TO_OTHERS.with(args![scope.organisation(), contact]);
    Ok(tx.opt::<(ContactId,)>(query).await?.is_some())
}

const GIVEN: &str = "
    SELECT starts_on, ends_on, revoked_at IS NOT NULL AS revoked FROM delegations
    WHERE organisation_id =";

/// Whether somebody on a side of a retainer may decide on a day.
///
/// # Errors
/// Those of the database.
pub(crate) async fn may_decide(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (holder, side): (Holder, Side),
    day: NaiveDate,
) -> Result<bool> {
    let query = Query::new(GIVEN)
        .push(" ?", scope.organisation())
        .push(" AND retainer_id = ?", retainer)
        .push_opt(" AND member_id = ?", holder.member())
        .push_opt(" AND contact_id = ?", holder.contact());
    let given = |row: GivenRow| Delegation {
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        revoked: row.revoked,
    };
    let left = left_to_others(tx, scope, holder).await?;
    let given: Vec<Delegation> = match side {
        Side::Business if !left => Vec::new(),
        _ => tx.all(query).await?.into_iter().map(given).collect(),
    };
    Ok(ownership::may_decide((side, left), &given, day))
}
