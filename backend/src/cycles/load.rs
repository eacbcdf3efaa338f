//! Fills books: their open cycles with what was recorded in them, and what is booked.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, LineKind, PoolId, RetainerId, Unit};
use shared::rules::ledger::{Fact, FactKind};
use shared::rules::units::Quantity;

use super::book::{Book, end_of_day};
use super::pool::as_fact;
use super::store::{self, DaySum, PoolCycleRow, SingleFact, Which};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Fills the open cycles and what was recorded in them, for all books in few statements.
pub(super) async fn load_open(
    tx: &mut Tx,
    scope: Scope,
    books: &mut [Book],
    as_of: Option<NaiveDate>,
) -> Result<()> {
    let ids: Vec<RetainerId> = books.iter().map(|book| book.head.id).collect();
    // Zones differ: read from the earliest end of the day on, then cut each book at its own.
    let ends = |book: &Book| as_of.map(|day| end_of_day(&book.zones, day));
    let earliest = books.iter().filter_map(ends).min();
    let mut rows = store::open_cycles(tx, scope, &ids, earliest).await?;
    for book in books.iter_mut() {
        let (mine, rest) = rows.into_iter().partition(|row| row.retainer_id == book.head.id);
        rows = rest;
        let end = ends(book);
        book.open = mine;
        book.open.retain(|row| end.is_none_or(|end| row.closed_at.is_none_or(|at| at >= end)));
    }
    let open = |books: &[Book]| -> Vec<CycleId> {
        books.iter().flat_map(|book| book.open.iter().map(|row| row.id)).collect()
    };
    let all = open(books);
    let mut parts: HashMap<CycleId, Vec<PoolCycleRow>> = HashMap::new();
    for part in store::pool_cycles(tx, scope, &all).await? {
        parts.entry(part.cycle_id).or_default().push(part);
    }
    let mut known = match as_of {
        None => facts(tx, scope, &all, None).await?,
        Some(_) => HashMap::new(),
    };
    for book in books.iter_mut() {
        if let Some(day) = as_of {
            let mine: Vec<CycleId> = book.open.iter().map(|row| row.id).collect();
            known = facts(tx, scope, &mine, Some(end_of_day(&book.zones, day))).await?;
        }
        for row in &book.open {
            for part in parts.remove(&row.id).unwrap_or_default() {
                let key = (row.id, part.pool_id);
                book.facts.extend(known.remove_entry(&key));
                book.parts.insert(key, part);
            }
        }
    }
    Ok(())
}

/// Fills what is booked, of the books that count sessions.
pub(super) async fn load_holds(
    tx: &mut Tx,
    scope: Scope,
    books: &mut [Book],
    as_of: Option<NaiveDate>,
) -> Result<()> {
    let counts = |book: &&mut Book| book.pools.iter().any(|pool| pool.unit == Unit::Sessions);
    let mut books: Vec<&mut Book> = books.iter_mut().filter(counts).collect();
    if books.is_empty() {
        return Ok(());
    }
    if let Some(day) = as_of {
        for book in books {
            let end = end_of_day(&book.zones, day);
            let rows = store::holds(tx, scope, &[book.head.id], Some(end)).await?;
            rows.into_iter().for_each(|row| book.hold(row));
        }
        return Ok(());
    }
    let ids: Vec<RetainerId> = books.iter().map(|book| book.head.id).collect();
    for row in store::holds(tx, scope, &ids, None).await? {
        if let Some(book) = books.iter_mut().find(|book| book.head.id == row.retainer_id) {
            book.hold(row);
        }
    }
    Ok(())
}

type Facts = HashMap<(CycleId, PoolId), Vec<Fact>>;

/// What was recorded in the given cycles. Uses of one day are one fact, since their order changes
/// no balance, unless something recorded between them takes what is unused.
async fn facts(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[CycleId],
    at: Option<DateTime<Utc>>,
) -> Result<Facts> {
    let special = store::single_facts(tx, scope, cycles, (Which::Special, at)).await?;
    let in_order = |kind| matches!(kind, LineKind::AdjustDown | LineKind::SetAside);
    let ordered: HashSet<CycleId> =
        special.iter().filter(|fact| in_order(fact.kind)).map(|fact| fact.cycle_id).collect();
    let (in_order, by_day): (Vec<CycleId>, Vec<CycleId>) =
        cycles.iter().partition(|id| ordered.contains(id));
    let mut facts = Facts::new();
    for sum in &store::day_sums(tx, scope, &by_day, at).await? {
        facts.entry((sum.cycle_id, sum.pool_id)).or_default().extend(of_day(sum));
    }
    let single = store::single_facts(tx, scope, &in_order, (Which::All, at)).await?;
    let special = special.into_iter().filter(|fact| !ordered.contains(&fact.cycle_id));
    for fact in special.chain(single) {
        let SingleFact { cycle_id, pool_id, kind, lot, effective_on, quantity } = fact;
        let fact = as_fact((kind, &lot), effective_on, quantity);
        facts.entry((cycle_id, pool_id)).or_default().extend(fact);
    }
    Ok(facts)
}

fn of_day(sum: &DaySum) -> impl Iterator<Item = Fact> {
    let effective_on = sum.effective_on;
    let fact = move |quantity: i64, kind| {
        let quantity = Quantity(quantity);
        (quantity.0 > 0).then_some(Fact { effective_on, quantity, kind })
    };
    fact(sum.restored, FactKind::AdjustUp).into_iter().chain(fact(sum.used, FactKind::Use))
}
