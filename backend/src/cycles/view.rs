//! Cycles and balances as the API shows them.
use chrono::NaiveDate;
use shared::api::{Balance, Cycle, CycleStatus, CycleSums, ExplainLinks, Lapse, Lot};
use shared::rules::ledger::{self, Closing, Ends, OpenCycle, Projection, Totals};
use shared::rules::meter::Reading;

use super::book::Book;
use super::store::{CycleRow, Frozen};
use crate::error::Result;

/// How far ahead lapses are looked for, in cycles.
const HORIZON: usize = 36;
/// How many lapses are told.
const LAPSES_MAX: usize = 12;

/// A cycle with its sums; an open one as if it closed now.
pub fn cycle(row: &CycleRow, totals: &Totals, closing: &Closing) -> Cycle {
    Cycle {
        id: row.id,
        retainer_id: row.retainer_id,
        seq: row.seq,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        partial: (row.starts_on, row.ends_on) != (row.nominal_start, row.nominal_end),
        status: row.status,
        closed_at: row.closed_at,
        sums: CycleSums {
            opening: totals.opening.0,
            granted: totals.grant.0,
            adjusted: adjusted(totals),
            used: totals.consumed.0,
            overage: totals.overage.0,
            lapsed: closing.expired_total().0,
            closing: closing.closing_balance.0,
        },
    }
}

/// Available less carried in and granted: all that was added and taken by hand.
fn adjusted(totals: &Totals) -> i64 {
    totals.available().0 - totals.opening.0 - totals.grant.0
}

/// The balance of a book's cycle: projected if it is open, as it was frozen if not.
///
/// # Errors
/// Rules that the schema should have kept out.
pub fn balance(book: &Book, row: &CycleRow) -> Result<Option<Balance>> {
    if let Some(index) = book.open.iter().position(|open| open.id == row.id) {
        let projections = book.project()?;
        return projections.get(index).map(|p| of_open(book, row, p)).transpose();
    }
    Ok(row.sums.as_ref().map(|frozen| of_closed(book, row, &frozen.0)))
}

/// The balance of the cycle that holds today, if that cycle is open.
///
/// # Errors
/// As [`balance`].
pub(crate) fn balance_of(book: &Book) -> Result<Option<Balance>> {
    match book.present() {
        Some(index) => balance(book, &book.open[index]),
        None => Ok(None),
    }
}

fn of_open(book: &Book, row: &CycleRow, projection: &Projection) -> Result<Balance> {
    let closing = book.closing(row, projection)?;
    let mut shown = shape(book, row, &projection.totals, &projection.lots);
    // As of a day in the past a cycle was open that is closed today.
    shown.status = CycleStatus::Open;
    shown.carries = closing.closing_balance.0;
    shown.lapses = closing.expired_total().0;
    shown.next_lapses = next_lapses(book, row, closing)?;
    Ok(shown)
}

fn of_closed(book: &Book, row: &CycleRow, frozen: &Frozen) -> Balance {
    let mut shown = shape(book, row, &frozen.totals, &frozen.left);
    shown.carries = frozen.closing.closing_balance.0;
    shown.lapses = frozen.closing.expired_total().0;
    shown.next_lapses = lapses(&frozen.closing, row.ends_on, i64::MAX).collect();
    shown
}

fn shape(book: &Book, row: &CycleRow, totals: &Totals, lots: &[ledger::Lot]) -> Balance {
    let days = (row.ends_on - row.starts_on).num_days();
    let elapsed_days = ((book.today - row.starts_on).num_days() + 1).clamp(0, days);
    let (available, used) = (totals.available().0, totals.consumed.0);
    let committed = 0;
    let state = Reading { available, used, committed, elapsed_days, days }.state();
    let link = |figure: &str| format!("/api/v1/explain/{figure}/{}", row.id);
    Balance {
        cycle_id: row.id,
        seq: row.seq,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        status: row.status,
        elapsed_days,
        days,
        available,
        opening: totals.opening.0,
        granted: totals.grant.0,
        adjusted: adjusted(totals),
        used,
        committed,
        left: totals.balance().0,
        overage: totals.overage.0,
        lots: lots.iter().map(|lot| shown_lot(book, row, lot)).collect(),
        carries: 0,
        lapses: 0,
        next_lapses: Vec::new(),
        state,
        explain: ExplainLinks {
            left: link("left"),
            available: link("available"),
            used: link("used"),
            overage: link("overage"),
        },
    }
}

fn shown_lot(book: &Book, row: &CycleRow, lot: &ledger::Lot) -> Lot {
    let own = i64::from(lot.origin) == row.seq && lot.kind == ledger::LotKind::Included;
    let rolls = book.terms_of(row).and_then(|terms| terms.policy.rollover);
    let ends = match (own, rolls) {
        // This cycle's allowance lives on as what it becomes.
        (true, Some(rule)) => match rule.max_cycles {
            Some(cycles) => Ends::Cycle { seq: lot.origin.saturating_add(cycles) },
            None => Ends::Never,
        },
        _ => lot.ends,
    };
    Lot {
        kind: lot.kind,
        origin_seq: i64::from(lot.origin),
        minutes: lot.quantity.0,
        ends_on: ends_on(book, ends),
    }
}

/// The first day on which a lot is gone.
pub fn ends_on(book: &Book, ends: Ends) -> Option<NaiveDate> {
    match ends {
        Ends::Never => None,
        Ends::Date { date } => Some(date),
        Ends::Cycle { seq } => book.series.end_of(seq),
    }
}

fn lapses(closing: &Closing, on: NaiveDate, until_seq: i64) -> impl Iterator<Item = Lapse> + '_ {
    closing.expired.iter().filter(move |gone| i64::from(gone.origin) <= until_seq).map(
        move |gone| {
            let (kind, origin_seq, minutes) = (gone.kind, i64::from(gone.origin), gone.quantity.0);
            Lapse { kind, origin_seq, minutes, on }
        },
    )
}

/// What is left of this cycle and before lapses when, if nothing more is used: the coming closes
/// are played through by the rules that will close them.
fn next_lapses(book: &Book, row: &CycleRow, closing: Closing) -> Result<Vec<Lapse>> {
    let mut found: Vec<Lapse> = lapses(&closing, row.ends_on, row.seq).collect();
    let mut opening = closing.next;
    let mut seq = row.seq;
    for _ in 0..HORIZON {
        let ours = opening.lots.iter().any(|lot| i64::from(lot.origin) <= row.seq);
        if !ours || found.len() >= LAPSES_MAX {
            break;
        }
        seq += 1;
        let Some((next, closing)) = idle_close(book, &opening, seq)? else { break };
        found.extend(lapses(&closing, next, row.seq));
        opening = closing.next;
    }
    found.truncate(LAPSES_MAX);
    Ok(found)
}

/// Closes a coming cycle in which nothing is used; answers its end and what closing does.
fn idle_close(
    book: &Book,
    opening: &ledger::Opening,
    seq: i64,
) -> Result<Option<(NaiveDate, Closing)>> {
    let Some(cycle) = u32::try_from(seq).ok().and_then(|seq| book.series.cycle(seq)) else {
        return Ok(None);
    };
    let Some(terms) = book.terms_on(cycle.start) else { return Ok(None) };
    let row = CycleRow {
        id: super::store::new_cycle_id(),
        retainer_id: book.head.id,
        seq,
        starts_on: cycle.start,
        ends_on: cycle.end,
        nominal_start: cycle.nominal_start,
        nominal_end: cycle.nominal_end,
        terms_id: terms.row.id,
        granted: Book::grant(&cycle, terms)?.0,
        status: CycleStatus::Open,
        closes_at: Default::default(),
        closed_at: None,
        opening_lots: sqlx::types::Json(opening.clone()),
        sums: None,
    };
    let Some(terms) = book.cycle_terms(&row) else { return Ok(None) };
    let calendar = |seq| book.series.end_of(seq);
    let idle = OpenCycle { terms, facts: &[] };
    let projection = ledger::project_all(opening, &[idle], &calendar)?.pop();
    let Some(projection) = projection else { return Ok(None) };
    Ok(Some((cycle.end, book.closing(&row, &projection)?)))
}
