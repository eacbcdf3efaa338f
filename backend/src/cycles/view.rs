//! Cycles and balances as the API shows them.
use chrono::NaiveDate;
use shared::api::{
    Balance, ComingLot, Cycle, CycleStatus, CycleSums, ErrorCode, ExplainLinks, Lapse, Lot,
    LotKind, PoolCycle,
};
use shared::rules::ledger::{
    self, Closing, Ends, Expired, OpenCycle, Projection, Standing, Totals,
};
use shared::rules::meter::Reading;

use super::book::Book;
use super::coming::coming;
use super::pool::{Known, PoolBook};
use super::store::{CycleRow, Frozen};
use crate::error::Result;

/// How far ahead lapses are looked for, in cycles.
const HORIZON: usize = 36;
/// How many lapses are told.
const LAPSES_MAX: usize = 12;

/// A cycle with the sums of its pools.
pub fn cycle(book: &Book, row: &CycleRow, pools: Vec<PoolCycle>) -> Cycle {
    Cycle {
        id: row.id,
        retainer_id: row.retainer_id,
        seq: row.seq,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        partial: (row.starts_on, row.ends_on) != (row.nominal_start, row.nominal_end),
        status: row.status,
        closed_at: row.closed_at,
        pools,
        version: book.version_of(row),
    }
}

/// What a pool did in a cycle; in an open one as if it closed now.
pub fn sums(totals: &Totals, closing: &Closing) -> CycleSums {
    CycleSums {
        opening: totals.opening.0,
        granted: totals.grant.0,
        repaid: totals.borrow_repaid.0,
        topped_up: totals.topups.0,
        adjusted: totals.adjust_up.0 - totals.adjust_down.0,
        used: totals.consumed.0,
        overage: totals.overage.0,
        overage_billed: closing.overage_billed.0,
        overage_amount_minor: closing.overage_amount.0,
        overage_absorbed: closing.overage_absorbed.0,
        borrowed: closing.borrowed.0,
        unrepaid: closing.unrepaid.0,
        set_aside: totals.makeup_out.0,
        lapsed: closing.expired_total().0,
        closing: closing.closing_balance.0,
    }
}

/// The balance of a pool in a cycle: projected if it is open, as it was frozen if not.
///
/// # Errors
/// Rules that the schema should have kept out.
pub fn balance(
    pool: PoolBook<'_>,
    row: &CycleRow,
    frozen: Option<&Frozen>,
) -> Result<Option<Balance>> {
    match pool.projection_of(row)? {
        Some(projection) => of_open(pool, row, &projection).map(Some),
        None => frozen.map(|frozen| of_closed(pool, row, frozen)).transpose(),
    }
}

/// The balance of a pool in an open cycle.
///
/// # Errors
/// `not_found` for another one; as [`balance`].
pub(crate) fn balance_in(pool: PoolBook<'_>, row: &CycleRow) -> Result<Balance> {
    balance(pool, row, None)?.ok_or(ErrorCode::NotFound.into())
}

/// The balances of every open cycle of a book, one a pool.
///
/// # Errors
/// As [`balance`].
pub(crate) fn open_balances(book: &Book) -> Result<Vec<Balance>> {
    let mut balances = Vec::new();
    for pool in book.each_pool() {
        for (row, projection) in book.open.iter().zip(&pool.project()?) {
            balances.push(of_open(pool, row, projection)?);
        }
    }
    Ok(balances)
}

/// The balances of the cycle that holds today, one a pool, if that cycle is open.
///
/// # Errors
/// As [`balance`].
pub(crate) fn balances_of(book: &Book) -> Result<Vec<Balance>> {
    let Some(row) = book.present().and_then(|index| book.open.get(index)) else {
        return Ok(Vec::new());
    };
    let counts = book.each_pool().filter(|pool| pool.counts_in(row));
    counts.filter_map(|pool| balance(pool, row, None).transpose()).collect()
}

fn of_open(pool: PoolBook<'_>, row: &CycleRow, projection: &Projection) -> Result<Balance> {
    let closing = pool.closing(row, projection)?;
    let committed = pool.committed(row)?;
    let mut shown = shape(pool, row, (&projection.totals, committed), &projection.lots);
    shown.planned = pool.planned(row)?;
    // As of a day in the past a cycle was open that is closed today.
    shown.status = CycleStatus::Open;
    shown.carries = closing.closing_balance.0;
    shown.lapses = closing.expired_total().0;
    shown.next_lapses = next_lapses(pool, row, closing)?;
    Ok(shown)
}

fn of_closed(pool: PoolBook<'_>, row: &CycleRow, frozen: &Frozen) -> Result<Balance> {
    // What is agreed since moves no end that the close went by.
    let (today, known) = (pool, Known::of(frozen));
    let pool = pool.knowing(known.as_ref());
    // What is still booked there counts in an open cycle.
    let mut shown = shape(pool, row, (&frozen.totals, 0), &frozen.left);
    shown.carries = frozen.closing.closing_balance.0;
    shown.lapses = frozen.closing.expired_total().0;
    if pool.book.paused_after(row) {
        shown.next_lapses = next_lapses(today, row, frozen.closing.clone())?;
        return Ok(shown);
    }
    let lapse = |gone: &Expired| lapse(gone, row.ends_on);
    shown.next_lapses = soonest_first(frozen.closing.expired.iter().map(lapse).collect());
    Ok(shown)
}

fn shape(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (totals, committed): (&Totals, i64),
    lots: &[ledger::Lot],
) -> Balance {
    let days = (row.ends_on - row.starts_on).num_days();
    let elapsed_days = ((pool.book.today - row.starts_on).num_days() + 1).clamp(0, days);
    let day = pool.day_of(row);
    let standing = Standing::on(totals, lots, day);
    let (available, used) = (standing.available.0, totals.consumed.0);
    let set_aside = totals.makeup_out.0;
    let state = Reading { available, used, committed, set_aside, elapsed_days, days }.state();
    let live = lots.iter().filter(|lot| !lot.over_on(day) && !lot.comes_after(day));
    let asked = pool.book.as_of.map_or(String::new(), |day| format!("&as_of={day}"));
    let link =
        |figure: &str| format!("/api/v1/explain/{figure}/{}?pool={}{asked}", row.id, pool.pool.key);
    Balance {
        cycle_id: row.id,
        pool: pool.shown(row),
        seq: row.seq,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        status: row.status,
        elapsed_days,
        days,
        available,
        opening: totals.opening.0,
        granted: totals.grant.0,
        repaid: totals.borrow_repaid.0,
        topped_up: totals.topups.0,
        adjusted: totals.adjust_up.0 - totals.adjust_down.0,
        ended: standing.ended.0,
        coming: standing.coming.0,
        used,
        committed,
        planned: 0,
        set_aside,
        left: standing.left.0,
        overage: totals.overage.0,
        approved: pool.approved_units(row),
        lots: live.map(|lot| shown_lot(pool, row, lot)).collect(),
        coming_lots: coming_lots(pool, row, lots, day),
        carries: 0,
        lapses: 0,
        next_lapses: Vec::new(),
        state,
        explain: ExplainLinks {
            left: link("left"),
            available: link("available"),
            used: link("used"),
            overage: link("overage"),
            carries: link("carries"),
            lapses: link("lapses"),
        },
    }
}

/// The lots that start after a day, soonest first.
fn coming_lots(
    pool: PoolBook<'_>,
    row: &CycleRow,
    lots: &[ledger::Lot],
    day: NaiveDate,
) -> Vec<ComingLot> {
    let shown = |lot: &ledger::Lot| {
        let starts_on = lot.starts.filter(|_| lot.comes_after(day))?;
        let Lot { kind, quantity, ends_on, .. } = shown_lot(pool, row, lot);
        // One that the retainer's end overtakes never pays.
        let ends_on = ends_on.map(|end| end.max(starts_on));
        Some(ComingLot { kind, quantity, starts_on, ends_on })
    };
    let mut found: Vec<ComingLot> = lots.iter().filter_map(shown).collect();
    found.sort_by_key(|lot| lot.starts_on);
    found
}

fn shown_lot(pool: PoolBook<'_>, row: &CycleRow, lot: &ledger::Lot) -> Lot {
    let terms = pool.cycle_terms(row);
    // This cycle's allowance lives on as what it becomes, where it can.
    let ends = terms.map_or(lot.ends, |terms| lot.life(terms.policy, terms.partial));
    Lot {
        kind: lot.kind,
        origin_seq: i64::from(lot.origin),
        quantity: lot.quantity.0,
        ends_on: ends_on(pool, row, (lot.kind, ends)),
    }
}

/// The first day on which a lot of a cycle is gone, at the latest with its horizon.
pub fn ends_on(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (kind, ends): (LotKind, Ends),
) -> Option<NaiveDate> {
    let end = match ends {
        Ends::Never => None,
        Ends::Date { date } => Some(date),
        Ends::Cycle { seq } => pool.end_of(seq),
    };
    let horizon = pool.rules_in(row).map(|rules| pool.horizon(row, &rules.policy));
    horizon.unwrap_or_default().cap(kind, end)
}

fn lapse(gone: &Expired, cycle_end: NaiveDate) -> Lapse {
    let (kind, origin_seq, quantity) = (gone.kind, i64::from(gone.origin), gone.quantity.0);
    Lapse { kind, origin_seq, quantity, on: gone.on(cycle_end) }
}

fn soonest_first(mut found: Vec<Lapse>) -> Vec<Lapse> {
    found.sort_by_key(|lapse| lapse.on);
    found
}

/// What is left of this cycle and before lapses when, if nothing more is used: the coming closes
/// are played through by the rules that will close them. What has ended is not told again.
fn next_lapses(pool: PoolBook<'_>, row: &CycleRow, closing: Closing) -> Result<Vec<Lapse>> {
    let told = |closing: &Closing, end: NaiveDate| -> Vec<Lapse> {
        let ours = closing.expired.iter().filter(|gone| i64::from(gone.origin) <= row.seq);
        let ahead = ours.filter(|gone| gone.on(end) > pool.day_of(row));
        ahead.map(|gone| lapse(gone, end)).collect()
    };
    let mut found = told(&closing, row.ends_on);
    let mut opening = closing.next;
    let mut seq = row.seq;
    for _ in 0..HORIZON {
        let ours = opening.lots.iter().any(|lot| i64::from(lot.origin) <= row.seq);
        if !ours || found.len() >= LAPSES_MAX {
            break;
        }
        seq += 1;
        let Some((next, closing)) = idle_close(pool, &opening, seq)? else {
            found.extend(opening.lots.iter().filter_map(|lot| lapse_alone(pool, row, lot)));
            break;
        };
        found.extend(told(&closing, next));
        opening = closing.next;
    }
    found = soonest_first(found);
    found.truncate(LAPSES_MAX);
    Ok(found)
}

/// When a lot of this cycle or before lapses of which no close is known: by its own date or with the
/// retainer.
fn lapse_alone(pool: PoolBook<'_>, row: &CycleRow, lot: &ledger::Lot) -> Option<Lapse> {
    let date = match lot.ends {
        Ends::Date { date } => Some(date),
        Ends::Never | Ends::Cycle { .. } => None,
    };
    let on = date.into_iter().chain(pool.book.series.end()).min()?;
    let (kind, origin_seq, quantity) = (lot.kind, i64::from(lot.origin), lot.quantity.0);
    let ours = origin_seq <= row.seq && on > pool.day_of(row);
    ours.then_some(Lapse { kind, origin_seq, quantity, on })
}

/// Closes a coming cycle in which nothing is used; answers its end and what closing does.
fn idle_close(
    pool: PoolBook<'_>,
    opening: &ledger::Opening,
    seq: i64,
) -> Result<Option<(NaiveDate, Closing)>> {
    let Some((row, granted)) = coming(pool, seq)? else { return Ok(None) };
    let Some(terms) = pool.terms_with(&row, granted) else { return Ok(None) };
    let calendar = |seq| pool.book.series.end_of(seq);
    let idle = OpenCycle { terms, facts: &[] };
    let projection = ledger::project_all(opening, &[idle], &calendar)?.pop();
    let Some(projection) = projection else { return Ok(None) };
    Ok(Some((row.ends_on, pool.closing_with(&row, &projection, granted)?)))
}
