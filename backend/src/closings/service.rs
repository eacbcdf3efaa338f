//! What closing a cycle by hand means. Source: domain 3.7, 3.8, 8.4.
use chrono::{DateTime, Utc};
use shared::api::{
    ClosingRecord, CycleClosing, CycleId, CycleStatus, ErrorCode, NewClosing, OverageChoice,
    OverageMode,
};

use super::view::{self, Choices, closing};
use super::words::Words;
use crate::auth::Scope;
use crate::cycles::store::{self, CycleRow, DecisionRow, Said};
use crate::cycles::{self, Book, PoolBook};
use crate::db::Tx;
use crate::error::{Error, Result};

/// The closing of a cycle as it would be with these choices, or as it was made.
///
/// # Errors
/// `not_found`; at `overage` for a pool or a way that the terms do not leave open.
pub async fn preview(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    (choices, words): (&Choices, Words),
    now: DateTime<Utc>,
) -> Result<CycleClosing> {
    let row = store::find_cycle(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    closing(tx, scope, (&book, &row), (choices, words), now).await
}

/// Closes a cycle after its last day, with its overage settled as decided, and keeps what the
/// client is told. The same closing again gives the same answer. What the calendar has closed
/// before keeps its figures: it is only told about.
///
/// # Errors
/// `not_found`; `cycle_closed` for another closing than the one that was made, or a decision that
/// comes too late; those of [`view::refused`]; `stale`; at the field: a pool that is not there, a
/// way to settle that is not open, no reason for what the terms would not give for nothing.
pub async fn close(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CycleId, i64),
    new: &NewClosing,
    now: DateTime<Utc>,
) -> Result<CycleClosing> {
    let retainer = store::find_cycle(tx, scope, id).await?.retainer_id;
    let book = cycles::close_due(tx, scope, retainer, now).await?;
    let row = store::find_cycle(tx, scope, id).await?;
    let words = Words(new.language);
    if let Some(made) = store::closing_record(tx, scope, id).await? {
        let decisions = store::decisions(tx, scope, id).await?;
        if !repeats(new, &made, (&book, &decisions)) {
            return Err(ErrorCode::CycleClosed.into());
        }
        return closing(tx, scope, (&book, &row), (&Choices::new(), words), now).await;
    }
    if let Some(code) = view::refused(&book, &row) {
        return Err(code.into());
    }
    if book.version_of(&row) != version {
        return Err(ErrorCode::Stale.into());
    }
    match row.status {
        CycleStatus::Open => {
            decide(tx, scope, (&book, &row), &new.overage, now).await?;
            cycles::freeze(tx, scope, &book, now).await?;
        }
        // Its figures are frozen: a decision must be what the terms made of it.
        CycleStatus::Closed => {
            let by_terms = |one: &OverageChoice| {
                let pool = book.pool_named(Some(&one.pool));
                pool.and_then(|pool| pool.choices(&row).first().copied()) == Some(one.choice)
            };
            if !new.overage.iter().all(by_terms) {
                return Err(ErrorCode::CycleClosed.into());
            }
        }
    }
    let book = Book::load(tx, scope, retainer, now).await?;
    let row = store::find_cycle(tx, scope, id).await?;
    let told = closing(tx, scope, (&book, &row), (&Choices::new(), words), now).await?;
    let recap = new.recap.as_deref().unwrap_or(&told.recap);
    let said = Said { recap, language: new.language, priorities: &new.priorities };
    store::say(tx, scope, id, said, now).await?;
    let made = store::closing_record(tx, scope, id).await?;
    Ok(CycleClosing { recap: recap.to_owned(), made, ..told })
}

/// Keeps how overage is settled; the close that follows goes by it.
async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (book, row): (&Book, &CycleRow),
    choices: &[OverageChoice],
    now: DateTime<Utc>,
) -> Result<()> {
    for (place, one) in choices.iter().enumerate() {
        let pool = book.pool_named(Some(&one.pool)).filter(|pool| pool.counts_in(row));
        let pool =
            pool.ok_or_else(|| Error::field(&format!("/overage/{place}/pool"), "not_found"))?;
        if !over(pool, row)? || !pool.choices(row).contains(&one.choice) {
            return Err(Error::field(&format!("/overage/{place}/choice"), "not_allowed"));
        }
        // Whoever gives away what the terms would not says why.
        let by_terms = pool.choices(row).first() == Some(&OverageMode::Absorb);
        if one.choice == OverageMode::Absorb && !by_terms && reason(one).is_none() {
            return Err(Error::field(&format!("/overage/{place}/reason"), "required"));
        }
        let settled = (one.choice, reason(one));
        store::decide(tx, scope, (row.id, pool.pool.id), settled, now).await?;
    }
    Ok(())
}

fn over(pool: PoolBook<'_>, row: &CycleRow) -> Result<bool> {
    Ok(pool.projection_of(row)?.is_some_and(|projection| projection.totals.overage.0 > 0))
}

fn reason(one: &OverageChoice) -> Option<&str> {
    one.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty())
}

/// Whether a request says again what was said when the cycle was closed.
fn repeats(
    new: &NewClosing,
    made: &ClosingRecord,
    (book, decisions): (&Book, &[DecisionRow]),
) -> bool {
    let told = new.recap.as_ref().is_none_or(|recap| *recap == made.recap);
    let decided = |one: &OverageChoice| {
        let pool = book.pool_named(Some(&one.pool)).map(|pool| pool.pool.id);
        decisions.iter().any(|row| {
            Some(row.pool_id) == pool
                && row.mode() == one.choice
                && row.reason.as_deref() == reason(one)
        })
    };
    told && new.language == made.language
        && new.priorities == made.priorities
        && new.overage.len() == decisions.len()
        && new.overage.iter().all(decided)
}
