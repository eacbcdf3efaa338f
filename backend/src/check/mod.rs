//! `perennial check`: proves on a live database that no minute was lost or made, and that what is
//! billed is what the books say.
mod amendments;
mod closings;
mod invoices;
mod sources;
mod store;

use std::collections::HashSet;

use chrono::DateTime;
use shared::api::{CycleId, CycleStatus, LineKind, MemberId, RetainerId, Role};
use shared::rules::ledger::Opening;
use uuid::Uuid;

use crate::auth::Scope;
use crate::cycles::store::{CyclePage, CycleRow, EntryRow, PoolCycleRow};
use crate::cycles::{self, Book, PoolBook};
use crate::db::{Db, Tx};
use crate::error::Result;

/// Every breach of an invariant, in words; none if the books are clean. Reads only.
///
/// # Errors
/// A database that cannot be read.
pub async fn run(db: &Db) -> Result<Vec<String>> {
    let gaps = db.read(async |tx| store::series_with_gaps(tx).await).await?;
    let gap = |series: String| format!("series {series} has numbers without an invoice");
    let mut breaches: Vec<String> = gaps.into_iter().map(gap).collect();
    let mut after = None;
    loop {
        let page = db.read(async |tx| store::retainers(tx, after).await).await?;
        let Some(last) = page.last() else { return Ok(breaches) };
        after = Some(last.id);
        for found in page {
            let nobody = MemberId(Uuid::nil());
            let scope = Scope::acting(found.organisation_id, nobody, Role::Owner);
            breaches.extend(db.read(async |tx| retainer(tx, scope, found.id).await).await?);
        }
    }
}

async fn retainer(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<String>> {
    // What is closed does not depend on the day it is.
    let book = Book::load(tx, scope, id, DateTime::UNIX_EPOCH).await?;
    let mut breaches = Vec::new();
    cycles(tx, scope, &book, &mut breaches).await?;
    let records = store::records(tx, scope, id).await?;
    // No number is used twice, so none below the last is missing if as many have a fact.
    let used = records.last_record - records.spare;
    if records.count != used || records.highest > records.last_record {
        breaches.push(format!(
            "{} facts up to number {}, but {used} numbers of {} were given to one",
            records.count, records.highest, records.last_record
        ));
    }
    for entry in store::entries_without_their_fact(tx, scope, id).await? {
        breaches.push(format!("time entry {entry} and its fact in the ledger disagree"));
    }
    sources::check(tx, scope, &book, &mut breaches).await?;
    invoices::check(tx, scope, id, &mut breaches).await?;
    for fact in store::reversals_that_differ(tx, scope, id).await? {
        breaches.push(format!("fact {fact} takes back something else than it reverses"));
    }
    Ok(breaches.into_iter().map(|breach| format!("retainer {id}: {breach}")).collect())
}

/// Cycles follow the calendar and close in order; in closed ones each pool is what its facts make
/// it, and hands on exactly what it has left.
async fn cycles(tx: &mut Tx, scope: Scope, book: &Book, breaches: &mut Vec<String>) -> Result<()> {
    let all = CyclePage { before: None, begun_by: None, limit: i64::MAX };
    let mut rows = cycles::store::cycles(tx, scope, book.head.id, all).await?;
    rows.reverse();
    let mut open_seen = false;
    for row in &rows {
        let expected = u32::try_from(row.seq).ok().and_then(|seq| book.series.cycle(seq));
        if expected.is_none_or(|cycle| (cycle.start, cycle.end) != (row.starts_on, row.ends_on)) {
            breaches.push(format!("cycle {} is not where the calendar has it", row.seq));
        }
        match row.status {
            CycleStatus::Closed if open_seen => {
                breaches.push(format!("cycle {} closed before an earlier one", row.seq));
            }
            CycleStatus::Closed => {}
            CycleStatus::Open => open_seen = true,
        }
    }
    amendments::check(tx, scope, (book, &rows), breaches).await?;
    let ids: Vec<CycleId> = rows.iter().map(|row| row.id).collect();
    let parts = cycles::store::pool_cycles(tx, scope, &ids).await?;
    for row in &rows {
        closings::check(tx, scope, (book, row, &parts), breaches).await?;
    }
    for pool in book.each_pool() {
        let mut handed_on = None;
        for row in &rows {
            let mine =
                |part: &&PoolCycleRow| (part.cycle_id, part.pool_id) == (row.id, pool.pool.id);
            let Some(part) = parts.iter().find(mine) else {
                // A pool agreed on later is in no cycle that was closed before.
                if row.status == CycleStatus::Open {
                    breaches.push(format!("cycle {} lacks the pool {}", row.seq, pool.pool.key));
                }
                continue;
            };
            handed_on = pool_cycle(tx, scope, (pool, row, part), handed_on, breaches).await?;
        }
    }
    Ok(())
}

/// One pool in one cycle; answers what it hands on, if it is closed.
async fn pool_cycle(
    tx: &mut Tx,
    scope: Scope,
    (pool, row, part): (PoolBook<'_>, &CycleRow, &PoolCycleRow),
    handed_on: Option<Opening>,
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
    if replayed.frozen != frozen.0 {
        breach("it is not what its facts make it");
    }
    // The day a lot ends is told as the calendar had it at the close, and a pause moves it since;
    // the cycle it ends with is in the sums.
    let undated = |rows: Vec<EntryRow>| -> Vec<EntryRow> {
        rows.into_iter().map(|row| EntryRow { lot_ends_on: None, ..row }).collect()
    };
    let kept = undated(store::entries(tx, scope, which).await?);
    let made = undated(replayed.entries);
    if made != kept && without_lots_taken_back(made) != without_lots_taken_back(kept) {
        breach("its ledger was changed");
    }
    if store::ledger_sum(tx, scope, which).await? != 0 {
        breach("its ledger does not add up");
    }
    Ok(Some(frozen.0.closing.next.clone()))
}

/// The lines of a ledger, with what was taken back in it told as it was before its lots were:
/// a cycle that was closed then keeps it so.
fn without_lots_taken_back(rows: Vec<EntryRow>) -> Vec<EntryRow> {
    let back = |row: &&EntryRow| row.kind == LineKind::Reverse;
    let back: HashSet<i64> = rows.iter().filter(back).map(|row| row.position).collect();
    let pair = |row: &EntryRow| back.contains(&row.position) || back.contains(&(row.position + 1));
    let bare = |row: EntryRow| EntryRow {
        overage: 0,
        balance: 0,
        lot_kind: None,
        lot_origin: None,
        lot_starts_on: None,
        lot_quantity: 0,
        ..row
    };
    rows.into_iter()
        .filter(|row| row.part == 0 || !pair(row))
        .map(|row| if pair(&row) { bare(row) } else { row })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: i64, part: i64, kind: LineKind, lots: bool) -> EntryRow {
        EntryRow {
            position,
            part,
            kind,
            effective_on: Default::default(),
            quantity: 60,
            overage: 0,
            balance: position,
            lot_kind: lots.then(|| "included".to_owned()),
            lot_origin: lots.then_some(1),
            lot_starts_on: None,
            lot_ends_on: None,
            lot_quantity: if lots { 60 } else { 0 },
            fact_id: None,
        }
    }

    #[test]
    fn only_what_was_taken_back_may_lack_its_lots() {
        use LineKind::{Consume, Reverse};
        let told = |lots: bool| {
            let mut rows = vec![row(1, 0, Consume, true), row(2, 0, Consume, lots)];
            rows.extend(lots.then(|| row(2, 1, Consume, lots)));
            rows.push(row(3, 0, Reverse, lots));
            rows
        };
        assert_eq!(without_lots_taken_back(told(true)), without_lots_taken_back(told(false)));
        let mut wrong = told(false);
        wrong[0].lot_quantity = 0;
        assert_ne!(without_lots_taken_back(told(true)), without_lots_taken_back(wrong));
        let mut wrong = told(false);
        wrong[1].quantity = 90;
        assert_ne!(without_lots_taken_back(told(true)), without_lots_taken_back(wrong));
    }
}
