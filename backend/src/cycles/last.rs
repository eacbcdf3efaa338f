//! Where retainers stood before they were paused.
use std::collections::HashMap;

use shared::api::{Balance, CycleId, PoolId, RetainerId, RetainerState};

use super::book::{Book, end_of_day};
use super::store::{self, CycleRow, Frozen};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// The balances of the last cycle with service, of the books whose day lies in a pause; none of the
/// others. What is read does not grow with the books, but for those as of a day.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn last_balances(
    tx: &mut Tx,
    scope: Scope,
    books: &[Book],
) -> Result<HashMap<RetainerId, Vec<Balance>>> {
    let rows = last_rows(tx, scope, books).await?;
    let ids: Vec<CycleId> = rows.iter().map(|(_, row)| row.id).collect();
    let mut frozen: HashMap<(CycleId, PoolId), Frozen> = HashMap::new();
    for part in store::pool_cycles(tx, scope, &ids).await? {
        let key = (part.cycle_id, part.pool_id);
        frozen.extend(part.sums.map(|sums| (key, sums.0)));
    }
    let mut all = HashMap::new();
    for (book, row) in rows {
        let mut balances = Vec::new();
        for pool in book.each_pool() {
            let frozen = frozen.get(&(row.id, pool.pool.id));
            let held = frozen.is_some_and(|frozen| frozen.totals.available().0 > 0);
            if held || pool.counts_in(&row) {
                balances.extend(view::balance(pool, &row, frozen)?);
            }
        }
        all.insert(book.head.id, balances);
    }
    Ok(all)
}

/// The last cycle with service of each paused book: the last open one that has begun, or else the
/// last one closed. As of a day it is what was open or closed then: a resumption that was agreed
/// later may have made a cycle of earlier days.
async fn last_rows<'a>(
    tx: &mut Tx,
    scope: Scope,
    books: &'a [Book],
) -> Result<Vec<(&'a Book, CycleRow)>> {
    let paused = |book: &&Book| book.paused() && book.head.state != RetainerState::Ended;
    let (mut rows, mut closed) = (Vec::new(), Vec::new());
    for book in books.iter().filter(paused) {
        match book.open.iter().rev().find(|row| row.starts_on <= book.today) {
            Some(row) => rows.push((book, row.clone())),
            None => closed.push(book),
        }
    }
    let (then, now): (Vec<&Book>, Vec<&Book>) =
        closed.into_iter().partition(|book| book.as_of.is_some());
    let ids: Vec<RetainerId> = now.iter().map(|book| book.head.id).collect();
    let mut found = store::last_closed(tx, scope, &ids, None).await?;
    for book in &then {
        let end = book.as_of.map(|day| end_of_day(&book.zones, day));
        found.extend(store::last_closed(tx, scope, &[book.head.id], end).await?);
    }
    for book in now.into_iter().chain(then) {
        let row = found.iter().find(|row| row.retainer_id == book.head.id);
        rows.extend(row.map(|row| (book, row.clone())));
    }
    Ok(rows)
}
