//! `perennial check`: proves on a live database that no minute was lost or made, and that what is
//! billed is what the books say.
mod amendments;
mod closings;
mod credits;
mod earlier;
mod entries;
mod fees;
mod files;
mod invoices;
mod payments;
mod pools;
mod sources;
mod spent;
mod store;

pub use files::files;

use chrono::DateTime;
use shared::api::{CycleId, CycleStatus, MemberId, RetainerId, Role};
use uuid::Uuid;

use crate::auth::Scope;
use crate::cycles::store::{CyclePage, PoolCycleRow};
use crate::cycles::{self, Book};
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
    let before = store::before(tx, scope, id).await?;
    let mut breaches = Vec::new();
    cycles(tx, scope, (&book, before), &mut breaches).await?;
    let records = store::records(tx, scope, id).await?;
    // No number is used twice, so none below the last is missing if as many have a fact.
    let used = records.last_record - records.spare;
    if records.count != used || records.highest > records.last_record {
        breaches.push(format!(
            "{} facts up to number {}, but {used} numbers of {} were given to one",
            records.count, records.highest, records.last_record
        ));
    }
    entries::check(tx, scope, (&book, id), &mut breaches).await?;
    sources::check(tx, scope, &book, &mut breaches).await?;
    invoices::check(tx, scope, id, &mut breaches).await?;
    fees::check(tx, scope, &book, &mut breaches).await?;
    credits::check(tx, scope, id, &mut breaches).await?;
    payments::check(tx, scope, id, &mut breaches).await?;
    for fact in store::reversals_that_differ(tx, scope, id).await? {
        breaches.push(format!("fact {fact} takes back something else than it reverses"));
    }
    Ok(breaches.into_iter().map(|breach| format!("retainer {id}: {breach}")).collect())
}

/// Cycles follow the calendar and close in order; in closed ones each pool is what its facts make
/// it, and hands on exactly what it has left.
async fn cycles(
    tx: &mut Tx,
    scope: Scope,
    (book, before): (&Book, store::Before),
    breaches: &mut Vec<String>,
) -> Result<()> {
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
    amendments::check(tx, scope, (book, &rows, before), breaches).await?;
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
            let of = (pool, row, part);
            handed_on = pools::check(tx, scope, of, (before, handed_on), breaches).await?;
        }
    }
    Ok(())
}
