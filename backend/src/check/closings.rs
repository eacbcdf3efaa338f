//! What was decided and said when cycles closed, against what they keep.
use shared::api::CycleStatus;

use crate::auth::Scope;
use crate::cycles::store::{self, CycleRow, DraftRow, PoolCycleRow};
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;

/// Says which cycles were decided or told about while they are open, were settled in a way that
/// their terms do not leave open, or leave something else to be billed than their sums say. (That
/// the sums are what the decisions make of the facts is proved where they are replayed.)
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    (book, row, parts): (&Book, &CycleRow, &[PoolCycleRow]),
    breaches: &mut Vec<String>,
) -> Result<()> {
    let decisions = store::decisions(tx, scope, row.id).await?;
    let said = store::closing_record(tx, scope, row.id).await?.is_some();
    let mut breach = |what: &str| breaches.push(format!("cycle {}: {what}", row.seq));
    if row.status == CycleStatus::Open && (said || !decisions.is_empty()) {
        breach("it was decided or told about, and is open");
    }
    if !said && !decisions.is_empty() {
        breach("its overage was settled by nobody who closed it");
    }
    for made in &decisions {
        let pool = book.pool(made.pool_id);
        if !pool.is_some_and(|pool| pool.choices(row).contains(&made.mode())) {
            breach("its overage was settled in a way that its terms do not leave open");
        }
    }
    let mut expected: Vec<DraftRow> = parts
        .iter()
        .filter(|part| part.cycle_id == row.id)
        .filter_map(|part| Some((book.pool(part.pool_id)?, &part.sums.as_ref()?.0)))
        .filter_map(|(pool, frozen)| cycles::draft(pool, frozen))
        .collect();
    expected.sort_by_key(|line| line.pool_id);
    if expected != store::draft_lines(tx, scope, row.id).await? {
        breach("what is to be billed is not what its sums say");
    }
    Ok(())
}
