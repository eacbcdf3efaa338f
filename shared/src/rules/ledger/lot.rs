//! Lots: units of one kind from one cycle that end together, and the order they are drawn in.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::policy::Policy;
use crate::rules::units::Quantity;

/// What a lot is, in the order in which equal ends are drawn. Source: domain 3.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LotKind {
    /// Set aside for a cancelled session.
    Makeup,
    /// Given for nothing.
    Goodwill,
    /// Carried over from an earlier cycle.
    Rollover,
    /// The allowance of the cycle itself.
    Included,
    /// Bought.
    Purchased,
}

/// Until when a lot pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Ends {
    /// For ever.
    #[default]
    Never,
    /// Through the cycle with this number.
    Cycle {
        /// The last cycle it pays in.
        seq: u32,
    },
    /// For work dated before this day.
    Date {
        /// The first day it does not pay for.
        date: NaiveDate,
    },
}

/// Units of one kind, from one cycle, with one end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// What it is.
    pub kind: LotKind,
    /// The number of the cycle it came into being in.
    pub origin: u32,
    /// Until when it pays.
    pub ends: Ends,
    /// What it holds, in units of the pool; not negative.
    pub quantity: Quantity,
}

/// What a cycle starts with: the lots of the cycle before and what it borrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The lots that are left.
    pub lots: Vec<Lot>,
    /// Units to be taken out of the allowance.
    pub borrow: Quantity,
}

/// When a lot ends for the order of drawing: known days, then later cycles, then never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EffectiveEnd {
    On(NaiveDate),
    AfterCycle(u32),
    Never,
}

impl Lot {
    /// Whether it may pay for work of `date` in cycle `seq`.
    pub(super) fn pays(&self, seq: u32, date: NaiveDate) -> bool {
        match self.ends {
            Ends::Never => true,
            Ends::Cycle { seq: last } => seq <= last,
            Ends::Date { date: end } => date < end,
        }
    }

    /// Whether its time is up once cycle `seq`, which ends on `end`, is closed.
    pub(super) fn ended(&self, seq: u32, end: NaiveDate) -> bool {
        match self.ends {
            Ends::Never => false,
            Ends::Cycle { seq: last } => last <= seq,
            Ends::Date { date } => date <= end,
        }
    }

    fn effective_end(&self, policy: &Policy, partial: bool, calendar: Calendar) -> EffectiveEnd {
        let ends = match carried_until(policy, partial, self.origin) {
            Some(ends) if self.kind == LotKind::Included => ends,
            _ => self.ends,
        };
        match ends {
            Ends::Never => EffectiveEnd::Never,
            Ends::Date { date } => EffectiveEnd::On(date),
            Ends::Cycle { seq } => {
                calendar(seq).map_or(EffectiveEnd::AfterCycle(seq), EffectiveEnd::On)
            }
        }
    }
}

/// Until when the allowance of cycle `origin` pays once it is carried; none where it cannot be.
pub(super) fn carried_until(policy: &Policy, partial: bool, origin: u32) -> Option<Ends> {
    let rollover = policy.rollover.filter(|rollover| rollover.partial_cycle_rolls || !partial)?;
    Some(match rollover.max_cycles {
        Some(cycles) => Ends::Cycle { seq: origin.saturating_add(cycles) },
        None => Ends::Never,
    })
}

/// Adds lots of the same kind, origin and end together, drops empty ones, and sorts the rest in
/// the order in which they are drawn. Lots that tie stay in the order they were recorded in.
pub(super) fn in_draw_order(
    lots: impl IntoIterator<Item = Lot>,
    policy: &Policy,
    partial: bool,
    calendar: Calendar,
) -> Vec<Lot> {
    let mut merged: Vec<Lot> = Vec::new();
    for lot in lots.into_iter().filter(|lot| lot.quantity.0 > 0) {
        let same = |other: &&mut Lot| {
            (other.kind, other.origin, other.ends) == (lot.kind, lot.origin, lot.ends)
        };
        match merged.iter_mut().find(same) {
            Some(other) => other.quantity.0 += lot.quantity.0,
            None => merged.push(lot),
        }
    }
    merged.sort_by_cached_key(|lot| {
        (lot.effective_end(policy, partial, calendar), lot.kind, lot.origin)
    });
    merged
}
