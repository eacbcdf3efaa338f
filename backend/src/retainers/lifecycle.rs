//! What happens to a retainer after it was agreed: amendments, pauses, its end.
use chrono::{DateTime, Utc};
use shared::api::{
    AmendmentPreview, Effective, ErrorCode, FieldError, NewAmendment, NewPause, Pause, Resumption,
    Retainer, RetainerId, RetainerState, Termination, TimelineEvent,
};
use shared::rules::cycle::Series;

use super::bookings::{keeps_bookings, refuse_lost, without_calls};
use super::interval::{rephased, rezoned};
use super::moves::{kept_from, moved};
use super::recut::recut;
use super::service::find;
use super::store;
use crate::auth::Scope;
use crate::cycles::{self, Book, SeriesRule};
use crate::db::Tx;
use crate::delivery::Poster;
use crate::error::{Error, Result};
use crate::renewals;
use crate::timeline::{self, Told};

/// The most pools that all versions of a retainer's terms name together.
const POOLS_EVER_MAX: usize = 24;

/// Agrees on new terms from the next cycle on, or now. What is past stays; what is running keeps
/// its rules, and with `now` gains or loses allowance. With another interval the running cycle ends
/// before the day of the change. Source: domain 2.8, 2.11, 2.13.
///
/// # Errors
/// `retainer_ended` if no cycle comes; at `/terms/price/currency` for another currency; at
/// `/effective` for now where no cycle runs; at `/interval`, `/anchor` and `/timezone` for what
/// cannot be.
pub async fn amend(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    new: &NewAmendment,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let book = cycles::close_due(tx, scope, id, now).await?;
    let moved = moved(&book, new)?;
    let rephased = rephased(&book, new)?;
    let terms = new.terms.clone().keyed();
    add_pools(tx, scope, &book, &terms, now).await?;
    let from = kept_from(&book, new, moved.effective_on);
    store::insert_terms(tx, scope, (id, from), (&terms, new.reason.as_deref()), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::TermsAgreed, id), now).await?;
    store::touch(tx, scope, id).await?;
    let number = book.terms.iter().map(|terms| terms.row.number).max().unwrap_or(0) + 1;
    let rule = rephased.as_ref().map(|rephased| rephased.rule(&book, number));
    let moves_zone = set_calendar(tx, scope, &book, (rule, new.timezone.as_deref()), now).await?;
    let book = Book::load(tx, scope, id, now).await?;
    cycles::complete(tx, scope, &book).await?;
    cycles::realign(tx, scope, id, now).await?;
    if moves_zone {
        keeps_days(tx, scope, id, now).await?;
        cycles::close_due(tx, scope, id, now).await?;
    }
    if rephased.is_some() {
        recut(tx, scope, id, now).await?;
    } else if new.effective == Effective::Now {
        let poster = Poster::load(tx, scope, id, now).await?;
        let reason = new.reason.as_deref().unwrap_or("New terms");
        for delta in moved.pools.iter().filter(|delta| delta.delta != 0) {
            let Some(pool) = poster.book().pool_named(Some(&delta.key)) else { continue };
            let what = (pool.pool.id, poster.today());
            crate::adjustments::amended(tx, scope, &poster, what, (delta.delta, reason), now)
                .await?;
        }
    }
    find(tx, scope, id, now, None).await
}

/// Keeps another interval and another zone; tells whether the zone is another.
///
/// # Errors
/// At `/timezone`.
async fn set_calendar(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (rule, timezone): (Option<SeriesRule>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let kept = rule.as_ref().unwrap_or(&book.head.series.0);
    let rezoned = rezoned(book, kept, timezone, now)?;
    if let Some((rule, timezone)) = &rezoned {
        store::set_series(tx, scope, book.head.id, rule, now).await?;
        store::set_zone(tx, scope, book.head.id, timezone).await?;
    } else if let Some(rule) = &rule {
        store::set_series(tx, scope, book.head.id, rule, now).await?;
    }
    Ok(rezoned.is_some())
}

/// Refuses a zone in which a booked session would begin on a day without service.
///
/// # Errors
/// At `/timezone`, naming the session.
async fn keeps_days(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let book = Book::load(tx, scope, id, now).await?;
    match book.booked_off_service() {
        Some(lost) => refuse_lost(tx, scope, lost, "/timezone").await,
        None => Ok(()),
    }
}

/// What an amendment would move, without making it.
///
/// # Errors
/// As [`amend`].
pub async fn preview(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    new: &NewAmendment,
    now: DateTime<Utc>,
) -> Result<AmendmentPreview> {
    let book = cycles::close_due(tx, scope, id, now).await?;
    rezoned(&book, &book.head.series.0, new.timezone.as_deref(), now)?;
    moved(&book, new)
}

/// Whether a retainer can have terms.
///
/// # Errors
/// At `/terms/price/currency` for another currency; at a pool's unit if it is known by another; at
/// `/terms/pools` for too many in all.
pub(crate) fn can_have(book: &Book, terms: &shared::api::Terms) -> Result<()> {
    if book.currency() != terms.price.currency {
        return Err(Error::field("/terms/price/currency", "not_allowed"));
    }
    fresh_pools(book, terms).map(drop)
}

/// The pools that terms name for the first time.
fn fresh_pools<'a>(
    book: &Book,
    terms: &'a shared::api::Terms,
) -> Result<Vec<&'a shared::api::PoolTerms>> {
    let mut fresh = Vec::new();
    for (place, pool) in terms.pools.iter().enumerate() {
        match book.pool_named(Some(pool.key())) {
            Some(known) if known.pool.unit != pool.unit => {
                return Err(Error::field(&format!("/terms/pools/{place}/unit"), "unit_changed"));
            }
            Some(_) => {}
            None => fresh.push(pool),
        }
    }
    if book.pools.len() + fresh.len() > POOLS_EVER_MAX {
        return Err(Error::field("/terms/pools", "too_long"));
    }
    Ok(fresh)
}

/// Makes the pools that the new terms name for the first time.
///
/// # Errors
/// Those of [`fresh_pools`].
async fn add_pools(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    terms: &shared::api::Terms,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = i64::try_from(book.pools.len()).unwrap_or(i64::MAX);
    for (position, pool) in (known..).zip(fresh_pools(book, terms)?) {
        let new = (pool.key(), pool.unit, position);
        cycles::store::insert_pool(tx, scope, book.head.id, new, now).await?;
    }
    Ok(())
}

/// Takes days out of a retainer: the running cycle is cut, the coming ones move. Source: domain
/// 2.10.
///
/// # Errors
/// `retainer_paused` if a pause without an end is set; `retainer_ended`; at `/from` for a day that
/// is not served or not tomorrow yet, where a session is booked in the pause, or that leaves work
/// without cover.
pub async fn pause(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    new: &NewPause,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let book = running(tx, scope, id, now).await?;
    if book.series.pauses().last().is_some_and(|pause| pause.to.is_none()) {
        return Err(ErrorCode::RetainerPaused.into());
    }
    let next = book.series.cycles().find(|cycle| cycle.start > book.today);
    let from = match (new.from, next) {
        (Some(from), _) => from,
        (None, Some(next)) => next.start,
        (None, None) => return Err(ErrorCode::RetainerEnded.into()),
    };
    if from < cycles::tomorrow(&book) || book.series.cycle_on(from).is_none() {
        return Err(Error::field("/from", "out_of_range"));
    }
    if new.to.is_some_and(|to| to <= from) {
        return Err(Error::field("/to", "end_before_start"));
    }
    let pause = Pause { from, to: new.to, resume_anchor: new.resume_anchor };
    let mut pauses = book.head.series.pauses.clone();
    pauses.push(pause);
    let told = Told::new(TimelineEvent::PauseAgreed, id).on(Some(from));
    timeline::tell(tx, scope, told, now).await?;
    set_pauses(tx, scope, &book, pauses, "/from", now).await
}

/// Ends the running pause, or else the next, or does without it if it has not begun.
///
/// # Errors
/// `retainer_not_paused`; at `/on` for a day before the pause's first when it has begun, or so
/// that another pause would be met, that no service is left before the end, or that work is left
/// without cover.
pub async fn resume(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    new: &Resumption,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let book = running(tx, scope, id, now).await?;
    let mut pauses = book.head.series.pauses.clone();
    let Some(open) = Pause::to_end(&pauses, book.today) else {
        return Err(ErrorCode::RetainerNotPaused.into());
    };
    let on = new.on.unwrap_or(book.today);
    if on > open.from {
        let resume_anchor = new.resume_anchor.unwrap_or(open.resume_anchor);
        let ended = Pause { to: Some(on), resume_anchor, ..open };
        pauses.iter_mut().filter(|pause| pause.from == open.from).for_each(|pause| *pause = ended);
    } else if open.from <= book.today {
        return Err(Error::field("/on", "out_of_range"));
    } else {
        pauses.retain(|pause| pause.from != open.from);
    }
    let told = Told::new(TimelineEvent::PauseEnded, id).on(Some(on));
    timeline::tell(tx, scope, told, now).await?;
    set_pauses(tx, scope, &book, pauses, "/on", now).await
}

async fn set_pauses(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    pauses: Vec<Pause>,
    field: &str,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let rule = SeriesRule { pauses, ..book.head.series.0.clone() };
    let series = rule
        .series(book.head.starts_on, book.head.ends_on)
        .map_err(|_| Error::field(field, "out_of_range"))?;
    if book.head.ends_on.is_some() && !closes_later(book, &series) {
        return Err(Error::field(field, "no_service"));
    }
    let book = &without_calls(tx, scope, book, &series, now).await?;
    keeps_bookings(tx, scope, book, &series, field).await?;
    store::set_series(tx, scope, book.head.id, &rule, now).await?;
    cycles::realign(tx, scope, book.head.id, now).await?;
    recut(tx, scope, book.head.id, now).await?;
    keeps_covered(tx, scope, book, field, now).await?;
    find(tx, scope, book.head.id, now, None).await
}

/// Whether a cycle of the calendar is still to be closed, so that what remains lapses with it when
/// the retainer ends: one that runs or comes, one in its grace, or one that was not there before.
fn closes_later(book: &Book, series: &Series) -> bool {
    let begun =
        |series: &Series| series.cycles().take_while(|cycle| cycle.start <= book.today).count();
    book.open.iter().any(|row| row.starts_on <= book.today)
        || series.cycles().any(|cycle| cycle.end > book.today)
        || begun(series) > begun(&book.series)
}

/// Ends a retainer on a day to come, or lets it run on. The last cycle is cut, with its share of
/// the allowance; at its close everything lapses. Source: domain 2.9, 2.12.
///
/// # Errors
/// `retainer_ended` once its last cycle is closed; at `/ends_on` for a day that is not tomorrow
/// yet or not after the start, where a session is booked later, that leaves work without cover, or
/// for tomorrow on the first day of a pause. In a pause that runs what remains is settled when the
/// end comes, since the cycle before it is closed.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    new: &Termination,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let book = running(tx, scope, id, now).await?;
    let early = |day| day < cycles::tomorrow(&book) || day <= book.head.starts_on;
    if new.ends_on.is_some_and(early) {
        return Err(Error::field("/ends_on", "out_of_range"));
    }
    let mut ended = book.head.series.series(book.head.starts_on, new.ends_on)?;
    // What a pause holds that runs is settled when the end comes.
    if new.ends_on.is_some() && !ended.waits() && !closes_later(&book, &ended) {
        let rule = ended_in_pause(&book);
        ended = rule.series(book.head.starts_on, new.ends_on)?;
        if !ended.waits() {
            return Err(Error::field("/ends_on", "no_service"));
        }
        store::set_series(tx, scope, id, &rule, now).await?;
    }
    let book = without_calls(tx, scope, &book, &ended, now).await?;
    keeps_bookings(tx, scope, &book, &ended, "/ends_on").await?;
    store::set_end(tx, scope, id, (new.ends_on, new.settlement), now).await?;
    renewals::look_soon(tx, scope, id, now).await?;
    let event = match new.ends_on {
        Some(_) => TimelineEvent::EndAgreed,
        None => TimelineEvent::EndDropped,
    };
    timeline::tell(tx, scope, Told::new(event, id).on(new.ends_on), now).await?;
    cycles::realign(tx, scope, id, now).await?;
    recut(tx, scope, id, now).await?;
    keeps_covered(tx, scope, &book, "/ends_on", now).await?;
    find(tx, scope, id, now, None).await
}

/// The rule of the series once an end is agreed in the pause that runs.
fn ended_in_pause(book: &Book) -> SeriesRule {
    let rule = book.head.series.0.clone();
    let running = rule.pauses.iter().find(|pause| pause.holds(book.today));
    SeriesRule { ended_in: running.map(|pause| pause.from), ..rule }
}

/// Refuses a calendar under which work is drawn anew and finds less than `before`: where units were
/// taken away, in a pool that blocks or asks first. A cycle that is cut brings less, and as much
/// stands. Source: domain 3.4, 4.1, docs/decisions/0033.
///
/// # Errors
/// At the field.
async fn keeps_covered(
    tx: &mut Tx,
    scope: Scope,
    before: &Book,
    field: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let book = Book::load(tx, scope, before.head.id, now).await?;
    for (pool, was) in book.each_pool().zip(before.each_pool()) {
        let (mut stood, stands) = (was.project()?, pool.project()?);
        let mut cut = 0;
        for (stood, stands) in stood.iter_mut().zip(&stands) {
            cut += (stood.totals.grant.0 - stands.totals.grant.0).max(0);
            stood.totals.overage.0 += cut;
        }
        if let Some(message) = pool.uncovered_words(&stood)? {
            let code = "not_covered".to_owned();
            return Err(vec![FieldError { field: field.to_owned(), code, message }].into());
        }
    }
    Ok(())
}

/// The book of a retainer that has not ended, with what is due closed.
async fn running(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<Book> {
    let book = cycles::close_due(tx, scope, id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    Ok(book)
}
