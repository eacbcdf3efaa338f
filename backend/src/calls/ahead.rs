//! Booking the calls of a rule ahead: each day once, by the same way as people book.
use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::api::{
    CALL_RULES_MAX, CALLS_AHEAD_DAYS, CallObstacle, CallRuleSet, CallsNotBooked, ClientSession,
    ClientSessionId, ErrorCode, NewClientSession, PoolTerms, RetainerId, RetainerState,
};
use shared::rules::cycle::Series;
use shared::rules::zone::{self, time_of};

use super::store::{self, DayRow, RuleRow};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::delivery;
use crate::error::{Error, Result};

/// How long after a call could not be booked it is tried again, but where no day has service: that a
/// change of the retainer tells.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// A rule as it is looked at: what it says, and where it is.
pub(super) struct Looked<'a> {
    pub row: &'a RuleRow,
    pub set: CallRuleSet,
    pub zone: Tz,
    pub today: NaiveDate,
}

impl<'a> Looked<'a> {
    /// A rule on the day it is where its retainer is.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn at(row: &'a RuleRow, now: DateTime<Utc>) -> Result<Self> {
        let zone = zone::zone(&row.timezone)?;
        Ok(Self { row, set: row.set()?, zone, today: zone::local_date(zone, now) })
    }
    /// When a call of a day begins.
    pub fn begins(&self, day: NaiveDate) -> DateTime<Utc> {
        time_of(self.zone, day, self.set.minute_of_day)
    }
    /// The days ahead whose calls have not begun.
    pub fn days(&self, now: DateTime<Utc>) -> Vec<NaiveDate> {
        let last = self.today.checked_add_days(Days::new(CALLS_AHEAD_DAYS)).unwrap_or(self.today);
        let plan = self.set.plan();
        plan.days(self.today, last).filter(|day| self.begins(*day) > now).collect()
    }
}

/// Books what is not booked of the days ahead, writes down what could not be, and says when to look
/// again. What was booked for days that lost their service is taken back.
///
/// # Errors
/// Those of the database and of the rules: what a booking is refused for is written down.
pub(super) async fn book(
    tx: &mut Tx,
    scope: Scope,
    row: &RuleRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let looked = Looked::at(row, now)?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let known = store::days(tx, scope, row.id, looked.today).await?;
    let mut booked: BTreeSet<NaiveDate> = known.iter().map(|one| one.day).collect();
    for one in known.iter().filter(|one| one.is_untouched(now)) {
        if !serves(&book, zone::local_date(looked.zone, one.starts_at)) {
            take_back(tx, scope, row, one, now).await?;
            booked.remove(&one.day);
        }
    }
    let mut days = looked.days(now);
    days.retain(|day| !booked.contains(day));
    let (missed, soon) = book_days(tx, scope, (&looked, &book), days, now).await?;
    let over = book.head.state == RetainerState::Ended
        || looked.set.plan().next(looked.today, 1).is_empty();
    let look_at = match (over, soon) {
        (true, _) => None,
        (false, true) => Some(now + AGAIN),
        (false, false) => {
            let tomorrow = looked.today.succ_opt().unwrap_or(looked.today);
            Some(zone::first_instant(looked.zone, tomorrow))
        }
    };
    store::looked(tx, scope, row.id, (look_at, missed), now).await
}

/// Books days of a rule; answers what could not be, and whether some of that is to be tried soon. In a
/// cycle that was short of units once no further day is tried: each wants as many.
async fn book_days(
    tx: &mut Tx,
    scope: Scope,
    (looked, book): (&Looked<'_>, &Book),
    days: Vec<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(Option<CallsNotBooked>, bool)> {
    let mut missed: Option<CallsNotBooked> = None;
    let (mut soon, mut short) = (false, BTreeSet::new());
    for day in days {
        let cycle = book.series.cycle_on(day).map(|cycle| cycle.start);
        let booked = match short.contains(&cycle) {
            true => Err(CallObstacle::InsufficientBalance),
            false => one(tx, scope, (looked, book), day, now).await?,
        };
        match booked {
            Ok(session) => {
                let kept = (day, session.id, session.version);
                store::keep_day(tx, scope, looked.row.id, kept).await?;
            }
            Err(reason) => {
                if reason == CallObstacle::InsufficientBalance {
                    short.insert(cycle);
                }
                soon |= reason != CallObstacle::NoService;
                let first = missed.unwrap_or(CallsNotBooked { on: day, reason, count: 0 });
                missed = Some(CallsNotBooked { count: first.count + 1, ..first });
            }
        }
    }
    Ok((missed, soon))
}

/// Takes back what nobody touched of the calls of a retainer on days that lose their service by another
/// calendar, and has the clock look at its rules as soon as it can; answers what was taken back.
///
/// # Errors
/// Those of removing bookings.
pub(crate) async fn give_way(
    tx: &mut Tx,
    scope: Scope,
    (retainer, series): (RetainerId, &Series),
    now: DateTime<Utc>,
) -> Result<Vec<ClientSessionId>> {
    let mut gone = Vec::new();
    for row in store::list(tx, scope, (retainer, None), CALL_RULES_MAX).await? {
        let looked = Looked::at(&row, now)?;
        for one in store::days(tx, scope, row.id, looked.today).await? {
            let day = zone::local_date(looked.zone, one.starts_at);
            if one.is_untouched(now) && series.cycle_on(day).is_none() {
                take_back(tx, scope, &row, &one, now).await?;
                gone.push(one.session_id);
            }
        }
    }
    store::look_soon(tx, scope, retainer, now).await?;
    Ok(gone)
}

/// Whether a day has service.
fn serves(book: &Book, day: NaiveDate) -> bool {
    book.head.state != RetainerState::Ended && book.series.cycle_on(day).is_some()
}

/// Books the call of a day, or says why it cannot be.
async fn one(
    tx: &mut Tx,
    scope: Scope,
    (looked, book): (&Looked<'_>, &Book),
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Result<ClientSession, CallObstacle>> {
    // What needs no look at the pools: of an ended or paused retainer no day is.
    if book.head.state == RetainerState::Ended {
        return Ok(Err(CallObstacle::RetainerEnded));
    }
    if !serves(book, day) {
        return Ok(Err(CallObstacle::NoService));
    }
    let set = &looked.set;
    if !is_made(book, set, day) {
        return Ok(Err(CallObstacle::NoPool));
    }
    let new = NewClientSession {
        retainer_id: looked.row.retainer_id,
        pool: set.pool.clone(),
        starts_at: looked.begins(day),
        minutes: set.minutes,
        units: set.units,
        title: set.title.clone(),
        note: None,
        member_id: Some(looked.row.member_id),
        invitees: Vec::new(),
    };
    match delivery::book(tx, scope, &new, now).await {
        Ok(booked) => Ok(Ok(booked.session)),
        Err(error) => obstacle(&error).map(Err).ok_or(error),
    }
}

/// Whether the pool of a call is in the last cycle that is made, where that of its day is not: there
/// its balance is told.
fn is_made(book: &Book, set: &CallRuleSet, day: NaiveDate) -> bool {
    let Some(last) = book.open.last().filter(|last| last.ends_on <= day) else { return true };
    let pool = match set.units {
        0 => {
            let beside = book.pool_that(|pool| !pool.takes_sessions(), None, day);
            beside.or_else(|| book.pool_that(|_| true, None, day))
        }
        _ => book.pool_that(PoolTerms::takes_sessions, set.pool.as_deref(), day),
    };
    pool.is_none_or(|pool| pool.agreed(last.starts_on).is_some())
}

/// What stands in the way of a booking; none of what is not of the booking. Each is found before
/// anything of it is written.
pub(super) fn obstacle(error: &Error) -> Option<CallObstacle> {
    if let Error::Invalid(faults) = error {
        let fault = faults.first()?;
        return match (fault.field.as_str(), fault.code.as_str()) {
            ("/member_id", _) => Some(CallObstacle::HolderLeft),
            ("/pool", _) | (_, "no_session_pool") => Some(CallObstacle::NoPool),
            (_, "no_open_cycle" | "before_start") => Some(CallObstacle::NoService),
            _ => None,
        };
    }
    match error.code() {
        ErrorCode::InsufficientBalance => Some(CallObstacle::InsufficientBalance),
        ErrorCode::ApprovalNeeded => Some(CallObstacle::ApprovalNeeded),
        ErrorCode::RetainerEnded => Some(CallObstacle::RetainerEnded),
        _ => None,
    }
}

/// Removes a call that nobody touched, and has its day booked again if it comes to that.
///
/// # Errors
/// Those of removing a booking.
pub(super) async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    row: &RuleRow,
    one: &DayRow,
    now: DateTime<Utc>,
) -> Result<()> {
    delivery::remove_session(tx, scope, (one.session_id, one.version), now).await?;
    store::forget_day(tx, scope, row.id, one.day).await
}
