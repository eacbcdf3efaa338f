//! What reading the books means: cycles, balances, ledgers, explanations.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Balance, Cycle, CycleId, CycleStatus, ErrorCode, Explanation, ExplanationPart, Ledger, Page,
    RetainerId,
};
use shared::rules::ledger::{Projection, Totals};

use super::book::Book;
use super::store::{self, CycleRow};
use super::{lines, view};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{Cursor, PageParams, page};

/// A cycle's row and its book, now or as of a day.
async fn open_at(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<(Book, CycleRow)> {
    let row = store::find_cycle(tx, scope, id).await?;
    let books = Book::load_all(tx, scope, &[row.retainer_id], now, as_of).await?;
    let book = books.into_iter().next().ok_or(ErrorCode::NotFound)?;
    Ok((book, row))
}

/// The balance of a cycle, now or as of a day.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the cycle began.
pub async fn balance(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<Balance> {
    let (book, row) = open_at(tx, scope, id, now, as_of).await?;
    if as_of.is_some_and(|day| day < row.starts_on) {
        return Err(Error::field("as_of", "out_of_range"));
    }
    view::balance(&book, &row)?.ok_or(ErrorCode::NotFound.into())
}

/// The balance of a cycle after a write in the same transaction.
///
/// # Errors
/// `not_found`.
pub(crate) async fn balance_of_cycle(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<Balance> {
    balance(tx, scope, id, now, None).await
}

/// A cycle with its sums.
///
/// # Errors
/// `not_found`.
pub async fn cycle(tx: &mut Tx, scope: Scope, id: CycleId, now: DateTime<Utc>) -> Result<Cycle> {
    let (book, row) = open_at(tx, scope, id, now, None).await?;
    shown(&book, &book.project()?, &row)
}

fn shown(book: &Book, projections: &[Projection], row: &CycleRow) -> Result<Cycle> {
    if let Some(frozen) = &row.sums {
        return Ok(view::cycle(row, &frozen.0.totals, &frozen.0.closing));
    }
    let index = book.open.iter().position(|open| open.id == row.id);
    match index.and_then(|index| projections.get(index)) {
        Some(projection) => {
            Ok(view::cycle(row, &projection.totals, &book.closing(row, projection)?))
        }
        None => Err(ErrorCode::NotFound.into()),
    }
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
    let projections = book.project()?;
    let which = store::CyclePage {
        before: paging.after()?,
        begun_by: Some(book.today),
        limit: paging.limit + 1,
    };
    let rows = store::cycles(tx, scope, retainer, which).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row: &CycleRow| row.seq);
    let items = items.iter().map(|row| shown(&book, &projections, row)).collect::<Result<_>>()?;
    Ok(Page { items, next_cursor })
}

/// The ledger of one cycle; of today's if none is named, else of the last one begun.
///
/// # Errors
/// `not_found`; at `cycle_id` for a cycle of another retainer.
pub async fn ledger(
    tx: &mut Tx,
    scope: Scope,
    (retainer, cycle): (RetainerId, Option<CycleId>),
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Ledger> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let row = match cycle {
        Some(id) => store::find_cycle(tx, scope, id).await?,
        None => present(tx, scope, &book).await?,
    };
    if row.retainer_id != retainer {
        return Err(ErrorCode::NotFound.into());
    }
    let after: i64 = paging.after()?.unwrap_or(0);
    let until = after.saturating_add(paging.limit);
    let (items, total) = match row.status {
        CycleStatus::Closed => {
            let rows = store::entries(tx, scope, row.id, (after, until)).await?;
            (lines::of_rows(rows), store::last_position(tx, scope, row.id).await?)
        }
        CycleStatus::Open => {
            let facts = store::facts(tx, scope, row.id).await?;
            let opening = opening_of(&book, &row)?;
            let (_, all) = lines::of_open(&book, &row, &opening, &facts)?;
            let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
            let mine = all.into_iter().filter(|l| l.position > after && l.position <= until);
            (mine.collect(), total)
        }
    };
    let more = items.last().filter(|line| line.position < total);
    let next_cursor = more.map(|line| Cursor::write(&line.position));
    let cycle = shown(&book, &book.project()?, &row)?;
    Ok(Ledger { cycle, items, next_cursor, total })
}

async fn present(tx: &mut Tx, scope: Scope, book: &Book) -> Result<CycleRow> {
    if let Some(row) = store::cycle_on(tx, scope, book.head.id, book.today).await? {
        return Ok(row);
    }
    store::last_cycle(tx, scope, book.head.id).await?.ok_or(ErrorCode::NotFound.into())
}

/// What an open cycle begins with: provisional while the one before it is open too.
fn opening_of(book: &Book, row: &CycleRow) -> Result<shared::rules::ledger::Opening> {
    let index = book.open.iter().position(|open| open.id == row.id).unwrap_or(0);
    let Some(before) = index.checked_sub(1) else { return Ok(book.opening()) };
    let projections = book.project()?;
    match (book.open.get(before), projections.get(before)) {
        (Some(row), Some(projection)) => Ok(book.closing(row, projection)?.next),
        _ => Ok(book.opening()),
    }
}

/// Takes a figure of a cycle apart.
///
/// # Errors
/// `not_found`, also for a figure that nobody knows.
pub async fn explain(
    tx: &mut Tx,
    scope: Scope,
    (figure, id): (&str, CycleId),
    now: DateTime<Utc>,
) -> Result<Explanation> {
    let (book, row) = open_at(tx, scope, id, now, None).await?;
    let projections = book.project()?;
    let index = book.open.iter().position(|open| open.id == row.id);
    let totals = match (&row.sums, index.and_then(|index| projections.get(index))) {
        (Some(frozen), _) => frozen.0.totals,
        (None, Some(projection)) => projection.totals,
        (None, None) => return Err(ErrorCode::NotFound.into()),
    };
    let people = store::by_person(tx, scope, row.id).await?;
    let rows = format!("/api/v1/retainers/{}/ledger?cycle_id={}", row.retainer_id, row.id);
    let part = |key: &str, label: &str, value: i64| ExplanationPart {
        key: key.into(),
        label: label.into(),
        value,
        source: rows.clone(),
    };
    let offered = vec![
        part("carried_in", "Carried in from earlier cycles", totals.opening.0),
        part("granted", "Allowance of this cycle", totals.grant.0),
        part("adjusted", "Given back or taken away", adjusted(&totals)),
    ];
    let (label, value, rule, parts) = match figure {
        "available" => ("Available", totals.available().0, AVAILABLE, offered),
        "left" => {
            let drawn = totals.consumed.0 - totals.overage.0;
            let parts = offered.into_iter().chain([part("drawn", "Drawn by work", -drawn)]);
            ("Left", totals.balance().0, LEFT, parts.collect())
        }
        "used" => {
            let by = |person: store::PersonSum| ExplanationPart {
                key: "person".into(),
                label: person.name,
                value: person.minutes,
                source: format!(
                    "/api/v1/time-entries?cycle_id={}&member_id={}&draws=true",
                    row.id, person.member_id
                ),
            };
            ("Used", totals.consumed.0, USED, people.into_iter().map(by).collect())
        }
        "overage" => {
            let drawn = totals.consumed.0 - totals.overage.0;
            let used = part("used", "Used", totals.consumed.0);
            let covered = part("drawn", "Covered by what was available", -drawn);
            ("Overage", totals.overage.0, OVERAGE, vec![used, covered])
        }
        _ => return Err(ErrorCode::NotFound.into()),
    };
    let parts = parts.into_iter().filter(|part: &ExplanationPart| part.value != 0).collect();
    Ok(Explanation { figure: figure.into(), label: label.into(), value, rule: rule.into(), parts })
}

fn adjusted(totals: &Totals) -> i64 {
    totals.available().0 - totals.opening.0 - totals.grant.0
}

const AVAILABLE: &str = "Carried in + allowance + given back or taken away.";
const LEFT: &str = "Available − drawn. Work draws the lot that lapses first; work beyond what is \
                    available is overage and draws nothing.";
const USED: &str = "All work that draws, by the person who did it, overage included.";
const OVERAGE: &str = "Used − covered by what was available.";
