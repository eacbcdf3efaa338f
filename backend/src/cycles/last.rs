//! Where a retainer stood before it was paused.
use std::collections::HashMap;

use shared::api::{Balance, PoolId, RetainerState};

use super::book::Book;
use super::store::{self, Frozen};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// The balances of the last cycle with service, if today lies in a pause; none else.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn last_balances(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<Balance>> {
    if !book.paused() || book.head.state == RetainerState::Ended {
        return Ok(Vec::new());
    }
    let begun = book.open.iter().rev().find(|row| row.starts_on <= book.today);
    let row = match begun {
        Some(row) => row.clone(),
        None => {
            let which = store::CyclePage { before: None, begun_by: Some(book.today), limit: 1 };
            let last = store::cycles(tx, scope, book.head.id, which).await?.into_iter().next();
            let Some(row) = last else { return Ok(Vec::new()) };
            row
        }
    };
    let parts = store::pool_cycles(tx, scope, &[row.id]).await?;
    let frozen: HashMap<PoolId, Frozen> =
        parts.into_iter().filter_map(|part| Some((part.pool_id, part.sums?.0))).collect();
    let mut balances = Vec::new();
    for pool in book.each_pool() {
        let frozen = frozen.get(&pool.pool.id);
        let named = book.terms_of(&row).is_some_and(|terms| terms.names(pool.pool));
        let held = frozen.is_some_and(|frozen| frozen.totals.available().0 > 0);
        if named || held || pool.counts_in(&row) {
            balances.extend(view::balance(pool, &row, frozen)?);
        }
    }
    Ok(balances)
}
