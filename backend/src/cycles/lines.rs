//! Ledger lines: the same lines are shown while a cycle is open and frozen when it closes.
use std::collections::HashMap;

use shared::api::{FactId, LedgerLine, LineKind, LotMove};
use shared::rules::ledger::{self, Closing, Draw, Ends, Fact, Opening, Projection};
use shared::rules::units::Quantity;

use super::line::{OfFact, line};
use super::pool::{PoolBook, as_fact};
use super::store::{CycleRow, FactRow};
use crate::error::{Error, Result};

/// Projects an open cycle of a pool fact by fact, and tells it line by line.
///
/// # Errors
/// Rules that the schema should have kept out.
pub fn of_open(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (opening, granted): (&Opening, Quantity),
    facts: &[FactRow],
) -> Result<(Projection, Vec<LedgerLine>)> {
    let terms = pool.terms_with(row, granted);
    let terms = terms.ok_or_else(|| Error::internal("reading terms", "none"))?;
    let undone: HashMap<FactId, &FactRow> = facts
        .iter()
        .filter(|fact| fact.kind == LineKind::Reverse)
        .filter_map(|fact| Some((fact.reverses_id?, fact)))
        .collect();
    let counts = |fact: &&FactRow| !undone.contains_key(&fact.id);
    let standing: Vec<(&FactRow, Fact)> =
        facts.iter().filter(counts).filter_map(|fact| Some((fact, counted(fact)?))).collect();
    let calendar = |seq| pool.end_of(seq);
    let given: Vec<Fact> = standing.iter().map(|(_, fact)| *fact).collect();
    let projection = ledger::project(opening, &terms, &given, &calendar)?;
    let draws: HashMap<FactId, (&[Draw], Quantity)> = projection
        .settled
        .iter()
        .filter_map(|s| Some((standing.get(s.fact)?.0.id, (s.draws.as_slice(), s.short))))
        .collect();
    let mut lines = Lines { pool, balance: 0, lines: Vec::new() };
    lines.begin(row, opening, &projection);
    // What is added helps the whole cycle, so it comes before what draws. Source: domain 3.6.
    let (adding, drawing): (Vec<&FactRow>, Vec<&FactRow>) = facts
        .iter()
        .filter(|fact| fact.kind != LineKind::Reverse)
        .partition(|fact| adds(fact.kind));
    for fact in adding {
        match undone.get(&fact.id) {
            Some(reverse) => lines.undone(fact, reverse),
            None => lines.add(row, fact),
        }
    }
    for fact in drawing {
        match (undone.get(&fact.id), draws.get(&fact.id)) {
            (Some(reverse), _) => lines.undone(fact, reverse),
            (None, Some((draws, short))) => lines.draw(fact, draws, short.0),
            (None, None) => {}
        }
    }
    let lines = lines.lines;
    Ok((projection, lines))
}

fn adds(kind: LineKind) -> bool {
    matches!(kind, LineKind::Restore | LineKind::AdjustUp | LineKind::Topup)
}

fn counted(fact: &FactRow) -> Option<Fact> {
    as_fact((fact.kind, &fact.lot), fact.effective_on, fact.quantity)
}

/// The lines of a cycle at its close: what was set aside, what lapsed and what is carried out come
/// last, and all of them add up to nothing.
pub fn closed(
    pool: PoolBook<'_>,
    row: &CycleRow,
    lines: Vec<LedgerLine>,
    closing: &Closing,
) -> Vec<LedgerLine> {
    let balance = lines.last().map_or(0, |line| line.balance);
    let mut lines = Lines { pool, balance, lines };
    let last_day = row.ends_on.pred_opt().unwrap_or(row.ends_on);
    // A make-up lot comes into being at the close, whatever becomes of it then.
    let made = |kind, origin: u32| kind == ledger::LotKind::Makeup && i64::from(origin) == row.seq;
    let kept = closing.next.lots.iter().map(|lot| (lot.kind, lot.origin, lot.ends, lot.quantity));
    let gone = closing.expired.iter().map(|lot| (lot.kind, lot.origin, lot.ends, lot.quantity));
    for (kind, origin, ends, quantity) in kept.chain(gone).filter(|lot| made(lot.0, lot.1)) {
        let lot = lines.moved(kind, origin, ends, quantity.0);
        lines.push(line(last_day, LineKind::Makeup, quantity.0), vec![lot]);
    }
    for gone in &closing.expired {
        let lot = lines.moved(gone.kind, gone.origin, gone.ends, -gone.quantity.0);
        lines.push(line(last_day, LineKind::Expire, -gone.quantity.0), vec![lot]);
    }
    for kept in &closing.next.lots {
        let lot = lines.moved(kept.kind, kept.origin, kept.ends, -kept.quantity.0);
        lines.push(line(last_day, LineKind::CarryOut, -kept.quantity.0), vec![lot]);
    }
    lines.lines
}

/// Lines being told, with the balance after the last.
struct Lines<'a> {
    pool: PoolBook<'a>,
    balance: i64,
    lines: Vec<LedgerLine>,
}

impl Lines<'_> {
    fn begin(&mut self, row: &CycleRow, opening: &Opening, projection: &Projection) {
        for lot in &opening.lots {
            let made = self.moved(lot.kind, lot.origin, lot.ends, lot.quantity.0);
            self.push(line(row.starts_on, LineKind::CarryIn, lot.quantity.0), vec![made]);
        }
        let granted = projection.totals.grant.0;
        let made = self.included(row, granted);
        self.push(line(row.starts_on, LineKind::Grant, granted), vec![made]);
        let repaid = projection.totals.borrow_repaid.0;
        if repaid > 0 {
            let taken = self.included(row, -repaid);
            self.push(line(row.starts_on, LineKind::Repay, -repaid), vec![taken]);
        }
    }
    fn add(&mut self, row: &CycleRow, fact: &FactRow) {
        let made = match fact.kind {
            LineKind::Topup => {
                let seq = u32::try_from(row.seq).unwrap_or_default();
                self.moved(fact.lot.kind().into(), seq, fact.lot.ends(), fact.quantity)
            }
            _ => self.included(row, fact.quantity),
        };
        self.push(line(fact.effective_on, fact.kind, fact.quantity).of(fact), vec![made]);
    }
    /// What draws lots; `short` is what they lacked: overage of work, waived of a correction.
    fn draw(&mut self, fact: &FactRow, draws: &[Draw], short: i64) {
        let lots: Vec<LotMove> = draws
            .iter()
            .map(|draw| self.moved(draw.kind, draw.origin, draw.ends, -draw.quantity.0))
            .collect();
        let line = line(fact.effective_on, fact.kind, -fact.quantity).of(fact);
        self.push(LedgerLine { overage: short, ..line }, lots);
    }
    /// What was taken back in the same cycle: two lines that cancel out.
    fn undone(&mut self, fact: &FactRow, reverse: &FactRow) {
        let before = self.balance;
        let (signed, overage) = match adds(fact.kind) {
            true => (fact.quantity, 0),
            false => (-fact.quantity, (fact.quantity - before).max(0)),
        };
        let first = line(fact.effective_on, fact.kind, signed).of(fact);
        self.push(LedgerLine { overage, ..first }, Vec::new());
        self.amend_balance(before + signed + overage);
        let second = line(fact.effective_on, LineKind::Reverse, -signed).of(reverse);
        self.push(LedgerLine { overage: -overage, ..second }, Vec::new());
        self.amend_balance(before);
    }
    fn amend_balance(&mut self, balance: i64) {
        self.balance = balance;
        if let Some(line) = self.lines.last_mut() {
            line.balance = balance;
        }
    }
    fn push(&mut self, line: LedgerLine, lots: Vec<LotMove>) {
        self.balance += lots.iter().map(|lot| lot.quantity).sum::<i64>();
        let position = i64::try_from(self.lines.len()).unwrap_or(i64::MAX) + 1;
        self.lines.push(LedgerLine { position, balance: self.balance, lots, ..line });
    }
    fn included(&self, row: &CycleRow, quantity: i64) -> LotMove {
        let seq = u32::try_from(row.seq).unwrap_or_default();
        self.moved(ledger::LotKind::Included, seq, Ends::Cycle { seq }, quantity)
    }
    fn moved(&self, kind: ledger::LotKind, origin: u32, ends: Ends, quantity: i64) -> LotMove {
        let ends_on = match ends {
            Ends::Never => None,
            Ends::Date { date } => Some(date),
            Ends::Cycle { seq } => self.pool.end_of(seq),
        };
        LotMove { kind, origin_seq: i64::from(origin), ends_on, quantity }
    }
}
