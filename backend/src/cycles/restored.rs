//! What comes back of a use of a closed cycle that is taken back.
//! Source: domain 3.9, docs/decisions/0020.
use std::collections::HashSet;

use shared::api::{CycleId, ErrorCode, FactId, PoolId};
use shared::rules::ledger::{self, Fact};
use shared::rules::units::Quantity;

use super::book::Book;
use super::lines;
use super::pool::{Known, PoolBook};
use super::store::{self, CycleRow, Frozen, PoolCycleRow, TakenBackRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Units of a use of a closed cycle for which nothing comes back: without it as much less would
/// have been billed or delivered for nothing.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn unpaid(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (cycle, pool): (CycleId, PoolId),
    (fact, quantity): (FactId, i64),
) -> Result<i64> {
    let pool = book.pool(pool).ok_or(ErrorCode::NotFound)?;
    let row = store::find_cycle(tx, scope, cycle).await?;
    let mut parts = store::pool_cycles(tx, scope, &[cycle]).await?;
    parts.retain(|part| part.pool_id == pool.pool.id);
    let Some(part) = parts.pop() else { return Ok(0) };
    let Some(closed) = Closed::read(tx, scope, pool, (&row, &part)).await? else { return Ok(0) };
    let before = store::taken_back(tx, scope, (cycle, pool.pool.id), None).await?;
    let mut gone: HashSet<FactId> = before.iter().map(|back| back.fact_id).collect();
    gone.insert(fact);
    let beyond = before.iter().map(|back| back.beyond).sum();
    closed.unpaid(quantity, &gone, beyond)
}

/// What was taken back of a pool in a closed cycle, each with the units that the rules say give
/// nothing back, after what the ones before it kept.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn taken_back(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    (row, part): (&CycleRow, &PoolCycleRow),
) -> Result<Vec<(TakenBackRow, i64)>> {
    let all = store::taken_back(tx, scope, (row.id, pool.pool.id), None).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let closed = Closed::read(tx, scope, pool, (row, part)).await?;
    let (mut gone, mut before) = (HashSet::new(), 0);
    let mut told = Vec::with_capacity(all.len());
    for back in all {
        gone.insert(back.fact_id);
        let wanted = match &closed {
            Some(closed) => closed.unpaid(back.quantity, &gone, before)?,
            None => 0,
        };
        before += back.beyond;
        told.push((back, wanted));
    }
    Ok(told)
}

/// A pool in a closed cycle that went over, with what counted in it.
struct Closed<'a> {
    pool: PoolBook<'a>,
    row: &'a CycleRow,
    part: &'a PoolCycleRow,
    frozen: &'a Frozen,
    facts: Vec<(FactId, Fact)>,
}

impl<'a> Closed<'a> {
    /// None where nothing was billed or delivered for nothing: all of it comes back then.
    async fn read(
        tx: &mut Tx,
        scope: Scope,
        pool: PoolBook<'a>,
        (row, part): (&'a CycleRow, &'a PoolCycleRow),
    ) -> Result<Option<Self>> {
        let over = |frozen: &&Frozen| frozen.totals.overage > frozen.closing.borrowed;
        let frozen = part.sums.as_ref().map(|sums| &sums.0).filter(over);
        let Some(frozen) = frozen else { return Ok(None) };
        let facts = store::facts(tx, scope, (row.id, pool.pool.id)).await?;
        let facts = lines::standing(&facts, &lines::undone(&facts)).collect();
        Ok(Some(Self { pool, row, part, frozen, facts }))
    }
    /// What of a use gives nothing back, `gone` being itself and what was taken back before it.
    fn unpaid(&self, quantity: i64, gone: &HashSet<FactId>, before: i64) -> Result<i64> {
        let known = Known::kept(self.frozen.foresight.clone());
        let pool = self.pool.knowing(&known);
        let granted = Quantity(self.part.granted);
        let terms = pool.terms_with(self.row, granted).ok_or(ErrorCode::NotFound)?;
        let stays = self.facts.iter().filter(|(id, _)| !gone.contains(id));
        let stays: Vec<Fact> = stays.map(|(_, fact)| *fact).collect();
        let opening = &self.part.opening_lots.0;
        let without = ledger::project(opening, &terms, &stays, &|seq| pool.end_of(seq))?;
        let kept = (&self.frozen.totals, self.frozen.closing.borrowed);
        let overage = without.totals.overage;
        Ok(ledger::unpaid(Quantity(quantity), kept, overage, Quantity(before)).0)
    }
}
