//! What ranking and planning a cycle mean. Source: requirements S0-3, S0-14, S3-35.
use chrono::{DateTime, Utc};
use shared::api::{
    CycleId, CycleStatus, ErrorCode, NOTE_MAX, PRIORITIES_OF_CYCLE_MAX, PlannedPriority, Priority,
    PriorityId, PriorityList, PriorityListSet, PriorityPlan, PrioritySet,
};
use shared::rules::plan;

use super::effort;
use super::store::{self, ListRow, Place};
use crate::auth::Scope;
use crate::cycles::store::{self as cycles, CycleRow};
use crate::cycles::{Book, PoolBook, balance_in};
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::signals;

/// What parts the titles of what was put off for a priority.
const BETWEEN: &str = "; ";

/// What comes first in a cycle.
///
/// # Errors
/// `not_found`.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<PriorityList> {
    let row = cycles::find_cycle(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let place = (row.retainer_id, row.seq);
    let kept = store::list(tx, scope, place).await?;
    let priorities = store::of_cycle(tx, scope, row.retainer_id, row.seq).await?;
    let (set_by, set_at) = kept.as_ref().map_or((None, None), |kept| (kept.set_by, kept.set_at));
    let set_on = set_at.map(|at| book.zones.local_date(at));
    // A cycle ends before the first day of the next.
    let days = (row.starts_on, row.ends_on.pred_opt().unwrap_or(row.ends_on));
    let listed: Vec<PriorityId> = priorities.iter().map(|one| one.id).collect();
    let on = (&[row.retainer_id][..], &listed[..]);
    let drawn = signals::effort_on(tx, scope, on, days).await?;
    let (by_channel, other_channels) = effort::by_channel(&drawn);
    let pool = main_pool(&book, &row);
    let terms = pool.and_then(|pool| {
        Some((pool.pool.id, pool.agreed(days.0).or_else(|| pool.agreed(days.1))?))
    });
    Ok(PriorityList {
        cycle_id: row.id,
        retainer_id: row.retainer_id,
        seq: row.seq,
        set_by,
        set_at,
        late: set_by.is_some_and(|by| set_on.unwrap_or(book.today) > by),
        by_priority: effort::by_priority(&drawn, &priorities, terms),
        by_channel,
        other_channels,
        pool: pool.map(|pool| pool.shown(&row)),
        priorities,
        version: kept.map_or(0, |kept| kept.version),
    })
}

/// The pool whose units are planned: the first that counts in the cycle.
fn main_pool<'a>(book: &'a Book, row: &CycleRow) -> Option<PoolBook<'a>> {
    book.each_pool().find(|pool| pool.counts_in(row))
}

/// Sets what comes first in a cycle. What leaves the list keeps its row without a rank.
///
/// # Errors
/// `not_found`; `stale`; `cycle_closed` for anything but what was reached; at the field: a priority
/// that is not one of this cycle, one to carry that is not of this retainer.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    (new, version): (&PriorityListSet, i64),
    now: DateTime<Utc>,
) -> Result<PriorityList> {
    let row = cycles::find_cycle(tx, scope, id).await?;
    let (retainer, place) = (row.retainer_id, (row.retainer_id, row.seq));
    let kept = store::list(tx, scope, place).await?;
    let before = store::of_cycle(tx, scope, retainer, row.seq).await?;
    if row.status == CycleStatus::Closed && !only_reached(new, kept.as_ref(), &before) {
        return Err(ErrorCode::CycleClosed.into());
    }
    let known = store::ids_of_cycle(tx, scope, place).await?;
    let earlier = store::ids_before(tx, scope, place).await?;
    for (at, one) in new.priorities.iter().enumerate() {
        let fault = |field: &str| Error::field(&format!("/priorities/{at}/{field}"), "not_found");
        if one.id.is_some_and(|id| !known.contains(&id)) {
            return Err(fault("id"));
        }
        if one.carried_from.is_some_and(|id| !earlier.contains(&id)) {
            return Err(fault("carried_from"));
        }
        // What was drawn on it would be told of the first alone. What was so before stays.
        let was_so = |of: &PrioritySet| {
            before.iter().any(|b| Some(b.id) == of.id && b.carried_from == of.carried_from)
        };
        let is_new = one.carried_from.is_some() && !was_so(one);
        let taken = |(place, other): (usize, &PrioritySet)| {
            other.carried_from == one.carried_from && (place < at || place > at && was_so(other))
        };
        if is_new && new.priorities.iter().enumerate().any(taken) {
            return Err(Error::field(&format!("/priorities/{at}/carried_from"), "exists"));
        }
    }
    // The day on which it was first set counts, however often it is set again.
    let set_at = kept.and_then(|kept| kept.set_at).or((!new.priorities.is_empty()).then_some(now));
    let list = ListRow { set_by: new.set_by, set_at, version };
    match store::set_list(tx, scope, place, &list, now).await {
        Ok(true) => {}
        Ok(false) | Err(Error::Db(DbError::Unique(_))) => return Err(ErrorCode::Stale.into()),
        Err(error) => return Err(error),
    }
    store::unrank(tx, scope, place).await?;
    for (rank, one) in (1..).zip(&new.priorities) {
        write(tx, scope, (place, rank), (one, &before), now).await?;
    }
    self::list(tx, scope, id, now).await
}

/// Sets the priorities of a retainer's cycle, by its number, for the first time.
///
/// # Errors
/// Those of [`set`].
pub(crate) async fn set_numbered(
    tx: &mut Tx,
    scope: Scope,
    place: Place,
    new: &PriorityListSet,
    now: DateTime<Utc>,
) -> Result<()> {
    let cycle = store::cycle_numbered(tx, scope, place).await?.ok_or(ErrorCode::NotFound)?;
    set(tx, scope, cycle, (new, 0), now).await.map(drop)
}

/// Notes that a priority was reached.
///
/// # Errors
/// Those of [`set`].
pub(crate) async fn reach(
    tx: &mut Tx,
    scope: Scope,
    place: Place,
    title: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let cycle = store::cycle_numbered(tx, scope, place).await?.ok_or(ErrorCode::NotFound)?;
    let PriorityList { set_by, priorities, version, .. } = list(tx, scope, cycle, now).await?;
    let reached = |one: Priority| {
        let done = one.done_at.is_some() || one.title == title;
        PrioritySet { done, ..again(one) }
    };
    let priorities = priorities.into_iter().map(reached).collect();
    set(tx, scope, cycle, (&PriorityListSet { set_by, priorities }, version), now).await.map(drop)
}

/// A priority as it is, to be set again.
fn again(one: Priority) -> PrioritySet {
    PrioritySet {
        id: Some(one.id),
        done: one.done_at.is_some(),
        title: one.title,
        outcome: one.outcome,
        channel: one.channel,
        planned: one.planned,
        displaced: one.displaced,
        carried_from: one.carried_from,
    }
}

/// Moves a priority to the end of the next cycle's list; what it is there.
///
/// # Errors
/// `not_found` for one that is not in the list; at the field if the next list is full; those of
/// [`set`].
pub(crate) async fn displace(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): Place,
    (id, field): (PriorityId, &str),
    now: DateTime<Utc>,
) -> Result<PriorityId> {
    let this = store::cycle_numbered(tx, scope, (retainer, seq)).await?;
    let next = store::cycle_numbered(tx, scope, (retainer, seq + 1)).await?;
    let (this, next) = this.zip(next).ok_or(ErrorCode::NotFound)?;
    let PriorityList { set_by, priorities, version, .. } = list(tx, scope, this, now).await?;
    let (gone, rest): (Vec<_>, Vec<_>) = priorities.into_iter().partition(|one| one.id == id);
    let gone = gone.into_iter().next().ok_or(ErrorCode::NotFound)?;
    let priorities = rest.into_iter().map(again).collect();
    set(tx, scope, this, (&PriorityListSet { set_by, priorities }, version), now).await?;
    let PriorityList { set_by, priorities, version, .. } = list(tx, scope, next, now).await?;
    if let Some(there) = priorities.iter().find(|one| one.carried_from == Some(id)) {
        // It was carried over before, and put on the list again since.
        return Ok(there.id);
    }
    if priorities.len() >= PRIORITIES_OF_CYCLE_MAX {
        return Err(Error::field(field, "does_not_fit"));
    }
    let mut priorities: Vec<PrioritySet> = priorities.into_iter().map(again).collect();
    let carried = PrioritySet { id: None, done: false, carried_from: Some(id), ..again(gone) };
    priorities.push(carried);
    let new = PriorityListSet { set_by, priorities };
    let made = set(tx, scope, next, (&new, version), now).await?;
    let there = made.priorities.iter().find(|one| one.carried_from == Some(id));
    there.map(|one| one.id).ok_or(ErrorCode::NotFound.into())
}

/// Writes beside a priority of a cycle what a swap put off for it, or takes those words away again.
/// Nothing happens to one that is not in the list. Source: requirement S3-35.
///
/// # Errors
/// Those of [`set`].
pub(crate) async fn displaced_by(
    tx: &mut Tx,
    scope: Scope,
    place: Place,
    (id, title, waits): (PriorityId, &str, bool),
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(cycle) = store::cycle_numbered(tx, scope, place).await? else { return Ok(()) };
    let PriorityList { set_by, priorities, version, .. } = list(tx, scope, cycle, now).await?;
    let Some(own) = priorities.iter().find(|one| one.id == id) else { return Ok(()) };
    let said = own.displaced.clone().unwrap_or_default();
    let others = said.split(BETWEEN).filter(|one| !one.is_empty() && *one != title);
    let words: Vec<&str> = others.chain(waits.then_some(title)).collect();
    let words = words.join(BETWEEN);
    if words == said || words.chars().count() > NOTE_MAX {
        return Ok(());
    }
    let told = |one: Priority| match one.id == id {
        true => PrioritySet { displaced: Some(words.clone()), ..again(one) },
        false => again(one),
    };
    let priorities = priorities.into_iter().map(told).collect();
    set(tx, scope, cycle, (&PriorityListSet { set_by, priorities }, version), now).await.map(drop)
}

async fn write(
    tx: &mut Tx,
    scope: Scope,
    (place, rank): (Place, i64),
    (one, before): (&PrioritySet, &[Priority]),
    now: DateTime<Utc>,
) -> Result<()> {
    let reached = one.id.and_then(|id| before.iter().find(|known| known.id == id)?.done_at);
    let done_at = one.done.then(|| reached.unwrap_or(now));
    match one.id {
        Some(id) => store::change(tx, scope, (id, rank), (one, done_at)).await,
        None => store::insert(tx, scope, (place, rank), (one, done_at), now).await,
    }
}

/// Whether a list differs from the one that is kept in nothing but what was reached.
fn only_reached(new: &PriorityListSet, kept: Option<&ListRow>, before: &[Priority]) -> bool {
    let same = |(one, known): (&PrioritySet, &Priority)| {
        one.id == Some(known.id)
            && one.title.trim() == known.title
            && present(&one.outcome) == known.outcome.as_deref()
            && present(&one.channel) == known.channel.as_deref()
            && one.planned == known.planned
            && present(&one.displaced) == known.displaced.as_deref()
            && one.carried_from == known.carried_from
    };
    new.set_by == kept.and_then(|kept| kept.set_by)
        && new.priorities.len() == before.len()
        && new.priorities.iter().zip(before).all(same)
}

/// A text that says something.
pub(super) fn present(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// A draft of what comes first in a cycle: what the closing of the cycle before named for it, and
/// what was not reached there, with what was planned for it. Source: requirement S0-14.
///
/// # Errors
/// `not_found`.
pub async fn plan(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<PriorityPlan> {
    let row = cycles::find_cycle(tx, scope, id).await?;
    let retainer = row.retainer_id;
    let book = Book::load(tx, scope, retainer, now).await?;
    let before = store::cycle_numbered(tx, scope, (retainer, row.seq - 1)).await?;
    let last = store::of_cycle(tx, scope, retainer, row.seq - 1).await?;
    let named = match before {
        Some(cycle) => cycles::closing_record(tx, scope, cycle).await?,
        None => None,
    };
    let named = named.map(|record| record.priorities).unwrap_or_default();
    let known: Vec<plan::Last> = last.iter().map(as_last).collect();
    let mut drafted: Vec<PlannedPriority> =
        plan::draft(&known, &named).into_iter().map(|one| planned(one, &last, &named)).collect();
    let rest = drafted.split_off(drafted.len().min(PRIORITIES_OF_CYCLE_MAX));
    let pool = main_pool(&book, &row);
    let open = book.open.iter().any(|open| open.id == row.id);
    let balance = pool.filter(|_| open).map(|pool| balance_in(pool, &row)).transpose()?;
    Ok(PriorityPlan {
        cycle_id: row.id,
        seq: row.seq,
        from_cycle_id: before,
        set_by: row.starts_on,
        pool: pool.map(|pool| pool.shown(&row)),
        available: balance.map(|balance| balance.available),
        planned_last: last.iter().filter_map(|one| one.planned).sum(),
        priorities: drafted,
        left_out: rest.into_iter().map(|one| one.title).collect(),
    })
}

fn as_last(one: &Priority) -> plan::Last {
    plan::Last { title: one.title.clone(), done: one.done_at.is_some() }
}

fn planned(one: plan::Drafted, last: &[Priority], named: &[String]) -> PlannedPriority {
    let before = one.last.and_then(|place| last.get(place));
    let title = one.title.to_lowercase();
    let carried: Option<PriorityId> = before.filter(|_| one.carried).map(|before| before.id);
    PlannedPriority {
        named: named.iter().any(|name| name.trim().to_lowercase() == title),
        title: one.title,
        outcome: before.and_then(|before| before.outcome.clone()),
        channel: before.and_then(|before| before.channel.clone()),
        planned: before.and_then(|before| before.planned),
        carried_from: carried,
    }
}
