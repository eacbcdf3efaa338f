//! What amendments changed in the cycles they came into, against what their days bring.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared::api::{CycleId, PoolId};

use super::store::{self, Before};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::cycles::store::CycleRow;
use crate::db::Tx;
use crate::error::Result;

/// Says in which cycles the days of each version do not make what its amendment changed: one that
/// was cut and not recut, or whose facts are gone.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    (book, rows, before): (&Book, &[CycleRow], Before),
    breaches: &mut Vec<String>,
) -> Result<()> {
    let mut found: BTreeMap<(CycleId, PoolId), BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    for row in store::amended(tx, scope, book.head.id).await? {
        found
            .entry((row.cycle_id, row.pool_id))
            .or_default()
            .insert(row.effective_on, row.quantity);
    }
    for row in rows {
        // An earlier version had other rules for it, and let people take it back by hand.
        let versions = book.versions_in(row);
        let early = versions.iter().skip(1).any(|one| one.row.number <= before.terms_number);
        for pool in book.each_pool() {
            let mut made = found.remove(&(row.id, pool.pool.id)).unwrap_or_default();
            if early {
                continue;
            }
            let mut wanted = pool.amended(row)?;
            made.retain(|_, quantity| *quantity != 0);
            wanted.retain(|_, quantity| *quantity != 0);
            if made != wanted {
                breaches.push(format!(
                    "cycle {}, pool {}: what amendments changed is not what its days make",
                    row.seq, pool.pool.key
                ));
            }
        }
    }
    if !found.is_empty() {
        breaches.push("an amendment changed a cycle that is not there".to_owned());
    }
    Ok(())
}
