//! How a cycle stands on a day: what has ended inside it can no longer be used, and what starts
//! later cannot be used yet.
use chrono::NaiveDate;

use super::lot::{Ends, Lot};
use super::project::Totals;
use crate::rules::units::Quantity;

/// How a cycle stands on one of its days, in units of the pool. What has ended by then lapses
/// at the close, but is neither available nor left until then; nor is what starts later, until it
/// does. Source: domain 1.3, 3.3, 3.5, 3.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the cycle offers: what was used of it and what still can be.
    pub available: Quantity,
    /// What of its lots ended unused.
    pub ended: Quantity,
    /// What its lots that start later hold.
    pub coming: Quantity,
    /// What work of that day can still draw.
    pub left: Quantity,
}

impl Standing {
    /// How a cycle stands on `day`: its sums, and what its lots hold before anything lapses.
    #[must_use]
    pub fn on(totals: &Totals, lots: &[Lot], day: NaiveDate) -> Self {
        let held = |counts: fn(&Lot, NaiveDate) -> bool| {
            let lots = lots.iter().filter(|lot| counts(lot, day));
            lots.fold(0i64, |sum, lot| sum.saturating_add(lot.quantity.0))
        };
        let ended = held(Lot::over_on);
        let coming = held(Lot::comes_after);
        let less = |all: Quantity| Quantity(all.0.saturating_sub(ended).saturating_sub(coming));
        Self {
            available: less(totals.available()),
            ended: Quantity(ended),
            coming: Quantity(coming),
            left: less(totals.balance()),
        }
    }
}

/// The day of the cycle `[start, end)` that its balance is told for: today, or its day nearest to
/// it.
#[must_use]
pub fn day_of(start: NaiveDate, end: NaiveDate, today: NaiveDate) -> NaiveDate {
    today.min(end.pred_opt().unwrap_or(end)).max(start)
}

impl Lot {
    /// Whether it has an end of its own that has come by `day`: it pays for no work of that day.
    #[must_use]
    pub fn over_on(&self, day: NaiveDate) -> bool {
        matches!(self.ends, Ends::Date { date } if date <= day)
    }

    /// Whether it starts later than `day`, and does not end before: it pays for no work of that day
    /// yet.
    #[must_use]
    pub fn comes_after(&self, day: NaiveDate) -> bool {
        self.starts.is_some_and(|starts| day < starts) && !self.over_on(day)
    }
}
