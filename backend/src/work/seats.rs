//! Seats and inputs: who holds what, and what has come.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Holder, WorkColumn, WorkEventKind, WorkInput, WorkInputChange, WorkInputsChange, WorkItem,
    WorkItemId, WorkSeatsChange,
};
use shared::rules::ownership::Side;
use shared::rules::work::{gate, level};
use sqlx::types::Json;

use super::people;
use super::save::Happened;
use super::service::{at_version, keep, ready, trimmed};
use super::steps::not_delivered;
use super::store::{Home, ItemRow};
use super::view;
use crate::auth::{ManageScope, Scope};
use crate::db::Tx;
use crate::deciders;
use crate::error::{Error, Result};

/// Gives the seats anew.
///
/// # Errors
/// `stale`; at the field: somebody who has no place there, a decision owner without delegation, or
/// named by who may not; who does the work as its reviewer, where its level wants the check.
/// `work_not_ready` if work that has begun would lose what it needed to begin; `work_delivered` if
/// it were another who did what was delivered. What another does is checked anew.
pub async fn set_seats(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (seats, version): (&WorkSeatsChange, i64),
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = at_version(tx, scope, id, version).await?;
    let home = home_of(&row);
    let day = people::today(&row.timezone, now);
    let before = row.clone();
    seat(tx, scope, (&mut row, &home), (seats, ""), day).await?;
    // Else whoever did it would hand it on to check or judge it themselves.
    let was = before.execution_owner();
    if was.is_some() && was != row.execution_owner() {
        match row.stage {
            WorkColumn::Delivered if before.execution_left => {}
            WorkColumn::Delivered => not_delivered(&row)?,
            _ => row.review_passed = false,
        }
    }
    if row.stage >= WorkColumn::InProgress {
        let known = view::readiness(&row, true);
        let known = gate::Readiness { inputs_missing: Vec::new(), goal: true, ..known };
        ready(&gate::missing(WorkColumn::InProgress, &known))?;
    }
    let names = people::names(tx, scope, Some(row.account_id)).await?;
    let name = |holder: Option<Holder>| holder.map(|holder| names.held(holder).name);
    let seats = [
        ("decision", before.decision_owner(), row.decision_owner()),
        ("execution", before.execution_owner(), row.execution_owner()),
        ("input", before.input_owner(), row.input_owner()),
        ("review", before.review_owner(), row.review_owner()),
    ];
    let changed = seats.into_iter().filter(|(_, was, becomes)| was != becomes);
    let told = |(seat, was, becomes): (&str, _, _)| {
        Happened::saying(WorkEventKind::Seated, Some(seat)).between(name(was), name(becomes))
    };
    let events: Vec<Happened> = changed.map(told).collect();
    keep(tx, scope, &row, &events, now).await
}

/// The retainer of an item.
pub fn home_of(row: &ItemRow) -> Home {
    Home {
        account_id: row.account_id,
        account_kind: row.account_kind,
        timezone: row.timezone.clone(),
        ended: false,
    }
}

/// Gives the seats, whose fields lie at a prefix.
pub async fn seat(
    tx: &mut Tx,
    scope: Scope,
    (row, home): (&mut ItemRow, &Home),
    (seats, at): (&WorkSeatsChange, &str),
    day: NaiveDate,
) -> Result<()> {
    let decision = format!("{at}/decision");
    if let Some(holder) = seats.decision.filter(|holder| Some(*holder) != row.decision_owner()) {
        let side = people::known(tx, scope, home, (holder, &decision)).await?;
        let may = deciders::may_decide(tx, scope, row.retainer_id, (holder, side), day).await?;
        match side {
            _ if may => {}
            Side::Provider => return Err(Error::field(&decision, "not_delegated")),
            Side::Business => return Err(Error::field(&decision, "does_not_decide")),
        }
    }
    if seats.decision != row.decision_owner() && !may_name(scope, row.decision_owner(), seats) {
        return Err(Error::field(&decision, "by_manager"));
    }
    let me = Some(Holder::Member { id: scope.member() });
    let was_so = row.execution_owner() == me && row.review_owner() == me;
    if seats.review == me
        && does(scope, seats.execution)
        && !was_so
        && level::needs_review(row.level)
    {
        return Err(Error::field(&format!("{at}/review"), "own_work"));
    }
    let others = [
        ("execution", seats.execution, row.execution_owner()),
        ("input", seats.input, row.input_owner()),
        ("review", seats.review, row.review_owner()),
    ];
    for (name, holder, was) in others {
        if let Some(holder) = holder.filter(|holder| Some(*holder) != was) {
            people::known(tx, scope, home, (holder, &format!("{at}/{name}"))).await?;
        }
    }
    for (place, id) in seats.contributors.iter().enumerate() {
        let holder = Holder::Member { id: *id };
        let field = format!("{at}/contributors/{place}");
        people::known(tx, scope, home, (holder, &field)).await?;
    }
    let split = |holder: Option<Holder>| {
        (holder.and_then(Holder::member), holder.and_then(Holder::contact))
    };
    (row.decision_member, row.decision_contact) = split(seats.decision);
    // A new one is known to be here.
    row.execution_left &= seats.execution == row.execution_owner();
    (row.execution_member, row.execution_contact) = split(seats.execution);
    (row.input_member, row.input_contact) = split(seats.input);
    (row.review_member, row.review_contact) = split(seats.review);
    let mut contributors = seats.contributors.clone();
    contributors.sort_unstable();
    contributors.dedup();
    row.contributors = Json(contributors);
    // It is a word about these two: it goes when they differ.
    let same = seats.decision.is_some() && seats.decision == seats.execution;
    row.same_person = same && seats.same_person_confirmed;
    Ok(())
}

/// Whether the caller may say who decides: who manages the scope, whoever holds the seat, and where
/// nobody does everybody, but not for themselves. Else the one who does the work could take the
/// seat and approve it. Source: requirements S0-18, S0-22.
fn may_name(scope: Scope, was: Option<Holder>, seats: &WorkSeatsChange) -> bool {
    let me = Holder::Member { id: scope.member() };
    scope.may::<ManageScope>() || was == Some(me) || (was.is_none() && seats.decision != Some(me))
}

/// Whether the caller does the work, and does not manage the scope besides: in a firm of one whoever
/// does it checks it too. Source: requirements S0-19, S0-20.
pub(super) fn does(scope: Scope, execution: Option<Holder>) -> bool {
    execution == Some(Holder::Member { id: scope.member() }) && !scope.may::<ManageScope>()
}

/// The name of who writes.
pub async fn recorder(tx: &mut Tx, scope: Scope) -> Result<String> {
    Ok(people::names(tx, scope, None).await?.member(scope.member()))
}

/// Sets the checklist of inputs. What was supplied keeps who wrote it down, and when. What was
/// required and is not any more leaves a trace with the reason. Source: requirement S0-21.
///
/// # Errors
/// `stale`; at `/reason` where something required goes without one.
pub async fn set_inputs(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (change, version): (&WorkInputsChange, i64),
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = at_version(tx, scope, id, version).await?;
    let name = recorder(tx, scope).await?;
    let made = supplied(&row.inputs.0, &change.inputs, name, now);
    let still = |old: &&WorkInput| made.iter().any(|new| new.required && new.name == old.name);
    let waived = row.inputs.0.iter().filter(|old| old.required && !still(old));
    let waived: Vec<String> = waived.map(|old| old.name.clone()).collect();
    let reason = trimmed(change.reason.as_deref());
    if !waived.is_empty() && reason.is_none() {
        return Err(Error::field("/reason", "required"));
    }
    let fresh = made.iter().filter(|input| !row.inputs.0.contains(input));
    let told = |input: &WorkInput| {
        Happened::saying(WorkEventKind::Supplied, Some(&input.name))
            .between(None, input.supplied.clone())
    };
    let mut events: Vec<Happened> = fresh.map(told).collect();
    let goes = |name| {
        Happened::saying(WorkEventKind::Changed, reason.as_deref()).between(Some(name), None)
    };
    events.extend(waived.into_iter().map(goes));
    row.inputs = Json(made);
    keep(tx, scope, &row, &events, now).await
}

/// A checklist as it is kept: what was supplied keeps who wrote it down, and when.
pub fn supplied(
    before: &[WorkInput],
    inputs: &[WorkInputChange],
    by: String,
    now: DateTime<Utc>,
) -> Vec<WorkInput> {
    let make = |new: &WorkInputChange| {
        let (name, text) = (new.name.trim().to_owned(), trimmed(new.supplied.as_deref()));
        let known = before.iter().find(|old| old.name == name && old.supplied == text);
        let (supplied_by, supplied_at) = match known {
            Some(old) => (old.supplied_by.clone(), old.supplied_at),
            None => (text.is_some().then(|| by.clone()), text.is_some().then_some(now)),
        };
        WorkInput { name, required: new.required, supplied: text, supplied_by, supplied_at }
    };
    inputs.iter().map(make).collect()
}
