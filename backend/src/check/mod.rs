//! `perennial check`: proves on a live database that no minute was lost or made.
mod store;

use chrono::DateTime;
use shared::api::{CycleStatus, MemberId, RetainerId, Role};
use uuid::Uuid;

use crate::auth::Scope;
use crate::cycles::store::CyclePage;
use crate::cycles::{self, Book};
use crate::db::{Db, Tx};
use crate::error::Result;

/// Every breach of an invariant, in words; none if the books are clean. Reads only.
///
/// # Errors
/// A database that cannot be read.
pub async fn run(db: &Db) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
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
    if records.count != records.last_record || records.highest != records.last_record {
        breaches.push(format!(
            "{} facts up to number {}, but {} numbers were given",
            records.count, records.highest, records.last_record
        ));
    }
    for entry in store::entries_without_their_fact(tx, scope, id).await? {
        breaches.push(format!("time entry {entry} and its fact in the ledger disagree"));
    }
    for fact in store::reversals_that_differ(tx, scope, id).await? {
        breaches.push(format!("fact {fact} takes back another number of minutes than it reverses"));
    }
    Ok(breaches.into_iter().map(|breach| format!("retainer {id}: {breach}")).collect())
}

/// Cycles follow the calendar; closed ones are what their facts make them, and hand on exactly
/// what they have left.
async fn cycles(tx: &mut Tx, scope: Scope, book: &Book, breaches: &mut Vec<String>) -> Result<()> {
    let all = CyclePage { before: None, begun_by: None, limit: i64::MAX };
    let mut rows = cycles::store::cycles(tx, scope, book.head.id, all).await?;
    rows.reverse();
    let mut handed_on = None;
    let mut open_seen = false;
    for row in rows {
        let expected = u32::try_from(row.seq).ok().and_then(|seq| book.series.cycle(seq));
        if expected.is_none_or(|cycle| (cycle.start, cycle.end) != (row.starts_on, row.ends_on)) {
            breaches.push(format!("cycle {} is not where the calendar has it", row.seq));
        }
        if let Some(opening) = handed_on.take()
            && opening != row.opening_lots.0
        {
            breaches.push(format!("cycle {} does not begin with what was carried", row.seq));
        }
        match (&row.status, &row.sums) {
            (CycleStatus::Closed, Some(frozen)) => {
                if open_seen {
                    breaches.push(format!("cycle {} closed before an earlier one", row.seq));
                }
                let replayed = cycles::replay(tx, scope, book, &row).await?;
                if replayed.frozen != frozen.0 {
                    breaches.push(format!("cycle {} is not what its facts make it", row.seq));
                }
                if replayed.entries != store::entries(tx, scope, row.id).await? {
                    breaches.push(format!("the ledger of cycle {} was changed", row.seq));
                }
                if store::ledger_sum(tx, scope, row.id).await? != 0 {
                    breaches.push(format!("the ledger of cycle {} does not add up", row.seq));
                }
                handed_on = Some(frozen.0.closing.next.clone());
            }
            _ => open_seen = true,
        }
    }
    Ok(())
}
