//! What reading the books means: cycles, balances, ledgers.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Balance, Cycle, CycleId, CycleStatus, ErrorCode, Ledger, Page, PoolCycle, PoolId, RetainerId,
};
use shared::rules::ledger::{Closing, Lot, Projection, Standing, Totals};
use shared::rules::servicing::Served;
use shared::rules::units::Quantity;

use super::book::{Book, end_of_day};
use super::pool::PoolBook;
use super::store::{self, CycleRow, Frozen};
use super::{line, lines, servicing, view};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{Cursor, PageParams, page};

/// A cycle's row and its book, now or as of a day.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the cycle began.
pub(super) async fn open_at(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<(Book, CycleRow)> {
    let row = store::find_cycle(tx, scope, id).await?;
    let books = Book::load_all(tx, scope, &[row.retainer_id], now, as_of).await?;
    let book = books.into_iter().next().ok_or(ErrorCode::NotFound)?;
    let Some(day) = as_of else { return Ok((book, row)) };
    // Where it is not among the open ones it had closed by then, or was not there yet.
    let closed = row.closed_at.is_some_and(|at| at < end_of_day(&book.zones, day));
    let open = book.open.iter().find(|open| open.id == row.id).cloned();
    // It was open then, whatever it is today.
    let open = open.map(|row| CycleRow { status: CycleStatus::Open, closed_at: None, ..row });
    let then = open.or(closed.then_some(row));
    let begun = then.filter(|row| row.starts_on <= day);
    Ok((book, begun.ok_or_else(|| Error::field("as_of", "out_of_range"))?))
}

/// The cycle of a number, open or closed by the day of the book; none that is not made yet.
///
/// # Errors
/// Those of the database.
pub(crate) async fn row_of(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    seq: u32,
) -> Result<Option<CycleRow>> {
    if let Some(row) = book.row(seq) {
        return Ok(Some(row.clone()));
    }
    let seq = i64::from(seq);
    let which = store::CyclePage { before: Some(seq + 1), begun_by: None, limit: 1 };
    let last = store::cycles(tx, scope, book.head.id, which).await?.into_iter().next();
    Ok(last.filter(|row| row.seq == seq && row.status == CycleStatus::Closed))
}

/// What a pool keeps of a closed cycle.
pub(super) async fn frozen(
    tx: &mut Tx,
    scope: Scope,
    row: &CycleRow,
    pool: PoolId,
) -> Result<Option<Frozen>> {
    let parts = store::pool_cycles(tx, scope, &[row.id]).await?;
    let part = parts.into_iter().find(|part| part.pool_id == pool);
    Ok(part.and_then(|part| part.sums).map(|sums| sums.0))
}

/// The pool that a query names by its key, or the first.
///
/// # Errors
/// At `pool` for a key that the retainer has not.
pub(super) fn named<'a>(book: &'a Book, key: Option<&str>) -> Result<PoolBook<'a>> {
    book.pool_named(key).ok_or_else(|| Error::field("pool", "not_found"))
}

/// The balance of a pool in a cycle, now or as of a day.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the cycle began; at `pool` for an unknown key.
pub async fn balance(
    tx: &mut Tx,
    scope: Scope,
    (id, key): (CycleId, Option<&str>),
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<Balance> {
    let (book, row) = open_at(tx, scope, id, now, as_of).await?;
    let pool = named(&book, key)?;
    let frozen = frozen(tx, scope, &row, pool.pool.id).await?;
    view::balance(pool, &row, frozen.as_ref())?.ok_or(ErrorCode::NotFound.into())
}

/// The balance of a pool in a cycle after a write in the same transaction.
///
/// # Errors
/// `not_found`.
pub(crate) async fn balance_of_cycle(
    tx: &mut Tx,
    scope: Scope,
    (id, pool): (CycleId, Option<PoolId>),
    now: DateTime<Utc>,
) -> Result<Balance> {
    let (book, row) = open_at(tx, scope, id, now, None).await?;
    let pool = match pool {
        Some(id) => book.pool(id),
        None => book.pool_named(None),
    };
    let pool = pool.ok_or(ErrorCode::NotFound)?;
    let frozen = frozen(tx, scope, &row, pool.pool.id).await?;
    view::balance(pool, &row, frozen.as_ref())?.ok_or(ErrorCode::NotFound.into())
}

/// The balance of a pool where something of a day counts, after a write in the same transaction:
/// in the cycle of the day, in the oldest open one if that is closed, in the last one made if the
/// day lies further ahead.
///
/// # Errors
/// `not_found`.
pub(crate) async fn balance_on(
    tx: &mut Tx,
    scope: Scope,
    (retainer, pool): (RetainerId, PoolId),
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Balance> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let row = match book.row_for(day).or(book.open.last()) {
        Some(row) => row.clone(),
        None => present(tx, scope, &book).await?,
    };
    let pool = book.pool(pool).ok_or(ErrorCode::NotFound)?;
    let frozen = frozen(tx, scope, &row, pool.pool.id).await?;
    view::balance(pool, &row, frozen.as_ref())?.ok_or(ErrorCode::NotFound.into())
}

/// A cycle with the sums of its pools.
///
/// # Errors
/// `not_found`.
pub async fn cycle(tx: &mut Tx, scope: Scope, id: CycleId, now: DateTime<Utc>) -> Result<Cycle> {
    let (book, row) = open_at(tx, scope, id, now, None).await?;
    let cycles = shown(tx, scope, &book, std::slice::from_ref(&row)).await?;
    cycles.into_iter().next().ok_or(ErrorCode::NotFound.into())
}

/// The cycle of a book's day, or else the last one begun, with its sums.
///
/// # Errors
/// `not_found` if it has none.
pub(crate) async fn shown_now(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Cycle> {
    let row = present(tx, scope, book).await?;
    let cycles = shown(tx, scope, book, std::slice::from_ref(&row)).await?;
    cycles.into_iter().next().ok_or(ErrorCode::NotFound.into())
}

/// The last closed cycles of a retainer with their sums, newest first.
///
/// # Errors
/// `not_found`.
pub(crate) async fn last_closed(
    tx: &mut Tx,
    scope: Scope,
    (id, wanted): (RetainerId, usize),
    now: DateTime<Utc>,
) -> Result<Vec<Cycle>> {
    let book = Book::load(tx, scope, id, now).await?;
    let which = store::CyclePage {
        before: book.open.first().map(|open| open.seq),
        begun_by: None,
        limit: i64::try_from(wanted).unwrap_or(i64::MAX),
    };
    let rows = store::cycles(tx, scope, id, which).await?;
    shown(tx, scope, &book, &rows).await
}

/// Cycles of one retainer with their sums, newest first: projected while they are open, as they
/// were frozen when not.
pub(super) async fn shown(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    rows: &[CycleRow],
) -> Result<Vec<Cycle>> {
    let wanted = rows.len();
    let rows = [rows, &servicing::before(tx, scope, book, rows).await?].concat();
    let closed: Vec<CycleId> =
        rows.iter().filter(|row| row.status == CycleStatus::Closed).map(|row| row.id).collect();
    let mut frozen: HashMap<(CycleId, PoolId), Frozen> = HashMap::new();
    for part in store::pool_cycles(tx, scope, &closed).await? {
        let key = (part.cycle_id, part.pool_id);
        frozen.extend(part.sums.map(|sums| (key, sums.0)));
    }
    let absorbed = |(_, kept): &(&(CycleId, PoolId), &Frozen)| kept.closing.overage_absorbed.0 > 0;
    let absorbed: Vec<CycleId> = frozen.iter().filter(absorbed).map(|(key, _)| key.0).collect();
    let back = servicing::taken_back(tx, scope, book, &absorbed).await?;
    let mut projected: Vec<(PoolBook<'_>, Vec<Projection>)> = Vec::new();
    for pool in book.each_pool() {
        projected.push((pool, pool.project()?));
    }
    let mut served: HashMap<PoolId, Vec<(i64, Served)>> = HashMap::new();
    let mut cycles = Vec::with_capacity(rows.len());
    for row in &rows {
        let index = book.open.iter().position(|open| open.id == row.id);
        let mut pools = Vec::with_capacity(projected.len());
        for (pool, projections) in &projected {
            let key = (row.id, pool.pool.id);
            let kept = frozen.get(&key);
            let projection = index.and_then(|index| projections.get(index));
            let (totals, closing) = match (kept, projection) {
                (Some(frozen), _) => (frozen.totals, frozen.closing.clone()),
                (None, Some(projection)) if pool.counts_in(row) => {
                    (projection.totals, pool.closing(row, projection)?)
                }
                _ => continue,
            };
            let gone = back.get(&key).copied().unwrap_or_default();
            let one = servicing::served(*pool, row, (&totals, &closing), gone)?;
            served.entry(pool.pool.id).or_default().push((row.seq, one));
            let sums = view::sums(&totals, &closing);
            pools.push(PoolCycle { pool: pool.shown(row), sums, servicing: None });
        }
        cycles.push(view::cycle(book, row, pools));
    }
    cycles.truncate(wanted);
    for (cycle, row) in cycles.iter_mut().zip(&rows) {
        let terms = book.terms_of(row).map(|terms| &terms.row.terms.0);
        for of in &mut cycle.pools {
            let all = served.get(&of.pool.id).map_or(&[][..], Vec::as_slice);
            of.servicing = servicing::told(all, row.seq, |units| terms?.worth(&of.pool.key, units));
        }
    }
    Ok(cycles)
}

/// The sums of a pool in a cycle, how it stands, and what closing it does or did.
pub(super) async fn totals(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    row: &CycleRow,
) -> Result<(Totals, Standing, Closing)> {
    let stands = |totals: &Totals, lots: &[Lot]| Standing::on(totals, lots, pool.day_of(row));
    if let Some(projection) = pool.projection_of(row)? {
        let standing = stands(&projection.totals, &projection.lots);
        return Ok((projection.totals, standing, pool.closing(row, &projection)?));
    }
    let frozen = frozen(tx, scope, row, pool.pool.id).await?.ok_or(ErrorCode::NotFound)?;
    Ok((frozen.totals, stands(&frozen.totals, &frozen.left), frozen.closing))
}

/// The cycles of a retainer, newest first; a coming one is left out until it begins.
///
/// # Errors
/// `not_found`.
pub async fn cycles(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Cycle>> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let which = store::CyclePage {
        before: paging.after()?,
        begun_by: Some(book.today),
        limit: paging.limit + 1,
    };
    let rows = store::cycles(tx, scope, retainer, which).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row: &CycleRow| row.seq);
    Ok(Page { items: shown(tx, scope, &book, &items).await?, next_cursor })
}

/// The ledger of a pool in one cycle, now or as of a day; of that of the day if none is named, else
/// of the last one begun.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the cycle began; at `pool` for an unknown key.
pub async fn ledger(
    tx: &mut Tx,
    scope: Scope,
    (retainer, cycle, key): (RetainerId, Option<CycleId>, Option<&str>),
    paging: &PageParams,
    (now, as_of): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Ledger> {
    let (book, row) = match (cycle, as_of) {
        (Some(id), _) => open_at(tx, scope, id, now, as_of).await?,
        (None, Some(day)) => {
            let which = store::CyclePage { before: None, begun_by: Some(day), limit: 1 };
            // Of another organisation's retainer none is found.
            store::heads(tx, scope, &[retainer]).await?.pop().ok_or(ErrorCode::NotFound)?;
            let begun = store::cycles(tx, scope, retainer, which).await?.pop();
            let begun = begun.ok_or_else(|| Error::field("as_of", "out_of_range"))?;
            open_at(tx, scope, begun.id, now, as_of).await?
        }
        (None, None) => {
            let book = Book::load(tx, scope, retainer, now).await?;
            let row = present(tx, scope, &book).await?;
            (book, row)
        }
    };
    if row.retainer_id != retainer {
        return Err(ErrorCode::NotFound.into());
    }
    let pool = named(&book, key)?;
    let which = (row.id, pool.pool.id);
    let after: i64 = paging.after()?.unwrap_or(0);
    let until = after.saturating_add(paging.limit);
    let (items, total) = match row.status {
        CycleStatus::Closed => {
            let rows = store::entries(tx, scope, which, (after, until)).await?;
            let last = store::last_position(tx, scope, which).await?;
            let closing = frozen(tx, scope, &row, pool.pool.id).await?.map(|kept| kept.closing);
            let over = closing.map(|closing| lines::overage(&row, &closing, last));
            let (mut items, over) = (line::of_rows(rows), over.unwrap_or_default());
            let total = over.last().map_or(last, |line| line.position);
            items.extend(over.into_iter().filter(|l| l.position > after && l.position <= until));
            (items, total)
        }
        CycleStatus::Open => {
            let mut facts = store::facts(tx, scope, which).await?;
            if let Some(end) = as_of.map(|day| end_of_day(&book.zones, day)) {
                facts.retain(|fact| fact.recorded_at < end);
            }
            let (opening, granted): (_, Quantity) = (pool.opening_of(&row)?, pool.granted(&row));
            let (_, all) =
                lines::of_open(pool, &row, (&opening, granted), (&facts, lines::Telling::ByDay))?;
            let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
            let mine = all.into_iter().filter(|l| l.position > after && l.position <= until);
            (mine.collect(), total)
        }
    };
    let more = items.last().filter(|line| line.position < total);
    let next_cursor = more.map(|line| Cursor::write(&line.position));
    let cycle = shown(tx, scope, &book, std::slice::from_ref(&row)).await?;
    let cycle = cycle.into_iter().next().ok_or(ErrorCode::NotFound)?;
    Ok(Ledger { cycle, pool: pool.shown(&row), items, next_cursor, total })
}

async fn present(tx: &mut Tx, scope: Scope, book: &Book) -> Result<CycleRow> {
    if let Some(row) = store::cycle_on(tx, scope, book.head.id, book.today).await? {
        return Ok(row);
    }
    store::last_cycle(tx, scope, book.head.id).await?.ok_or(ErrorCode::NotFound.into())
}
