//! Ledger lines: the same lines are shown while a cycle is open and frozen when it closes.
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::{FactId, LedgerLine, LineKind, LotMove};
use shared::rules::ledger::{self, Closing, Draw, Fact, FactKind, Opening, Projection};
use shared::rules::units::Quantity;

use super::book::Book;
use super::store::{self, CycleRow, EntryRow, EntryView, FactRow};
use super::view::ends_on;
use crate::error::{Error, Result};

/// Projects an open cycle fact by fact, and tells it line by line.
///
/// # Errors
/// Rules that the schema should have kept out.
pub fn of_open(
    book: &Book,
    row: &CycleRow,
    opening: &Opening,
    facts: &[FactRow],
) -> Result<(Projection, Vec<LedgerLine>)> {
    let terms = book.cycle_terms(row).ok_or_else(|| Error::internal("reading terms", "none"))?;
    let undone: HashMap<FactId, &FactRow> = facts
        .iter()
        .filter(|fact| fact.kind == LineKind::Reverse)
        .filter_map(|fact| Some((fact.reverses_id?, fact)))
        .collect();
    let counts = |fact: &&FactRow| fact.kind != LineKind::Reverse && !undone.contains_key(&fact.id);
    let counted: Vec<&FactRow> = facts.iter().filter(counts).collect();
    let calendar = |seq| book.series.end_of(seq);
    let given: Vec<Fact> = counted.iter().map(|fact| as_fact(fact)).collect();
    let projection = ledger::project(opening, &terms, &given, &calendar)?;
    let draws: HashMap<FactId, (&[Draw], Quantity)> = projection
        .settled
        .iter()
        .filter_map(|s| Some((counted.get(s.fact)?.id, (s.draws.as_slice(), s.short))))
        .collect();
    let mut lines = Lines { book, balance: 0, lines: Vec::new() };
    lines.begin(row, opening);
    for fact in facts.iter().filter(|fact| fact.kind == LineKind::Restore) {
        let made = lot_move(book, ledger_kind(), row, fact.minutes);
        lines.push(line(fact.effective_on, LineKind::Restore, fact.minutes).of(fact), vec![made]);
    }
    for fact in facts.iter().filter(|fact| fact.kind == LineKind::Consume) {
        match (undone.get(&fact.id), draws.get(&fact.id)) {
            (Some(reverse), _) => lines.undone(fact, reverse),
            (None, Some((draws, short))) => lines.consume(fact, draws, short.0),
            (None, None) => {}
        }
    }
    let lines = lines.lines;
    Ok((projection, lines))
}

fn ledger_kind() -> ledger::LotKind {
    ledger::LotKind::Included
}

fn as_fact(fact: &FactRow) -> Fact {
    let kind = if fact.kind == LineKind::Restore { FactKind::AdjustUp } else { FactKind::Use };
    Fact { effective_on: fact.effective_on, quantity: Quantity(fact.minutes), kind }
}

/// The lines of a cycle at its close: what lapsed and what is carried out come last, and all of
/// them add up to nothing.
pub fn closed(
    book: &Book,
    row: &CycleRow,
    lines: Vec<LedgerLine>,
    closing: &Closing,
) -> Vec<LedgerLine> {
    let balance = lines.last().map_or(0, |line| line.balance);
    let mut lines = Lines { book, balance, lines };
    let last_day = row.ends_on.pred_opt().unwrap_or(row.ends_on);
    for gone in &closing.expired {
        let lot = moved(book, gone.kind, gone.origin, gone.ends, -gone.quantity.0);
        lines.push(line(last_day, LineKind::Expire, -gone.quantity.0), vec![lot]);
    }
    for kept in &closing.next.lots {
        let lot = moved(book, kept.kind, kept.origin, kept.ends, -kept.quantity.0);
        lines.push(line(last_day, LineKind::CarryOut, -kept.quantity.0), vec![lot]);
    }
    lines.lines
}

/// Lines being told, with the balance after the last.
struct Lines<'a> {
    book: &'a Book,
    balance: i64,
    lines: Vec<LedgerLine>,
}

impl Lines<'_> {
    fn begin(&mut self, row: &CycleRow, opening: &Opening) {
        for lot in &opening.lots {
            let made = moved(self.book, lot.kind, lot.origin, lot.ends, lot.quantity.0);
            self.push(line(row.starts_on, LineKind::CarryIn, lot.quantity.0), vec![made]);
        }
        let made = lot_move(self.book, ledger_kind(), row, row.granted);
        self.push(line(row.starts_on, LineKind::Grant, row.granted), vec![made]);
    }
    fn consume(&mut self, fact: &FactRow, draws: &[Draw], overage: i64) {
        let lots: Vec<LotMove> = draws
            .iter()
            .map(|draw| moved(self.book, draw.kind, draw.origin, draw.ends, -draw.quantity.0))
            .collect();
        let line = line(fact.effective_on, LineKind::Consume, -fact.minutes).of(fact);
        self.push(LedgerLine { overage, ..line }, lots);
    }
    /// Work that was taken back in the same cycle: two lines that cancel out.
    fn undone(&mut self, fact: &FactRow, reverse: &FactRow) {
        let overage = (fact.minutes - self.balance).max(0);
        let before = self.balance;
        let first = line(fact.effective_on, LineKind::Consume, -fact.minutes).of(fact);
        self.push(LedgerLine { overage, ..first }, Vec::new());
        self.amend_balance(before - (fact.minutes - overage));
        let second = line(fact.effective_on, LineKind::Reverse, fact.minutes).of(reverse);
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
        self.balance += lots.iter().map(|lot| lot.minutes).sum::<i64>();
        let position = i64::try_from(self.lines.len()).unwrap_or(i64::MAX) + 1;
        self.lines.push(LedgerLine { position, balance: self.balance, lots, ..line });
    }
}

fn line(on: NaiveDate, kind: LineKind, minutes: i64) -> LedgerLine {
    LedgerLine {
        position: 0,
        on,
        kind,
        minutes,
        overage: 0,
        balance: 0,
        lots: Vec::new(),
        fact_id: None,
        time_entry_id: None,
        member_name: None,
        note: None,
        worked_on: None,
        late: false,
        recorded_at: None,
    }
}

trait OfFact {
    fn of(self, fact: &FactRow) -> Self;
}
impl OfFact for LedgerLine {
    fn of(self, fact: &FactRow) -> Self {
        Self {
            fact_id: Some(fact.id),
            time_entry_id: Some(fact.time_entry_id),
            member_name: Some(fact.member_name.clone()),
            note: fact.note.clone(),
            worked_on: Some(fact.worked_on).filter(|day| *day != fact.effective_on),
            late: fact.late,
            recorded_at: Some(fact.recorded_at),
            ..self
        }
    }
}

fn lot_move(book: &Book, kind: ledger::LotKind, row: &CycleRow, minutes: i64) -> LotMove {
    let seq = u32::try_from(row.seq).unwrap_or_default();
    moved(book, kind, seq, ledger::Ends::Cycle { seq }, minutes)
}

fn moved(
    book: &Book,
    kind: ledger::LotKind,
    origin: u32,
    ends: ledger::Ends,
    minutes: i64,
) -> LotMove {
    LotMove { kind, origin_seq: i64::from(origin), ends_on: ends_on(book, ends), minutes }
}

/// Lines as rows to freeze: one a lot, one for a line without.
pub fn rows(lines: &[LedgerLine]) -> Vec<EntryRow> {
    lines.iter().flat_map(rows_of).collect()
}

fn rows_of(line: &LedgerLine) -> Vec<EntryRow> {
    let row = |part: usize, lot: Option<&LotMove>| EntryRow {
        position: line.position,
        part: i64::try_from(part).unwrap_or_default(),
        kind: line.kind,
        effective_on: line.on,
        minutes: line.minutes,
        overage: line.overage,
        balance: line.balance,
        lot_kind: lot.map(|lot| store::lot_name(lot.kind).to_owned()),
        lot_origin: lot.map(|lot| lot.origin_seq),
        lot_ends_on: lot.and_then(|lot| lot.ends_on),
        lot_minutes: lot.map_or(0, |lot| lot.minutes),
        fact_id: line.fact_id,
    };
    if line.lots.is_empty() {
        return vec![row(0, None)];
    }
    line.lots.iter().enumerate().map(|(part, lot)| row(part, Some(lot))).collect()
}

/// Frozen rows as lines again.
pub fn of_rows(rows: Vec<EntryView>) -> Vec<LedgerLine> {
    let mut lines: Vec<LedgerLine> = Vec::new();
    for EntryView { entry, time_entry_id, worked_on, late, recorded_at, member_name, note } in rows
    {
        let lot = entry.lot_kind.as_deref().map(|name| LotMove {
            kind: store::lot_kind(name),
            origin_seq: entry.lot_origin.unwrap_or_default(),
            ends_on: entry.lot_ends_on,
            minutes: entry.lot_minutes,
        });
        if let Some(last) = lines.last_mut().filter(|line| line.position == entry.position) {
            last.lots.extend(lot);
            continue;
        }
        lines.push(LedgerLine {
            position: entry.position,
            overage: entry.overage,
            balance: entry.balance,
            lots: lot.into_iter().collect(),
            fact_id: entry.fact_id,
            time_entry_id,
            member_name,
            note,
            worked_on: worked_on.filter(|day| *day != entry.effective_on),
            late: late.unwrap_or(false),
            recorded_at,
            ..line(entry.effective_on, entry.kind, entry.minutes)
        });
    }
    lines
}
