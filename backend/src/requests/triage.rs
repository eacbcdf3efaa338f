//! What giving a request its verdict means: each changes the books, the board or the scope as it
//! said it would, in one transaction. Source: requirements S0-2, S0-32.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, FieldError, NewRequestTriage, Request, RequestEventKind, RequestId, RequestMatchSet,
    RequestState, RequestTriage, RequestVerdict, RetainerState, ScopeChangeState, ScopeMatch,
    VerdictEffect, VerdictRefusal,
};
use shared::rules::requests::verdicts;
use sqlx::types::Json;

use super::effects::Desk;
use super::intake::{at_version, keep, set_match, trimmed};
use super::make::{self, Making};
use super::outcome::{self, Done, Kept, Raised};
use super::store::{self, Happened, RequestRow};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{approvals, cycles, identity, priorities, work};

/// Gives a request its verdict, or another one while nothing that came of it has begun.
///
/// # Errors
/// `stale`; `request_decided` for one that was withdrawn; `request_begun`, `change_order_open`;
/// `retainer_ended`; at the field: no match to the scope or one that has ended, a verdict that is
/// not open, no reason where
/// one is needed, what a swap cannot displace, a change of scope that cannot be.
pub(crate) async fn triage(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    (new, version): (&NewRequestTriage, i64),
    now: DateTime<Utc>,
) -> Result<Request> {
    let mut row = at_version(tx, scope, id, version).await?;
    if row.state == RequestState::Withdrawn {
        return Err(ErrorCode::RequestDecided.into());
    }
    let retainer = row.retainer_id;
    let mut book = cycles::close_due(tx, scope, retainer, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    // The line of a match that is kept may have ended since, but by a change of scope of its own.
    // Source: requirement S0-2.
    let free = row.scope_change_id.is_none();
    let kept = row
        .match_kind
        .filter(|_| free)
        .map(|kind| RequestMatchSet { kind, line_id: row.match_line_id });
    if let Some(set) = new.scope_match.or(kept) {
        set_match(tx, scope, &mut row, (set, "/scope_match"), now).await?;
    }
    let matched = row.match_kind.ok_or_else(|| Error::field("/scope_match", "required"))?;
    let reason = trimmed(new.reason.as_deref());
    let again = row.state == RequestState::Triaged;
    if reason.is_none() && (again || new.verdict.needs_reason(matched)) {
        return Err(Error::field("/reason", "required"));
    }
    if again {
        let why = reason.as_deref().unwrap_or_default();
        outcome::undo(tx, scope, (&mut row, &book), why, now).await?;
        book = Book::load(tx, scope, retainer, now).await?;
    }
    let desk = Desk::of(tx, scope, book, row.item.as_deref()).await?;
    decide(tx, scope, (&mut row, &desk), (new, matched), now).await?;
    let told = Happened {
        verdict: Some(new.verdict),
        ..Happened::new(RequestEventKind::Triaged, reason.as_deref())
    };
    keep(tx, scope, &row, &[told], now).await
}

/// Checks that the verdict is open, and does what it says.
async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (row, desk): (&mut RequestRow, &Desk),
    (new, matched): (&NewRequestTriage, ScopeMatch),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut done = Done::default();
    let swapped = swapped(tx, scope, desk, new).await?;
    let freed = swapped.as_ref().map(|swapped| swapped.frees);
    let footing = desk.footing(row)?;
    let effect = verdicts::effect(&footing, (new.verdict, matched), freed)?;
    open(&effect, new)?;
    let reason = trimmed(new.reason.as_deref());
    let words = reason.clone().unwrap_or_else(|| row.title.clone());
    let displaced = match swapped {
        Some(swapped) => {
            let (title, displaced) =
                put_off(tx, scope, (desk, swapped), (new, &words), now).await?;
            done.displaced = displaced;
            // What it makes room for says so. Source: requirement S3-35.
            done.beside = new.priority_id.zip(desk.present().map(|cycle| cycle.seq));
            if let Some((id, seq)) = done.beside {
                let place = (row.retainer_id, seq);
                priorities::displaced_by(tx, scope, place, (id, &title, true), now).await?;
            }
            Some(title)
        }
        None => None,
    };
    if new.verdict == RequestVerdict::Overage {
        done.approval = raise(tx, scope, desk, (&effect, &words), now).await?;
    }
    let cycle = match new.verdict {
        RequestVerdict::NextPeriod => desk.next(),
        RequestVerdict::Decline | RequestVerdict::ChangeOrder => None,
        _ => desk.present(),
    };
    let cycle_seq = cycle.map(|cycle| cycle.seq);
    if new.verdict.accepts() {
        let made = Making::of(new, cycle_seq);
        row.work_item_id = Some(make::work(tx, scope, row, made, now).await?);
    }
    if let Some(order) = &new.change {
        let id = make::change_order(tx, scope, row, (order, &words), now).await?;
        row.scope_change_id = Some(id);
    }
    let told = RequestTriage {
        verdict: new.verdict,
        reason,
        effect,
        pool: desk.pool().zip(desk.present()).map(|(pool, cycle)| pool.shown(cycle)),
        displaced,
        displaced_item_id: new.displaces_item_id,
        cycle_seq,
        approved: done.approval.map(|raised| raised.since),
        scope_change_id: None,
        scope_change_number: None,
        scope_change_state: None,
        scope_change_decided_by: None,
        scope_change_decided_at: None,
        minutes: new.change.as_ref().and_then(|order| order.minutes),
        fee_minor: new.change.as_ref().and_then(|order| order.fee_minor),
        currency: desk.book.currency().to_owned(),
        member_name: identity::members::find(tx, scope, scope.member(), now).await?.name,
        at: now,
    };
    row.state = RequestState::Triaged;
    row.verdict = Some(new.verdict);
    row.triage = Some(Json(Kept { told, done }));
    Ok(())
}

/// Refuses a verdict that is not open, at the field that would open it.
fn open(effect: &VerdictEffect, new: &NewRequestTriage) -> Result<()> {
    let Some(why) = effect.refused else { return Ok(()) };
    let field = match (why, new.displaces_item_id.is_some()) {
        (VerdictRefusal::DoesNotFit, true) => "/displaces_item_id",
        (VerdictRefusal::DoesNotFit, false) if new.displaces_priority_id.is_some() => {
            "/displaces_priority_id"
        }
        _ => "/verdict",
    };
    Err(Error::Invalid(vec![FieldError::new(field, why.code())]))
}

/// What a swap displaces.
struct Swapped {
    title: String,
    rows: Vec<work::PlannedRow>,
    /// Units of the pool.
    frees: i64,
}

/// Finds what a swap displaces in the present cycle.
///
/// # Errors
/// At the field: work or a priority that is not planned there, or has gone too far.
async fn swapped(
    tx: &mut Tx,
    scope: Scope,
    desk: &Desk,
    new: &NewRequestTriage,
) -> Result<Option<Swapped>> {
    if let Some(id) = new.displaces_item_id {
        const AT: &str = "/displaces_item_id";
        let known = desk.planned.iter().any(|row| row.id == id);
        let found = desk.displaceable().find(|row| row.id == id);
        let code = if known { "begun" } else { "not_found" };
        let row = found.ok_or_else(|| Error::field(AT, code))?;
        let frees = desk.draws([row]);
        desk.next().ok_or_else(|| Error::field("/verdict", "no_next_cycle"))?;
        return Ok(Some(Swapped { title: row.title.clone(), rows: vec![row.clone()], frees }));
    }
    let Some(id) = new.displaces_priority_id else { return Ok(None) };
    let missing = || Error::field("/displaces_priority_id", "not_found");
    let cycle = desk.present().ok_or_else(missing)?;
    desk.next().ok_or_else(|| Error::field("/verdict", "no_next_cycle"))?;
    let all = priorities::of_cycle(tx, scope, desk.book.head.id, cycle.seq).await?;
    let found = all.into_iter().find(|one| one.id == id && one.done_at.is_none());
    let title = found.ok_or_else(missing)?.title;
    let rows = desk.displaceable().filter(|row| row.priority_id == Some(id));
    let rows: Vec<work::PlannedRow> = rows.cloned().collect();
    let frees = desk.draws(&rows);
    Ok(Some(Swapped { title, rows, frees }))
}

/// Puts off what a swap displaces to the next cycle; its title, and where its work stood.
async fn put_off(
    tx: &mut Tx,
    scope: Scope,
    (desk, swapped): (&Desk, Swapped),
    (new, reason): (&NewRequestTriage, &str),
    now: DateTime<Utc>,
) -> Result<(String, Vec<work::Stood>)> {
    let (Some(present), Some(next)) = (desk.present(), desk.next()) else {
        return Err(Error::field("/verdict", "no_next_cycle"));
    };
    let lane = match new.displaces_priority_id {
        Some(id) => {
            let place = (desk.book.head.id, present.seq);
            let named = (id, "/displaces_priority_id");
            Some(priorities::displace(tx, scope, place, named, now).await?)
        }
        None => None,
    };
    let mut displaced = Vec::with_capacity(swapped.rows.len());
    for row in &swapped.rows {
        let put = work::postpone(tx, scope, row.id, (next.seq, lane, reason), now).await?;
        displaced.push(work::Stood { id: row.id, was: row.into(), put: Some(put) });
    }
    Ok((swapped.title, displaced))
}

/// Approves how far the pool may go beyond its limit, where its terms ask first.
async fn raise(
    tx: &mut Tx,
    scope: Scope,
    desk: &Desk,
    (effect, reason): (&VerdictEffect, &str),
    now: DateTime<Utc>,
) -> Result<Option<Raised>> {
    let Some((pool, cycle)) = desk.pool().zip(desk.present()) else { return Ok(None) };
    if !pool.asks_in(cycle) {
        return Ok(None);
    }
    let before = pool.approved(cycle.seq).map_or(0, |row| row.units);
    let over = effect.after.map_or(0, |after| (-after).max(0));
    let since = before.max(over);
    approvals::decide(tx, scope, pool, (cycle.seq, since, reason), now).await?;
    Ok(Some(Raised { pool: pool.pool.id, seq: cycle.seq, before, since }))
}

/// Puts on the board what a change of scope let in, once it is accepted: in the cycle in which that
/// holds.
///
/// # Errors
/// `not_found`; `change_order_open` unless its change of scope is accepted; `exists` if it is there.
pub async fn put_on_board(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    now: DateTime<Utc>,
) -> Result<Request> {
    let mut row = store::find(tx, scope, id).await?;
    if row.scope_change_state != Some(ScopeChangeState::Accepted) {
        return Err(ErrorCode::ChangeOrderOpen.into());
    }
    if row.work_item_id.is_some() {
        return Err(ErrorCode::Exists.into());
    }
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    // It is worked on once the change holds. Source: requirement S0-33.
    let day = row.scope_change_on.map_or(book.today, |day| day.max(book.today));
    let cycle_seq = book.series.cycle_on(day).map(|cycle| i64::from(cycle.seq));
    let made = Making { cycle_seq, ..Making::default() };
    // What was sold for it is what it may take, where nobody estimated it.
    let estimate = row.estimate.or(row.scope_change_minutes);
    let sold = RequestRow { estimate, ..row.clone() };
    row.work_item_id = Some(make::work(tx, scope, &sold, made, now).await?);
    let told = Happened::new(RequestEventKind::PutOnBoard, None);
    keep(tx, scope, &row, &[told], now).await
}
