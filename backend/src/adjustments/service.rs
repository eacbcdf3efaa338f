//! What changing a balance by hand means. Source: domain 1.3, 3.6, 3.9, 3.10.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Adjustment, AdjustmentId, AdjustmentKind, AdjustmentMade, Balance, CycleId, ErrorCode,
    LineKind, NewAdjustment, PoolId, PoolTerms, RetainerId,
};
use shared::rules::ledger::LotKind;
use uuid::Uuid;

use super::store::{self, AmendedRow, NewRow};
use crate::auth::Scope;
use crate::cycles::store::{NewLot, Source};
use crate::cycles::{self, PoolBook};
use crate::db::Tx;
use crate::delivery::{Placed, Poster, Posting, posting, takes_entries};
use crate::error::{Error, Result};
use crate::invoices::{self, Billable};

/// Buys, gives or corrects units, in the cycle that the day picks. What is bought or given for a
/// day to come is written in today's and pays from that day on.
///
/// # Errors
/// At the field: an unknown retainer or pool, several pools and none named, a day before the
/// start or without service, a correction in the future, no open cycle. `retainer_ended`;
/// `insufficient_balance` or `approval_needed` for a correction that takes what work of an open
/// cycle was covered by, where the pool covers it no other way.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    new: &NewAdjustment,
    now: DateTime<Utc>,
) -> Result<AdjustmentMade> {
    let poster = Poster::named(tx, scope, new.retainer_id, now).await?;
    takes_entries(poster.book())?;
    let pool = named(&poster, new.pool.as_deref())?;
    let on = new.on.unwrap_or(poster.today());
    let starts_on = starts_ahead(&poster, new, on)?;
    let worked_on = if starts_on.is_some() { poster.today() } else { on };
    let placed = poster.place(worked_on).map_err(|code| Error::field("/on", code))?;
    if new.ends_on.is_some_and(|end| end <= starts_on.unwrap_or(placed.effective_on)) {
        return Err(Error::field("/ends_on", "end_before_start"));
    }
    let adjusted = Adjusted {
        pool: pool.pool.id,
        placed,
        kind: new.kind,
        quantity: new.quantity,
        on: worked_on,
        starts_on,
        ends_on: new.ends_on,
        ends_with_cycle: new.ends_with_cycle,
        price_minor: new.price_minor,
        reason: new.reason.trim(),
    };
    let before = if new.quantity < 0 { Some(pool.project()?) } else { None };
    let id = write(tx, scope, &poster, adjusted, now).await?;
    if let Some(before) = before {
        let poster = Poster::load(tx, scope, new.retainer_id, now).await?;
        let pool = poster.book().pool(pool.pool.id).ok_or(ErrorCode::NotFound)?;
        pool.still_covers(&before)?;
    }
    let adjustment = Adjustment::from(store::find(tx, scope, id).await?);
    let which = (placed.cycle, Some(pool.pool.id));
    let balance = cycles::balance_of_cycle(tx, scope, which, now).await?;
    Ok(AdjustmentMade { adjustment, balance })
}

/// The day on which units that are bought or given ahead start; none for a day that has come.
/// Source: domain 1.3.
///
/// # Errors
/// At `/on` for a day to come without service, and where none runs today to write them in; at
/// `/ends_with_cycle`, since they outlive today's.
fn starts_ahead(poster: &Poster, new: &NewAdjustment, on: NaiveDate) -> Result<Option<NaiveDate>> {
    let makes_lot = matches!(new.kind, AdjustmentKind::Purchase | AdjustmentKind::Goodwill);
    if !makes_lot || on <= poster.today() {
        return Ok(None);
    }
    let book = poster.book();
    if on < poster.first_day() {
        return Err(Error::field("/on", "before_start"));
    }
    if book.series.cycle_on(on).is_none() {
        return Err(Error::field("/on", "no_open_cycle"));
    }
    // It is written in the cycle that runs today: what is wrong is the day it is.
    if poster.today() < poster.first_day() {
        return Err(Error::field("/on", "not_started"));
    }
    if book.paused() {
        return Err(Error::field("/on", "paused"));
    }
    if new.ends_with_cycle {
        return Err(Error::field("/ends_with_cycle", "not_allowed"));
    }
    Ok(Some(on))
}

/// The pool of a key; without one the only pool there is.
fn named<'a>(poster: &'a Poster, key: Option<&str>) -> Result<PoolBook<'a>> {
    let book = poster.book();
    if key.is_none() && book.pools.len() > 1 {
        return Err(Error::field("/pool", "required"));
    }
    book.pool_named(key).ok_or_else(|| Error::field("/pool", "not_found"))
}

/// What is written: an adjustment and its fact.
#[derive(Debug, Clone, Copy)]
struct Adjusted<'a> {
    pool: PoolId,
    placed: Placed,
    kind: AdjustmentKind,
    quantity: i64,
    on: NaiveDate,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    ends_with_cycle: bool,
    price_minor: Option<i64>,
    reason: &'a str,
}

async fn write(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    new: Adjusted<'_>,
    now: DateTime<Utc>,
) -> Result<AdjustmentId> {
    let id = AdjustmentId(Uuid::now_v7());
    let retainer = poster.book().head.id;
    let row = NewRow {
        id,
        retainer_id: retainer,
        pool_id: new.pool,
        cycle_id: new.placed.cycle,
        kind: new.kind,
        quantity: new.quantity,
        effective_on: new.placed.effective_on,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        ends_with_cycle: new.ends_with_cycle,
        price_minor: new.price_minor,
        reason: new.reason,
    };
    store::insert(tx, scope, &row, now).await?;
    let lot = |kind| NewLot {
        kind,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        ends_seq: new.ends_with_cycle.then_some(i64::from(new.placed.seq())),
    };
    let (kind, lot) = match new.kind {
        AdjustmentKind::Purchase => (LineKind::Topup, Some(lot(LotKind::Purchased))),
        AdjustmentKind::Goodwill => (LineKind::Topup, Some(lot(LotKind::Goodwill))),
        _ if new.quantity < 0 => (LineKind::AdjustDown, None),
        _ => (LineKind::AdjustUp, None),
    };
    let posting = Posting {
        pool: new.pool,
        placed: new.placed,
        kind,
        quantity: new.quantity.abs(),
        lot,
        worked_on: new.on,
        source: Source::Adjustment(id),
        member: scope.member(),
    };
    posting::write(tx, scope, retainer, posting.fact(), now).await?;
    Ok(id)
}

/// What new terms change in the allowance of the cycle they come into. Source: domain 2.11.
///
/// # Errors
/// Those of the database; no open cycle.
pub(crate) async fn amended(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    (pool, on): (PoolId, NaiveDate),
    (quantity, reason): (i64, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let placed = poster.place(on).map_err(|code| Error::field("/effective_on", code))?;
    let new = Adjusted {
        pool,
        placed,
        kind: AdjustmentKind::Amendment,
        quantity,
        on,
        starts_on: None,
        ends_on: None,
        ends_with_cycle: false,
        price_minor: None,
        reason,
    };
    write(tx, scope, poster, new, now).await.map(drop)
}

/// What amendments changed and nothing took back since, of the whole retainer.
///
/// # Errors
/// Those of the database.
pub(crate) async fn standing_amendments(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Vec<AmendedRow>> {
    store::amendments(tx, scope, retainer).await
}

/// Cycle, pool and day of what was taken back of amendments by hand, which stays so.
///
/// # Errors
/// Those of the database.
pub(crate) async fn undone_by_hand(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Vec<(CycleId, PoolId, NaiveDate)>> {
    store::undone_by_hand(tx, scope, retainer).await
}

/// Takes back what an amendment changed, to be written anew by other days.
///
/// # Errors
/// Those of the database; `cycle_closed`.
pub(crate) async fn take_back_amendment(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    made: &AmendedRow,
    now: DateTime<Utc>,
) -> Result<()> {
    posting::take_back(tx, scope, poster, Source::Adjustment(made.id), now).await?;
    if !store::undo(tx, scope, (made.id, made.version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    Ok(())
}

/// Why time cannot be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTime {
    /// No pool takes time today.
    Pool,
    /// There is no service on the day from which it was to be used.
    Day,
    /// There is none today.
    Today,
}

/// Why time cannot be bought today, to be used from a day on; none if it can.
///
/// # Errors
/// `not_found`.
pub(crate) async fn time_held(
    tx: &mut Tx,
    scope: Scope,
    (retainer, from): (RetainerId, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Option<NoTime>> {
    let poster = Poster::preview(tx, scope, retainer, now).await?;
    let (book, today) = (poster.book(), poster.today());
    let serves = |day| day >= poster.first_day() && book.series.cycle_on(day).is_some();
    if from > today && !serves(from) {
        return Ok(Some(NoTime::Day));
    }
    if book.pool_that(PoolTerms::takes_time, None, today).is_none() {
        return Ok(Some(NoTime::Pool));
    }
    Ok((!serves(today)).then_some(NoTime::Today))
}

/// Buys time today, in the pool that takes time, to be used from a day on that may be to come.
///
/// # Errors
/// `retainer_ended`; at `/minutes` without a pool that takes time; no open cycle; those of the
/// rules.
pub(crate) async fn buy_time(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (minutes, from, reason): (i64, NaiveDate, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let poster = Poster::load(tx, scope, retainer, now).await?;
    takes_entries(poster.book())?;
    let on = poster.today();
    let starts_on = Some(from).filter(|from| *from > on);
    if starts_on.is_some_and(|from| poster.book().series.cycle_on(from).is_none()) {
        return Err(Error::field("/effective_on", "no_open_cycle"));
    }
    let Some(pool) = poster.book().pool_that(PoolTerms::takes_time, None, on) else {
        return Err(Error::field("/minutes", "no_time_pool"));
    };
    let placed = poster.place(on).map_err(|code| Error::field("/minutes", code))?;
    let new = Adjusted {
        pool: pool.pool.id,
        placed,
        kind: AdjustmentKind::Purchase,
        quantity: pool.worth_of(minutes, on)?,
        on,
        starts_on,
        ends_on: None,
        ends_with_cycle: false,
        price_minor: None,
        reason,
    };
    write(tx, scope, &poster, new, now).await.map(drop)
}

/// Takes an adjustment back while its cycle is open, and its price off the draft that bills it;
/// answers the balance after it.
///
/// # Errors
/// `stale`; `in_use` for what an amendment made; `purchase_billed` for what an issued invoice bills;
/// `cycle_closed` where only another adjustment helps; `not_found` if it was taken back before;
/// `insufficient_balance` or `approval_needed` if the units are used and the pool covers them no
/// other way.
pub async fn undo(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (AdjustmentId, i64),
    now: DateTime<Utc>,
) -> Result<Balance> {
    let row = store::find(tx, scope, id).await?;
    if row.undone_at.is_some() {
        return Err(ErrorCode::NotFound.into());
    }
    if row.kind == AdjustmentKind::Amendment {
        let detail = "what new terms changed is changed back by other terms, not by hand";
        return Err(Error::Explained(ErrorCode::InUse, detail.to_owned()));
    }
    if row.price_minor.is_some() {
        invoices::unbill(tx, scope, Billable::Purchase(id)).await?;
    }
    let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
    // What lapsed or was carried at a close stays as it was; another adjustment corrects it.
    if !poster.book().open.iter().any(|open| open.id == row.cycle_id) {
        return Err(ErrorCode::CycleClosed.into());
    }
    let pool = poster.book().pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    let before = pool.project()?;
    posting::take_back(tx, scope, &poster, Source::Adjustment(id), now).await?;
    let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
    let pool = poster.book().pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    pool.still_covers(&before)?;
    if !store::undo(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    poster.look(tx, scope, now).await?;
    cycles::balance_of_cycle(tx, scope, (row.cycle_id, Some(row.pool_id)), now).await
}
