//! What the clock reminds of: of the organisation, and of an account.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountCadence, AccountId, CadenceRule, CadenceSet, ErrorCode, FollowUps, FollowUpsKept,
};
use shared::rules::{cadence, zone};

use super::look::Wanted;
use super::{check_ins, store};
use crate::account_health;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What holds for the organisation.
///
/// # Errors
/// Those of the database.
pub(super) async fn read(tx: &mut Tx, scope: Scope) -> Result<FollowUpsKept> {
    let kept = store::settings(tx, scope).await?;
    let (settings, version) =
        kept.map_or_else(Default::default, |(kept, version)| (kept.0, version));
    Ok(FollowUpsKept { settings, version })
}

/// Says what holds for the organisation; the clock looks at each account anew.
///
/// # Errors
/// `stale`.
pub(super) async fn change(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&FollowUps, i64),
    now: DateTime<Utc>,
) -> Result<FollowUpsKept> {
    if !store::keep(tx, scope, (new, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    account_health::look_at_all_soon(tx, scope, now).await?;
    read(tx, scope).await
}

/// How often an account is checked in with, and when next.
///
/// # Errors
/// `not_found`.
pub(super) async fn of_account(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<AccountCadence> {
    let wanted = Wanted::of(tx, scope, id, now).await?;
    let (set, version) = of_row(store::cadence(tx, scope, id).await?);
    let last = account_health::last_contact(tx, scope, id, now).await?;
    let made = check_ins::last(tx, scope, id).await?;
    let runs = wanted.client && store::runs(tx, scope, id).await?;
    let at = wanted.last_at(last);
    let known = made.as_ref().map(|made| made.known);
    let next_on = cadence::check_in_on((wanted.every, at), known, wanted.zone).filter(|_| runs);
    let open = made.filter(|made| made.known.met.is_none());
    Ok(AccountCadence {
        set,
        every_days: wanted.every.map(i64::from),
        last_on: last.map(|at| zone::local_date(wanted.zone, at)),
        next_on: next_on.map(|day| cadence::working_day(day.max(wanted.today))),
        task_id: open.map(|made| made.task),
        version,
    })
}

/// What was said of an account, with its version.
pub(super) fn of_row(row: Option<store::CadenceRow>) -> (CadenceSet, i64) {
    row.map_or((CadenceSet { rule: CadenceRule::Usual, days: None }, 0), |row| {
        (CadenceSet { rule: row.rule, days: row.days }, row.version)
    })
}

/// Says how often an account is checked in with; the clock looks at it anew.
///
/// # Errors
/// `not_found`; `stale`.
pub(super) async fn set_account(
    tx: &mut Tx,
    scope: Scope,
    (id, new, version): (AccountId, &CadenceSet, i64),
    now: DateTime<Utc>,
) -> Result<AccountCadence> {
    store::account(tx, scope, id).await?;
    if !store::keep_cadence(tx, scope, (id, new, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    account_health::look_soon(tx, scope, id, now).await?;
    of_account(tx, scope, id, now).await
}
