//! What booking, moving and removing a session means.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared::api::{
    BOOKED_AHEAD_DAYS_MAX, Balance, ClientSession, ClientSessionBooked, ClientSessionChange,
    ClientSessionId, ClientSessionState, ErrorCode, NewClientSession, PoolTerms,
};
use uuid::Uuid;

use super::invitations;
use super::store::{self, SessionRow, Written};
use crate::auth::Scope;
use crate::cycles::store::Source;
use crate::cycles::{self, Book, PoolBook};
use crate::db::Tx;
use crate::delivery::poster::{Poster, takes_entries};
use crate::delivery::posting;
use crate::delivery::service::{may_act_for, trimmed, whose};
use crate::error::{Error, Result};

/// Books a session: it reserves its units in the cycle that its day picks. Source: domain 3.12.
///
/// # Errors
/// At the field: an unknown retainer, pool or member, a time out of reach. `forbidden` for the
/// sessions of others; `insufficient_balance` where the pool blocks and too little is left that
/// is not booked; those of inviting somebody.
pub async fn book(
    tx: &mut Tx,
    scope: Scope,
    new: &NewClientSession,
    now: DateTime<Utc>,
) -> Result<ClientSessionBooked> {
    let member_id = whose(tx, scope, new.member_id).await?;
    let poster = Poster::named(tx, scope, new.retainer_id, now).await?;
    takes_entries(poster.book())?;
    let starts_at = whole_seconds(new.starts_at);
    let day = bookable_day(&poster, starts_at, now)?;
    let pool = pool_of(&poster, new, day)?;
    if new.units > 0 {
        covered(pool, day, new.units)?;
    }
    let row = Written {
        id: ClientSessionId(Uuid::now_v7()),
        retainer_id: new.retainer_id,
        pool_id: pool.pool.id,
        member_id,
        title: trimmed(new.title.as_deref()),
        note: trimmed(new.note.as_deref()),
        starts_at,
        minutes: new.minutes,
        units: new.units,
    };
    store::insert(tx, scope, &row, now).await?;
    invitations::booked(tx, scope, (row.id, &new.invitees), now).await?;
    booked(tx, scope, row.id, now).await
}

/// The pool that a session draws on; of one without units the pool that it stands beside: one that counts
/// no sessions, where there is one. Source: docs/decisions/0065.
fn pool_of<'p>(poster: &'p Poster, new: &NewClientSession, day: NaiveDate) -> Result<PoolBook<'p>> {
    let key = new.pool.as_deref();
    let none = "no_session_pool";
    if new.units > 0 {
        return poster.pool_that(PoolTerms::takes_sessions, key, day, none);
    }
    let beside = poster.pool_that(|pool| !pool.takes_sessions(), key, day, none);
    beside.or_else(|_| poster.pool_that(|_| true, key, day, none))
}

/// What is finer than a second is not kept, and a leap second is the one before.
fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

/// The day of an instant where the retainer is.
pub(super) fn day_of(book: &Book, at: DateTime<Utc>) -> NaiveDate {
    book.zones.local_date(at)
}

/// The day of a session, if one can be booked then.
fn bookable_day(
    poster: &Poster,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<NaiveDate> {
    let fault = |code| Error::field("/starts_at", code);
    let book = poster.book();
    let day = day_of(book, starts_at);
    if starts_at > now + Duration::days(BOOKED_AHEAD_DAYS_MAX) {
        return Err(fault("out_of_range"));
    }
    if day <= book.today {
        poster.place(day).map_err(fault)?;
    } else if day < poster.first_day() {
        return Err(fault("before_start"));
    } else if book.series.cycle_on(day).is_none() {
        return Err(fault("no_open_cycle"));
    }
    Ok(day)
}

/// Refuses a booking that a pool does not cover which blocks or asks first.
pub(super) fn covered(pool: PoolBook<'_>, day: NaiveDate, units: i64) -> Result<()> {
    let found = pool.refuses_booking(day, units)?;
    found.and_then(|found| pool.refused(found)).map_or(Ok(()), Err)
}

/// A session and the balance where it counts.
pub(super) async fn booked(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<ClientSessionBooked> {
    let row = store::find(tx, scope, id).await?;
    let which = (row.retainer_id, row.pool_id);
    let session = ClientSession::from(row);
    let balance = cycles::balance_on(tx, scope, which, session.on, now).await?;
    Ok(ClientSessionBooked { session, balance })
}

/// Moves a booked session, or renames any.
///
/// # Errors
/// Those of [`book`]; `stale`; `session_settled` for another time or other units of one that was
/// settled.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    (change, version): (&ClientSessionChange, i64),
    now: DateTime<Utc>,
) -> Result<ClientSessionBooked> {
    let old = own(tx, scope, id, version).await?;
    let row = changed(change, &old);
    let time = |at, minutes, units| (at, minutes, units);
    let moved =
        time(row.starts_at, row.minutes, row.units) != time(old.starts_at, old.minutes, old.units);
    if moved && old.state != ClientSessionState::Booked {
        return Err(ErrorCode::SessionSettled.into());
    }
    if (row.starts_at, row.units) != (old.starts_at, old.units) {
        let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
        takes_entries(poster.book())?;
        let day = bookable_day(&poster, row.starts_at, now)?;
        let poster = given_back(tx, scope, poster, id, now).await?;
        let others = poster.book().clone().without_hold(id);
        let pool = others.pool(old.pool_id).ok_or(ErrorCode::NotFound)?;
        if row.units > 0 {
            if !pool.agreed(day).is_some_and(PoolTerms::takes_sessions) {
                let field = if old.units == 0 { "/units" } else { "/starts_at" };
                return Err(Error::field(field, "no_session_pool"));
            }
            covered(pool, day, row.units)?;
        }
    }
    if !store::change(tx, scope, (&row, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    let told = time(row.starts_at, row.minutes, 0) != time(old.starts_at, old.minutes, 0)
        || row.title != old.title;
    if told && old.state == ClientSessionState::Booked {
        invitations::moved(tx, scope, id, now).await?;
    }
    booked(tx, scope, id, now).await
}

fn changed(change: &ClientSessionChange, old: &SessionRow) -> Written {
    let text = |new: &Option<String>, old: &Option<String>| match new {
        Some(text) => trimmed(Some(text)),
        None => old.clone(),
    };
    Written {
        id: old.id,
        retainer_id: old.retainer_id,
        pool_id: old.pool_id,
        member_id: old.member_id,
        title: text(&change.title, &old.title),
        note: text(&change.note, &old.note),
        starts_at: change.starts_at.map_or(old.starts_at, whole_seconds),
        minutes: change.minutes.unwrap_or(old.minutes),
        units: change.units.unwrap_or(old.units),
    }
}

/// Gives back what the close of its cycle drew of a booked session; answers the books with it.
///
/// # Errors
/// Those of [`posting::take_back`].
async fn given_back(
    tx: &mut Tx,
    scope: Scope,
    poster: Poster,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<Poster> {
    if posting::take_back(tx, scope, &poster, Source::Session(id), now).await?.is_none() {
        return Ok(poster);
    }
    cycles::store::release_hold(tx, scope, id).await?;
    poster.look(tx, scope, now).await?;
    Poster::load(tx, scope, poster.book().head.id, now).await
}

/// Removes a booking; answers the balance without it.
///
/// # Errors
/// `session_settled`; `stale`; `forbidden` for the sessions of others.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ClientSessionId, i64),
    now: DateTime<Utc>,
) -> Result<Balance> {
    let old = own(tx, scope, id, version).await?;
    if old.state != ClientSessionState::Booked {
        return Err(ErrorCode::SessionSettled.into());
    }
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    given_back(tx, scope, poster, id, now).await?;
    if !store::delete(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    let old = SessionRow { version: version + 1, ..old };
    invitations::called_off(tx, scope, &old, now).await?;
    let which = (old.retainer_id, old.pool_id);
    let day = ClientSession::from(old).on;
    cycles::balance_on(tx, scope, which, day, now).await
}

/// A session that was not removed.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: ClientSessionId) -> Result<ClientSession> {
    Ok(store::find(tx, scope, id).await?.into())
}

/// A session that the caller may change, at the version they saw.
pub(super) async fn own(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    version: i64,
) -> Result<SessionRow> {
    let row = store::find(tx, scope, id).await?;
    may_act_for(scope, row.member_id)?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    Ok(row)
}
