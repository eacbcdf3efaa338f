//! One ledger line: made, frozen as rows, and read from them again.
use chrono::NaiveDate;
use shared::api::{LedgerLine, LineKind, LotMove};

use super::store::{self, EntryRow, EntryView, FactRow};

/// A line without a fact behind it.
pub fn line(on: NaiveDate, kind: LineKind, quantity: i64) -> LedgerLine {
    LedgerLine {
        position: 0,
        on,
        kind,
        quantity,
        overage: 0,
        balance: 0,
        lots: Vec::new(),
        fact_id: None,
        time_entry_id: None,
        adjustment_id: None,
        deliverable_id: None,
        session_id: None,
        session_reason: None,
        member_name: None,
        note: None,
        worked_on: None,
        late: false,
        recorded_at: None,
    }
}

/// Tells a line what is known of its fact.
pub trait OfFact {
    /// The line with the fact behind it.
    fn of(self, fact: &FactRow) -> Self;
}
impl OfFact for LedgerLine {
    fn of(self, fact: &FactRow) -> Self {
        Self {
            fact_id: Some(fact.id),
            time_entry_id: fact.time_entry_id,
            adjustment_id: fact.adjustment_id,
            deliverable_id: fact.deliverable_id,
            session_id: fact.session_id,
            session_reason: fact.session.reason(fact.kind),
            member_name: Some(fact.member_name.clone()),
            note: fact.note.clone(),
            worked_on: Some(fact.worked_on).filter(|day| *day != fact.effective_on),
            late: fact.late,
            recorded_at: Some(fact.recorded_at),
            ..self
        }
    }
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
        quantity: line.quantity,
        overage: line.overage,
        balance: line.balance,
        lot_kind: lot.map(|lot| store::lot_name(lot.kind).to_owned()),
        lot_origin: lot.map(|lot| lot.origin_seq),
        lot_starts_on: lot.and_then(|lot| lot.starts_on),
        lot_ends_on: lot.and_then(|lot| lot.ends_on),
        lot_quantity: lot.map_or(0, |lot| lot.quantity),
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
    for view in rows {
        let entry = view.entry;
        let lot = entry.lot_kind.as_deref().map(|name| LotMove {
            kind: store::lot_kind(name),
            origin_seq: entry.lot_origin.unwrap_or_default(),
            starts_on: entry.lot_starts_on,
            ends_on: entry.lot_ends_on,
            quantity: entry.lot_quantity,
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
            time_entry_id: view.time_entry_id,
            adjustment_id: view.adjustment_id,
            deliverable_id: view.deliverable_id,
            session_id: view.session_id,
            session_reason: view.session.reason(entry.kind),
            member_name: view.member_name,
            note: view.note,
            worked_on: view.worked_on.filter(|day| *day != entry.effective_on),
            late: view.late.unwrap_or(false),
            recorded_at: view.recorded_at,
            ..line(entry.effective_on, entry.kind, entry.quantity)
        });
    }
    lines
}
