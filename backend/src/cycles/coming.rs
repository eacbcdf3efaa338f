//! Cycles that are not made yet, as they would be made.
use shared::api::CycleStatus;
use shared::rules::units::Quantity;

use super::pool::PoolBook;
use super::store::{self, CycleRow};
use crate::error::Result;

/// The cycle with a number, and what it would bring a pool; none beyond the calendar.
///
/// # Errors
/// Those of the rules.
pub fn coming(pool: PoolBook<'_>, seq: i64) -> Result<Option<(CycleRow, Quantity)>> {
    let book = pool.book;
    let Some(cycle) = u32::try_from(seq).ok().and_then(|seq| book.series.cycle(seq)) else {
        return Ok(None);
    };
    let Some(agreed) = book.terms_on(cycle.start) else { return Ok(None) };
    let row = CycleRow {
        id: store::new_cycle_id(),
        retainer_id: book.head.id,
        seq,
        starts_on: cycle.start,
        ends_on: cycle.end,
        nominal_start: cycle.nominal_start,
        nominal_end: cycle.nominal_end,
        terms_id: agreed.row.id,
        status: CycleStatus::Open,
        closes_at: Default::default(),
        closed_at: None,
    };
    Ok(Some((row, pool.grant(&cycle, agreed)?)))
}
