//! Brings the open cycles in line with the calendar and the terms after either has changed.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ErrorCode, RetainerId};

use super::book::{Book, Terms};
use super::freeze::{closes_at, generate};
use super::store::{self, CycleRow};
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};

/// Cycles that have not begun follow calendar and terms anew; one that has begun keeps its terms
/// but ends where the calendar now says, with its share of the allowance. Closed ones stay as they
/// are. Source: domain 2.10, 2.11, 2.12.
///
/// # Errors
/// `in_use` if something counts in a cycle that would move or go: a session to come that was called
/// off and charged. Those of the rules and the database.
pub async fn realign(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Book> {
    let book = Book::load(tx, scope, retainer, now).await?;
    for row in &book.open {
        let seq = u32::try_from(row.seq).unwrap_or(u32::MAX);
        match book.series.cycle(seq) {
            Some(cycle) => {
                let moves = (cycle.start, cycle.end) != (row.starts_on, row.ends_on);
                if moves && row.starts_on > book.today && book.holds_facts(row) {
                    return Err(ErrorCode::InUse.into());
                }
                let begun = row.starts_on <= book.today && cycle.start == row.starts_on;
                let terms = if begun { book.terms_of(row) } else { book.terms_on(cycle.start) };
                let terms = terms.ok_or_else(|| Error::internal("realigning", "no terms"))?;
                let fresh = CycleRow {
                    starts_on: cycle.start,
                    ends_on: cycle.end,
                    nominal_start: cycle.nominal_start,
                    nominal_end: cycle.nominal_end,
                    terms_id: terms.row.id,
                    closes_at: closes_at(&book, cycle.end, terms),
                    ..row.clone()
                };
                store::move_cycle(tx, scope, &fresh).await?;
                grant(tx, scope, &book, (&fresh, terms)).await?;
            }
            None => match store::drop_cycle(tx, scope, row.id).await {
                Err(Error::Db(DbError::ForeignKey)) => return Err(ErrorCode::InUse.into()),
                dropped => dropped?,
            },
        }
    }
    let book = Book::load(tx, scope, retainer, now).await?;
    generate(tx, scope, &book).await?;
    Book::load(tx, scope, retainer, now).await
}

async fn grant(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (row, terms): (&CycleRow, &Terms),
) -> Result<()> {
    let Some(cycle) = u32::try_from(row.seq).ok().and_then(|seq| book.series.cycle(seq)) else {
        return Ok(());
    };
    for pool in book.each_pool() {
        let granted = pool.grant(&cycle, terms)?;
        store::set_granted(tx, scope, (row.id, pool.pool.id), granted.0).await?;
    }
    Ok(())
}

/// The first day on which a change may take hold: what has begun today is served today.
pub fn tomorrow(book: &Book) -> NaiveDate {
    book.today.succ_opt().unwrap_or(book.today)
}
