//! Cycles that an earlier version closed, by what it left of them: see `0017_books_before`.
use std::collections::HashSet;

use shared::api::{FactId, LineKind};
use shared::rules::ledger::{Expired, Totals};
use shared::rules::units::Quantity;

use crate::cycles::PoolBook;
use crate::cycles::store::{CycleRow, EntryRow, Frozen};

/// What of a close can be made again from its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// All of it.
    Whole,
    /// Its sums as far as the order of lots and the rules of the pool do not decide them.
    Facts,
}

/// What can be proved of a close. The first versions did not keep the time after it as they had it,
/// by which lots are put in order; and a pool that was new in a running cycle had no rules there.
pub fn proof(pool: PoolBook<'_>, row: &CycleRow, frozen: &Frozen) -> Proof {
    let kept = pool.kept(row).map(|terms| terms.row.id);
    match frozen.foresight.is_some() && kept == Some(row.terms_id) {
        true => Proof::Whole,
        false => Proof::Facts,
    }
}

/// Whether what was made again is what is kept.
pub fn same_sums(proof: Proof, made: &Frozen, kept: &Frozen) -> bool {
    match proof {
        Proof::Whole => unstarted(made) == unstarted(kept),
        Proof::Facts => {
            let facts = |of: &Totals| {
                [of.opening, of.grant, of.borrow_repaid, of.topups, of.adjust_up, of.consumed]
            };
            let closing = &kept.closing;
            let left = kept.totals.balance().0 + kept.totals.makeup_out.0;
            facts(&made.totals) == facts(&kept.totals)
                && left == closing.closing_balance.0 + closing.expired_total().0
        }
    }
}

/// Lots that lapsed were told without the day that they had started.
fn unstarted(frozen: &Frozen) -> Frozen {
    let mut bare = frozen.clone();
    let mut expired: Vec<Expired> = Vec::new();
    for gone in bare.closing.expired.drain(..) {
        let gone = Expired { starts: None, ..gone };
        let same = |last: &&mut Expired| Expired { quantity: gone.quantity, ..**last } == gone;
        match expired.last_mut().filter(same) {
            Some(last) => last.quantity = Quantity(last.quantity.0 + gone.quantity.0),
            None => expired.push(gone),
        }
    }
    bare.closing.expired = expired;
    bare
}

/// Whether the lines that were made again are those kept.
pub fn same_ledger(proof: Proof, made: Vec<EntryRow>, kept: Vec<EntryRow>) -> bool {
    match proof {
        Proof::Whole => bare(made) == bare(kept),
        Proof::Facts => of_facts(&made) == of_facts(&kept),
    }
}

/// Lines without what an earlier version did not tell: the lots of what was taken back, and the day
/// that a lot had started of what drew it or lapsed.
fn bare(rows: Vec<EntryRow>) -> Vec<EntryRow> {
    let unstarted = |row: EntryRow| match row.kind {
        LineKind::Consume | LineKind::SetAside | LineKind::AdjustDown | LineKind::Expire => {
            EntryRow { lot_starts_on: None, ..row }
        }
        _ => row,
    };
    without_lots_taken_back(rows).into_iter().map(unstarted).collect()
}

/// What each fact did, whatever lots it drew.
fn of_facts(rows: &[EntryRow]) -> Vec<(FactId, LineKind, chrono::NaiveDate, i64)> {
    let first = rows.iter().filter(|row| row.part == 0);
    let told =
        first.filter_map(|row| Some((row.fact_id?, row.kind, row.effective_on, row.quantity)));
    told.collect()
}

/// The lines of a ledger, with what was taken back in it told as it was before its lots were.
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
