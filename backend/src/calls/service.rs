//! What making a rule of calls, changing it and ending it mean.
use chrono::{DateTime, Utc};
use shared::api::{
    CALL_RULES_MAX, CALLS_TOLD, CallRule, CallRuleId, CallRuleSet, ErrorCode, MemberId, Page,
    PlannedCall, PoolTerms, RetainerId,
};
use uuid::Uuid;

use super::ahead::{self, Looked};
use super::replan::replan;
use super::store::{self, RuleRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::delivery::{self, Poster, takes_entries};
use crate::error::Result;
use crate::http::{PageParams, page};

/// Makes a rule, and books its first calls.
///
/// # Errors
/// `not_found`; `retainer_ended`; `calls_full`; `forbidden` for the calls of others; at the field: a
/// holder who does not work here, a pool that counts no sessions.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    (retainer, set): (RetainerId, &CallRuleSet),
    now: DateTime<Utc>,
) -> Result<CallRule> {
    let poster = Poster::load(tx, scope, retainer, now).await?;
    takes_entries(poster.book())?;
    let member = fits(tx, scope, &poster, set).await?;
    has_room(tx, scope, retainer).await?;
    let id = CallRuleId(Uuid::now_v7());
    store::insert(tx, scope, (id, retainer), (set, member), now).await?;
    let row = store::find(tx, scope, id).await?;
    ahead::book(tx, scope, &row, now).await?;
    find(tx, scope, id, now).await
}

/// Refuses a rule more than a retainer may have.
async fn has_room(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<()> {
    match store::count(tx, scope, retainer).await? < CALL_RULES_MAX {
        true => Ok(()),
        false => Err(ErrorCode::CallsFull.into()),
    }
}

/// Who holds the calls, where the rule can be.
async fn fits(tx: &mut Tx, scope: Scope, poster: &Poster, set: &CallRuleSet) -> Result<MemberId> {
    let member = delivery::whose(tx, scope, set.member_id).await?;
    if set.units > 0 {
        let day = poster.today().max(poster.first_day()).max(set.first_on);
        let takes = PoolTerms::takes_sessions;
        poster.pool_that(takes, set.pool.as_deref(), day, "no_session_pool")?;
    }
    Ok(member)
}

/// A rule with its next calls.
///
/// # Errors
/// `not_found`, also for one that was ended.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    now: DateTime<Utc>,
) -> Result<CallRule> {
    let row = store::find(tx, scope, id).await?;
    shown(tx, scope, row, now).await
}

/// The rules of a retainer, in the order in which they were made.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<CallRule>> {
    store::is_known(tx, scope, retainer).await?;
    let of = (retainer, paging.after()?);
    let rows = store::list(tx, scope, of, paging.limit + 1).await?;
    let Page { items: rows, next_cursor } = page(rows, paging.limit, |row| row.id);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(shown(tx, scope, row, now).await?);
    }
    Ok(Page { items, next_cursor })
}

/// Replaces what a rule says: what nobody touched of its calls to come moves with it.
///
/// # Errors
/// Those of [`create`]; `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CallRuleId, i64),
    set: &CallRuleSet,
    now: DateTime<Utc>,
) -> Result<CallRule> {
    let old = own(tx, scope, (id, version)).await?;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    takes_entries(poster.book())?;
    let member = fits(tx, scope, &poster, set).await?;
    if !store::change(tx, scope, (id, version), (set, member), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    let new = store::find(tx, scope, id).await?;
    replan(tx, scope, (&old, &new), now).await?;
    ahead::book(tx, scope, &new, now).await?;
    find(tx, scope, id, now).await
}

/// Ends a rule: what nobody touched of its calls to come is removed.
///
/// # Errors
/// `not_found`; `stale`; `forbidden` for the calls of others.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CallRuleId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = own(tx, scope, (id, version)).await?;
    let today = Looked::at(&row, now)?.today;
    for one in store::days(tx, scope, id, today).await? {
        if one.is_untouched(now) {
            ahead::take_back(tx, scope, &row, &one, now).await?;
        }
    }
    match store::end(tx, scope, (id, version), now).await? {
        true => Ok(()),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Takes back the end of a rule: what it booked is booked again, but for what somebody changed. One
/// that was not ended stays as it is.
///
/// # Errors
/// `not_found`; `retainer_ended`; `calls_full`; `forbidden` for the calls of others.
pub async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    now: DateTime<Utc>,
) -> Result<CallRule> {
    let row = store::find_any(tx, scope, id).await?;
    delivery::may_act_for(scope, row.member_id)?;
    if row.ended {
        let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
        takes_entries(poster.book())?;
        has_room(tx, scope, row.retainer_id).await?;
        store::reopen(tx, scope, id, now).await?;
        ahead::book(tx, scope, &row, now).await?;
    }
    find(tx, scope, id, now).await
}

/// A rule that the caller may change, at the version they saw.
async fn own(tx: &mut Tx, scope: Scope, (id, version): (CallRuleId, i64)) -> Result<RuleRow> {
    let row = store::find(tx, scope, id).await?;
    delivery::may_act_for(scope, row.member_id)?;
    if row.version == version { Ok(row) } else { Err(ErrorCode::Stale.into()) }
}

async fn shown(tx: &mut Tx, scope: Scope, row: RuleRow, now: DateTime<Utc>) -> Result<CallRule> {
    let looked = Looked::at(&row, now)?;
    let known = store::days(tx, scope, row.id, looked.today).await?;
    let days = looked.set.plan().next(looked.today, CALLS_TOLD + known.len() + 1);
    let mut next = Vec::new();
    for on in days {
        let booked = known.iter().find(|one| one.day == on);
        let call = match booked {
            Some(one) if one.is_ahead(now) => {
                let session_id = Some(one.session_id);
                PlannedCall { on, starts_at: one.starts_at, session_id }
            }
            None if looked.begins(on) > now => {
                PlannedCall { on, starts_at: looked.begins(on), session_id: None }
            }
            _ => continue,
        };
        next.push(call);
    }
    next.truncate(CALLS_TOLD);
    let rule = looked.set;
    Ok(CallRule {
        id: row.id,
        retainer_id: row.retainer_id,
        member_name: row.member_name.clone(),
        timezone: row.timezone.clone(),
        rule,
        next,
        not_booked: row.not_booked(),
        version: row.version,
    })
}
