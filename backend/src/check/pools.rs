//! What a pool keeps of a cycle, against what its facts make it.
use shared::api::CycleStatus;
use shared::rules::ledger::Opening;

use super::earlier;
use super::store::{self, Before};
use crate::auth::Scope;
use crate::cycles::store::{CycleRow, EntryRow, PoolCycleRow};
use crate::cycles::{self, PoolBook};
use crate::db::Tx;
use crate::error::Result;

/// Says what is wrong with one pool in one cycle; answers what it hands on, if it is closed.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    (pool, row, part): (PoolBook<'_>, &CycleRow, &PoolCycleRow),
    (before, handed_on): (Before, Option<Opening>),
    breaches: &mut Vec<String>,
) -> Result<Option<Opening>> {
    let mut breach = |what: &str| {
        breaches.push(format!("cycle {}, pool {}: {what}", row.seq, pool.pool.key));
    };
    if handed_on.is_some_and(|opening| opening != part.opening_lots.0) {
        breach("it does not begin with what was carried");
    }
    if (row.status == CycleStatus::Closed) != part.sums.is_some() {
        breach("a closed cycle keeps its sums, an open one has none");
    }
    let Some(frozen) = &part.sums else { return Ok(None) };
    let which = (row.id, pool.pool.id);
    let replayed = cycles::replay(tx, scope, pool, (row, part)).await?;
    let kept = undated(store::entries(tx, scope, which).await?);
    let made = undated(replayed.entries);
    let early = row.seq <= before.closed_seq;
    let proof = earlier::proof(pool, row, &frozen.0);
    let (sums, ledger) = match early {
        false => (replayed.frozen == frozen.0, made == kept),
        true => (
            earlier::same_sums(proof, &replayed.frozen, &frozen.0),
            earlier::same_ledger(proof, made, kept),
        ),
    };
    if !sums {
        breach("it is not what its facts make it");
    }
    if !ledger {
        breach("its ledger was changed");
    }
    if store::ledger_sum(tx, scope, which).await? != 0 {
        breach("its ledger does not add up");
    }
    if !early || proof == earlier::Proof::Whole {
        for (back, wanted) in cycles::taken_back(tx, scope, pool, (row, part)).await? {
            // An earlier version looked at the entry alone, or at nothing.
            let less = back.record_no <= before.last_record && back.beyond < wanted;
            if back.beyond != wanted && !less {
                breach("what was taken back of it gave back something else than lots had paid");
            }
        }
    }
    Ok(Some(frozen.0.closing.next.clone()))
}

/// The day a lot ends is told as the calendar had it at the close, and a pause moves it since; the
/// cycle it ends with is in the sums.
fn undated(rows: Vec<EntryRow>) -> Vec<EntryRow> {
    rows.into_iter().map(|row| EntryRow { lot_ends_on: None, ..row }).collect()
}
