//! Sessions to be made up, and what a fact would do before it is recorded.
use chrono::NaiveDate;
use shared::api::{CycleId, LotKind, OwedUnits, PoolId};
use shared::rules::ledger::{Ends, Fact, Lot, Settled};

use super::book::Book;
use super::pool::{Known, PoolBook};
use super::service::frozen;
use super::store::CycleRow;
use super::view::ends_on;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

impl Book {
    /// The book as if one more fact were recorded in an open cycle.
    #[must_use]
    pub fn supposing(mut self, which: (CycleId, PoolId), fact: Fact) -> Self {
        self.facts.entry(which).or_default().push(fact);
        self
    }
}

impl PoolBook<'_> {
    /// What the fact recorded last in an open cycle does to the lots; none if it moves nothing.
    ///
    /// # Errors
    /// Rules that the schema should have kept out.
    pub fn last_settled(&self, row: &CycleRow) -> Result<Option<Settled>> {
        let facts = self.book.facts.get(&(row.id, self.pool.id)).map_or(0, Vec::len);
        let Some(projection) = self.projection_of(row)? else { return Ok(None) };
        Ok(projection.settled.into_iter().find(|settled| settled.fact + 1 == facts))
    }

    /// The first day on which what is set aside in an open cycle is gone: after the cycles that
    /// the terms give for it, or with the retainer. Source: domain 3.11.
    pub fn makeups_end(&self, row: &CycleRow) -> Option<NaiveDate> {
        let terms = self.cycle_terms(row)?;
        let seq = terms.seq.saturating_add(terms.policy.makeup_cycles);
        ends_on(*self, row, (LotKind::Makeup, Ends::Cycle { seq })).or(self.book.head.ends_on)
    }
}

/// What is owed in a cycle: make-ups of earlier ones that are left, and what is set aside in it;
/// of a closed one, what it handed on.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn owed(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    row: &CycleRow,
) -> Result<Vec<OwedUnits>> {
    let Some(projection) = pool.projection_of(row)? else {
        let frozen = frozen(tx, scope, row, pool.pool.id).await?;
        return Ok(frozen.map_or_else(Vec::new, |frozen| {
            let known = Known::of(&frozen);
            lots(pool.knowing(known.as_ref()), row, &frozen.closing.next.lots)
        }));
    };
    let mut owed = lots(pool, row, &projection.lots);
    let quantity = projection.totals.makeup_out.0;
    if quantity > 0 {
        owed.push(OwedUnits { quantity, origin_seq: row.seq, ends_on: pool.makeups_end(row) });
    }
    Ok(owed)
}

fn lots(pool: PoolBook<'_>, row: &CycleRow, lots: &[Lot]) -> Vec<OwedUnits> {
    let made = lots.iter().filter(|lot| lot.kind == LotKind::Makeup);
    made.map(|lot| OwedUnits {
        quantity: lot.quantity.0,
        origin_seq: i64::from(lot.origin),
        ends_on: ends_on(pool, row, (lot.kind, lot.ends)).or(pool.book.head.ends_on),
    })
    .collect()
}
