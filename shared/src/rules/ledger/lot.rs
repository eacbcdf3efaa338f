//! Lots: units of one kind from one cycle that end together, and the order they are drawn in.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::horizon::Horizon;
use super::policy::Policy;
use super::project::CycleTerms;
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
///
/// One that is bought or given ahead pays for nothing before the day it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// What it is.
    pub kind: LotKind,
    /// The number of the cycle it came into being in.
    pub origin: u32,
    /// The first day it pays for, where that is to come; it pays from the first day on else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveDate>,
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

/// When a lot ends for the order of drawing, at the latest at the horizon: known days, then later
/// cycles, then never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EffectiveEnd {
    On(NaiveDate),
    AfterCycle(u32),
    Never,
}

impl Lot {
    /// Whether it may pay for work of `date` in cycle `seq`.
    pub(super) fn pays(&self, seq: u32, date: NaiveDate) -> bool {
        let lasts = match self.ends {
            Ends::Never => true,
            Ends::Cycle { seq: last } => seq <= last,
            Ends::Date { date: end } => date < end,
        };
        lasts && self.starts.is_none_or(|starts| starts <= date)
    }

    /// The lot as cycles from `date` on know it: one that has started by then did so for good.
    pub(super) fn from(self, date: NaiveDate) -> Self {
        Self { starts: self.starts.filter(|starts| date < *starts), ..self }
    }

    /// Whether its time is up once cycle `seq`, which ends on `end`, is closed.
    pub(super) fn ended(&self, seq: u32, end: NaiveDate) -> bool {
        match self.ends {
            Ends::Never => false,
            Ends::Cycle { seq: last } => last <= seq,
            Ends::Date { date } => date <= end,
        }
    }

    /// Until when it pays, with the life that allowance which can carry over has then; a horizon may
    /// end it earlier. Source: domain 3.4.
    #[must_use]
    pub fn life(&self, policy: &Policy, partial: bool) -> Ends {
        match carried_until(policy, partial, self.origin) {
            Some(ends) if self.kind == LotKind::Included => ends,
            _ => self.ends,
        }
    }

    /// By when it is drawn: at the latest at the horizon.
    fn effective_end(
        &self,
        terms: &CycleTerms<'_>,
        horizon: Horizon,
        calendar: Calendar,
    ) -> EffectiveEnd {
        let life = self.life(terms.policy, terms.partial);
        let day = match life {
            Ends::Never => None,
            Ends::Date { date } => Some(date),
            Ends::Cycle { seq } => calendar(seq),
        };
        match (horizon.cap(self.kind, day), life) {
            (Some(day), _) => EffectiveEnd::On(day),
            (None, Ends::Cycle { seq }) => EffectiveEnd::AfterCycle(seq),
            (None, Ends::Never | Ends::Date { .. }) => EffectiveEnd::Never,
        }
    }
}

/// Until when the allowance of cycle `origin` pays once it is carried; none where it cannot be.
pub(super) fn carried_until(policy: &Policy, partial: bool, origin: u32) -> Option<Ends> {
    let rollover = policy.rollover.filter(|rollover| rollover.partial_cycle_rolls || !partial)?;
    Some(match rollover.lasts() {
        Some(cycles) => Ends::Cycle { seq: origin.saturating_add(cycles) },
        None => Ends::Never,
    })
}

/// Adds lots of the same kind, origin, start and end together, drops empty ones, and sorts the
/// rest in the order in which they are drawn; of those that tie, what starts earlier comes first.
pub(super) fn in_draw_order(
    lots: impl IntoIterator<Item = Lot>,
    terms: &CycleTerms<'_>,
    calendar: Calendar,
) -> Vec<Lot> {
    let mut merged: Vec<Lot> = Vec::new();
    for lot in lots.into_iter().filter(|lot| lot.quantity.0 > 0) {
        let same = |other: &&mut Lot| {
            let key = |one: &Lot| (one.kind, one.origin, one.starts, one.ends);
            key(other) == key(&lot)
        };
        match merged.iter_mut().find(same) {
            Some(other) => other.quantity.0 += lot.quantity.0,
            None => merged.push(lot),
        }
    }
    merged.sort_by_cached_key(|lot| {
        let ends = lot.effective_end(terms, terms.horizon, calendar);
        // Of those that a later horizon ends together first what a close before it may still cut, in
        // their order without it; what was bought or given goes on whole until then.
        let own = lot.effective_end(terms, Horizon::default(), calendar);
        let later = terms.horizon.cap(LotKind::Included, None).filter(|day| terms.end < *day);
        let tied = later.is_some_and(|day| ends == EffectiveEnd::On(day));
        let cut = matches!(lot.kind, LotKind::Included | LotKind::Rollover);
        let before = (tied && !cut, (tied && cut).then_some(own));
        (ends, before, lot.kind, lot.origin, lot.starts, own)
    });
    merged
}
