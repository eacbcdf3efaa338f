//! What pools gave for nothing and what nobody used, cycle by cycle. Source: domain 6.5, 6.6.
use std::collections::HashMap;

use shared::api::{CycleId, CycleStatus, PoolId, Servicing, Terms};
use shared::rules::ledger::{Closing, Totals};
use shared::rules::servicing::{Served, over_serviced};

use super::book::{Book, end_of_day};
use super::pool::PoolBook;
use super::store::{self, CycleRow, PoolCycleRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Cycles before one that count whether it is over-serviced.
const BEFORE: i64 = 2;

/// The cycles before the oldest of these, newest first; those that count whether it is
/// over-serviced. What closed after the day of the book was open then.
pub(super) async fn before(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    rows: &[CycleRow],
) -> Result<Vec<CycleRow>> {
    let Some(oldest) = rows.iter().map(|row| row.seq).min() else { return Ok(Vec::new()) };
    let which = store::CyclePage { before: Some(oldest), begun_by: None, limit: BEFORE };
    let found = store::cycles(tx, scope, book.head.id, which).await?;
    let then = |row: CycleRow| match book.open.iter().find(|open| open.id == row.id) {
        Some(open) => CycleRow { status: CycleStatus::Open, closed_at: None, ..open.clone() },
        None => row,
    };
    Ok(found.into_iter().map(then).collect())
}

/// Units beyond what closed cycles had that were taken back since, by cycle and pool; as of the
/// day of the book.
pub(super) async fn taken_back(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    cycles: &[CycleId],
) -> Result<HashMap<(CycleId, PoolId), i64>> {
    let end = book.as_of.map(|day| end_of_day(&book.zones, day));
    let rows = store::beyond_taken_back(tx, scope, cycles, end).await?;
    Ok(rows.into_iter().map(|(cycle, pool, units)| ((cycle, pool), units)).collect())
}

/// What a cycle of a pool gave and left; `gone` units of its overage were taken back since.
///
/// # Errors
/// Those of the rules.
pub(super) fn served(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (totals, closing): (&Totals, &Closing),
    gone: i64,
) -> Result<Served> {
    // As amendments within the cycle left it (domain 2.11). Goodwill and what came back are none.
    let amended: i64 = pool.amended(row)?.values().sum();
    Ok(Served {
        allowance: (totals.grant.0 + amended).max(0),
        available: totals.available().0,
        lapsed: closing.expired_total().0,
        ..gave(totals, closing, gone)
    })
}

/// What a cycle of a pool gave for nothing, and no more of it.
fn gave(totals: &Totals, closing: &Closing, gone: i64) -> Served {
    // What was billed stays billed: it is no gift, and none that was taken back.
    let gone = (gone - closing.overage_billed.0).max(0);
    Served {
        absorbed: (closing.overage_absorbed.0 - gone).max(0),
        waived: totals.adjust_waived.0,
        ..Served::default()
    }
}

/// What is told of the cycle numbered `seq`, of all that are known of its pool; `worth` is the
/// money of units.
pub(super) fn told(
    all: &[(i64, Served)],
    seq: i64,
    worth: impl Fn(i64) -> Option<i64>,
) -> Option<Servicing> {
    let (_, this) = all.iter().find(|(of, _)| *of == seq)?;
    let earlier = |back: i64| all.iter().find(|(of, _)| *of == seq - back).map(|(_, one)| *one);
    let before: Vec<Served> = (1..=BEFORE).filter_map(earlier).collect();
    Some(Servicing {
        given: this.given(),
        given_share: this.given_share(),
        given_minor: worth(this.given()),
        lapsed_share: this.lapsed_share(),
        over_serviced: over_serviced(*this, &before),
    })
}

/// What closed cycles gave for nothing, by cycle: in minor units of the retainer's currency, as far
/// as somebody priced it, and the pools of which nobody has. `cycles` go with their terms.
///
/// # Errors
/// Those of the database.
pub(crate) async fn given(
    tx: &mut Tx,
    scope: Scope,
    cycles: &[(CycleId, &Terms)],
    pools: &HashMap<PoolId, String>,
) -> Result<HashMap<CycleId, (i64, i64)>> {
    let of: HashMap<CycleId, &Terms> = cycles.iter().copied().collect();
    let ids: Vec<CycleId> = cycles.iter().map(|(id, _)| *id).collect();
    let parts = store::pool_cycles(tx, scope, &ids).await?;
    let some = |part: &PoolCycleRow| {
        part.sums.as_ref().is_some_and(|sums| gave(&sums.0.totals, &sums.0.closing, 0).given() > 0)
    };
    let parts: Vec<PoolCycleRow> = parts.into_iter().filter(some).collect();
    let mut absorbed: Vec<CycleId> = parts.iter().map(|part| part.cycle_id).collect();
    absorbed.sort_unstable();
    absorbed.dedup();
    let mut back: HashMap<(CycleId, PoolId), i64> = HashMap::new();
    for some in absorbed.chunks(500) {
        let rows = store::beyond_taken_back(tx, scope, some, None).await?;
        back.extend(rows.into_iter().map(|(cycle, pool, units)| ((cycle, pool), units)));
    }
    let mut given: HashMap<CycleId, (i64, i64)> = HashMap::new();
    for part in parts {
        let (Some(sums), Some(terms)) = (&part.sums, of.get(&part.cycle_id)) else { continue };
        let key = (part.cycle_id, part.pool_id);
        let gone = back.get(&key).copied().unwrap_or_default();
        let units = gave(&sums.0.totals, &sums.0.closing, gone).given();
        let pool = pools.get(&part.pool_id).map_or("", String::as_str);
        let whole = given.entry(part.cycle_id).or_default();
        match terms.worth(pool, units) {
            Some(minor) => whole.0 = whole.0.saturating_add(minor),
            None if units > 0 => whole.1 += 1,
            None => {}
        }
    }
    Ok(given)
}
