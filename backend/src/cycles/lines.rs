//! Ledger lines: the same lines are shown while a cycle is open and frozen when it closes.
use std::collections::HashMap;

use shared::api::{FactId, LedgerLine, LineKind, LotMove};
use shared::rules::ledger::{
    self, Closing, CycleTerms, Draw, Ends, Expired, Fact, FactKind, Opening, Projection, Settled,
};
use shared::rules::units::Quantity;

use super::line::{OfFact, line};
use super::pool::{PoolBook, as_fact};
use super::store::{CycleRow, FactRow};
use crate::error::{Error, Result};

/// How the lines of a cycle are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// What is added stands on its day, or before the first line that draws what it brought; what
    /// is carried out is told with the day it had started.
    ByDay,
    /// What is added comes before all that draws: cycles that an earlier version closed.
    AddedFirst,
}

/// Projects an open cycle of a pool fact by fact, and tells it line by line.
///
/// # Errors
/// Rules that the schema should have kept out.
pub fn of_open(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (opening, granted): (&Opening, Quantity),
    (facts, telling): (&[FactRow], Telling),
) -> Result<(Projection, Vec<LedgerLine>)> {
    let terms = pool.terms_with(row, granted);
    let terms = terms.ok_or_else(|| Error::internal("reading terms", "none"))?;
    let undone = undone(facts);
    let calendar = |seq| pool.end_of(seq);
    let given: Vec<Fact> = standing(facts, &undone).map(|(_, fact)| fact).collect();
    let projection = ledger::project(opening, &terms, &given, &calendar)?;
    let added: Vec<Fact> = given.iter().copied().filter(|fact| !draws(fact.kind)).collect();
    let stock = ledger::project(opening, &terms, &added, &calendar)?.lots;
    let mut lines = Lines { pool, stock, balance: 0, lines: Vec::new() };
    lines.begin(row, opening, &projection);
    let (adding, drawing): (Vec<&FactRow>, Vec<&FactRow>) = facts
        .iter()
        .filter(|fact| fact.kind != LineKind::Reverse)
        .partition(|fact| adds(fact.kind));
    let mut adding = adding.into_iter().peekable();
    let add = |lines: &mut Lines<'_>, fact: &FactRow| {
        let made = lines.made(&terms, fact);
        lines.add(fact, made.clone());
        if let Some(reverse) = undone.get(&fact.id) {
            lines.back(fact, reverse, (fact.quantity, 0), vec![made]);
        }
    };
    for fact in drawing {
        let Some((settled, after)) = lines.settled(&terms, fact) else { continue };
        let drawn: i64 = settled.draws.iter().map(|draw| draw.quantity.0).sum();
        // What is added helps the whole cycle, also what was used before. Source: domain 3.6.
        let due = |lines: &Lines<'_>, next: &FactRow| {
            telling == Telling::AddedFirst
                || next.effective_on <= fact.effective_on
                || lines.balance < drawn
        };
        while let Some(next) = adding.next_if(|next| due(&lines, next)) {
            add(&mut lines, next);
        }
        lines.draw(&terms, (fact, undone.get(&fact.id).copied()), settled, after);
    }
    adding.for_each(|fact| add(&mut lines, fact));
    let lines = lines.lines;
    Ok((projection, lines))
}

/// What was taken back while the cycle was open, by the fact that it names.
pub(super) fn undone(facts: &[FactRow]) -> HashMap<FactId, &FactRow> {
    let back = facts.iter().filter(|fact| fact.kind == LineKind::Reverse);
    back.filter_map(|fact| Some((fact.reverses_id?, fact))).collect()
}

/// What counts in a cycle, as the rules read it.
pub(super) fn standing<'a>(
    facts: &'a [FactRow],
    undone: &'a HashMap<FactId, &'a FactRow>,
) -> impl Iterator<Item = (FactId, Fact)> {
    let counts = |fact: &&FactRow| !undone.contains_key(&fact.id);
    facts.iter().filter(counts).filter_map(|fact| Some((fact.id, counted(fact)?)))
}

fn draws(kind: FactKind) -> bool {
    matches!(kind, FactKind::Use | FactKind::AdjustDown | FactKind::Carry)
}

fn adds(kind: LineKind) -> bool {
    matches!(kind, LineKind::Restore | LineKind::AdjustUp | LineKind::Topup)
}

fn counted(fact: &FactRow) -> Option<Fact> {
    as_fact((fact.kind, &fact.lot), fact.effective_on, fact.quantity - fact.beyond)
}

/// The lines of a cycle at its close: what was set aside, what lapsed and what is carried out come
/// last, and all of them add up to nothing. `kept` is what is carried, as the cycle knew it.
pub fn closed(
    pool: PoolBook<'_>,
    row: &CycleRow,
    lines: Vec<LedgerLine>,
    (closing, kept): (&Closing, &[ledger::Lot]),
) -> Vec<LedgerLine> {
    let balance = lines.last().map_or(0, |line| line.balance);
    let mut lines = Lines { pool, stock: Vec::new(), balance, lines };
    let last_day = row.ends_on.pred_opt().unwrap_or(row.ends_on);
    // A make-up lot comes into being at the close, whatever becomes of it then.
    let made = |kind, origin: u32| kind == ledger::LotKind::Makeup && i64::from(origin) == row.seq;
    let gone = closing.expired.iter().map(|gone| {
        let Expired { kind, origin, starts, ends, quantity, .. } = *gone;
        ledger::Lot { kind, origin, starts, ends, quantity }
    });
    let gone: Vec<ledger::Lot> = gone.collect();
    for lot in kept.iter().chain(&gone).filter(|lot| made(lot.kind, lot.origin)) {
        let moved = lines.moved(lot, lot.quantity.0);
        lines.push(line(last_day, LineKind::Makeup, lot.quantity.0), vec![moved]);
    }
    for (told, lots) in [(LineKind::Expire, &gone[..]), (LineKind::CarryOut, kept)] {
        for lot in lots {
            let moved = lines.moved(lot, -lot.quantity.0);
            lines.push(line(last_day, told, -lot.quantity.0), vec![moved]);
        }
    }
    lines.lines
}

/// What became of the overage of a closed cycle, told after its `last` line: it moved no lot, so
/// that it is in the sums and not among the entries. Source: domain 3.1, 4.2 to 4.4.
pub fn overage(row: &CycleRow, closing: &Closing, last: i64) -> Vec<LedgerLine> {
    let last_day = row.ends_on.pred_opt().unwrap_or(row.ends_on);
    let told = [
        (LineKind::Borrow, closing.borrowed),
        (LineKind::OverageBilled, closing.overage_billed),
        (LineKind::OverageAbsorbed, closing.overage_absorbed),
    ];
    let told = told.into_iter().filter(|(_, quantity)| quantity.0 > 0);
    let at = |(position, (kind, Quantity(quantity)))| LedgerLine {
        position,
        ..line(last_day, kind, quantity)
    };
    (last + 1..).zip(told).map(at).collect()
}

/// Lines being told, with the lots as the next line that draws finds them, in their order, and the
/// balance after the last.
struct Lines<'a> {
    pool: PoolBook<'a>,
    stock: Vec<ledger::Lot>,
    balance: i64,
    lines: Vec<LedgerLine>,
}

impl Lines<'_> {
    fn begin(&mut self, row: &CycleRow, opening: &Opening, projection: &Projection) {
        for lot in &opening.lots {
            let made = self.moved(lot, lot.quantity.0);
            self.push(line(row.starts_on, LineKind::CarryIn, lot.quantity.0), vec![made]);
        }
        let Some(terms) = self.pool.terms_with(row, projection.totals.grant) else { return };
        let granted = projection.totals.grant.0;
        let made = self.included(&terms, granted);
        self.push(line(row.starts_on, LineKind::Grant, granted), vec![made]);
        let repaid = projection.totals.borrow_repaid.0;
        if repaid > 0 {
            let taken = self.included(&terms, -repaid);
            self.push(line(row.starts_on, LineKind::Repay, -repaid), vec![taken]);
        }
    }
    /// The lot that something added makes, or goes to.
    fn made(&self, terms: &CycleTerms<'_>, fact: &FactRow) -> LotMove {
        let quantity = fact.quantity - fact.beyond;
        if fact.kind != LineKind::Topup {
            return self.included(terms, quantity);
        }
        let (kind, origin, starts) = (fact.lot.kind().into(), terms.seq, fact.lot.starts());
        let (ends, units) = (fact.lot.ends(), Quantity(quantity));
        self.moved(&ledger::Lot { kind, origin, starts, ends, quantity: units }, quantity)
    }
    /// What adds; of work of a closed cycle taken back, what gives nothing back is told as beyond.
    fn add(&mut self, fact: &FactRow, made: LotMove) {
        let line = line(fact.effective_on, fact.kind, fact.quantity).of(fact);
        let lots = if made.quantity == 0 { Vec::new() } else { vec![made] };
        self.push(LedgerLine { overage: fact.beyond, ..line }, lots);
    }
    /// What a fact draws of the lots, and what they are after it; none if it draws nothing.
    fn settled(
        &self,
        terms: &CycleTerms<'_>,
        fact: &FactRow,
    ) -> Option<(Settled, Vec<ledger::Lot>)> {
        let mut after = self.stock.clone();
        let settled = ledger::settle(0, &counted(fact)?, terms.seq, &mut after)?;
        Some((settled, after))
    }
    /// What draws lots, and what they lacked: overage of work, waived of a correction. What was
    /// taken back since is told as it would have drawn, and once more as it gave back.
    fn draw(
        &mut self,
        terms: &CycleTerms<'_>,
        (fact, undone): (&FactRow, Option<&FactRow>),
        settled: Settled,
        after: Vec<ledger::Lot>,
    ) {
        let drawn = settled.draws.iter().map(|draw| {
            let Draw { kind, origin, starts, ends, quantity } = *draw;
            let lot = ledger::Lot { kind, origin, starts, ends, quantity };
            self.told(terms, &lot, -quantity.0)
        });
        let drawn: Vec<LotMove> = drawn.collect();
        let line = line(fact.effective_on, fact.kind, -fact.quantity).of(fact);
        self.push(LedgerLine { overage: settled.short.0, ..line }, drawn.clone());
        match undone {
            Some(reverse) => self.back(fact, reverse, (-fact.quantity, settled.short.0), drawn),
            None => self.stock = after,
        }
    }
    /// What was taken back in the same cycle: a second line that cancels out the first.
    fn back(
        &mut self,
        fact: &FactRow,
        reverse: &FactRow,
        (signed, overage): (i64, i64),
        lots: Vec<LotMove>,
    ) {
        let lots = lots.into_iter().map(|lot| LotMove { quantity: -lot.quantity, ..lot });
        let line = line(fact.effective_on, LineKind::Reverse, -signed).of(reverse);
        self.push(LedgerLine { overage: -overage, ..line }, lots.collect());
    }
    fn push(&mut self, line: LedgerLine, lots: Vec<LotMove>) {
        self.balance += lots.iter().map(|lot| lot.quantity).sum::<i64>();
        let position = i64::try_from(self.lines.len()).unwrap_or(i64::MAX) + 1;
        self.lines.push(LedgerLine { position, balance: self.balance, lots, ..line });
    }
    fn included(&self, terms: &CycleTerms<'_>, quantity: i64) -> LotMove {
        let (kind, ends) = (ledger::LotKind::Included, Ends::Cycle { seq: terms.seq });
        let units = Quantity(quantity.abs());
        let lot = ledger::Lot { kind, origin: terms.seq, starts: None, ends, quantity: units };
        self.told(terms, &lot, quantity)
    }
    /// A lot with the end by which it is drawn. Source: domain 3.4.
    fn told(&self, terms: &CycleTerms<'_>, lot: &ledger::Lot, quantity: i64) -> LotMove {
        let ends = lot.life(terms.policy, terms.partial);
        let moved = self.moved(&ledger::Lot { ends, ..*lot }, quantity);
        // What was carried in or bought is told by the end it came with.
        if lot.kind != ledger::LotKind::Included {
            return moved;
        }
        LotMove { ends_on: terms.horizon.cap(lot.kind, moved.ends_on), ..moved }
    }
    fn moved(&self, lot: &ledger::Lot, quantity: i64) -> LotMove {
        let ends_on = match lot.ends {
            Ends::Never => None,
            Ends::Date { date } => Some(date),
            Ends::Cycle { seq } => self.pool.end_of(seq),
        };
        let (origin_seq, starts_on) = (i64::from(lot.origin), lot.starts);
        LotMove { kind: lot.kind, origin_seq, starts_on, ends_on, quantity }
    }
}
