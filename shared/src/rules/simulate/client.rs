//! What a client does under terms that are played: sessions that are not held, a block that is
//! drawn.
use chrono::NaiveDate;

use crate::rules::cycle::Cycle;
use crate::rules::ledger::{
    Ends, Fact, FactKind, Policy, SessionEffect, SessionStatus, TopUpKind, session_effect,
};
use crate::rules::units::Quantity;
use crate::rules::{RuleError, scale};

/// Of so many sessions booked in a row, three are not held.
const IN_A_ROW: i128 = 10;
/// Which of them is called off in time.
const IN_TIME: i128 = 3;
/// Which of them is called off late.
const LATE: i128 = 6;
/// Which of them is missed.
const MISSED: i128 = 9;

/// The sessions of a cycle, or of all: of ten in a row one is called off in time, one late, and
/// one is missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sessions {
    /// Booked, whatever became of them.
    pub booked: Quantity,
    /// Called off in time.
    pub in_time: Quantity,
    /// Called off late.
    pub late: Quantity,
    /// Missed.
    pub missed: Quantity,
    /// Set aside to be made up: what the rules keep, as far as it was available.
    pub set_aside: Quantity,
}

/// A block of units that is bought when the retainer starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// How much, in units of the pool; not negative.
    pub quantity: Quantity,
    /// The first day it pays for; that of the retainer if there is none.
    pub starts: Option<NaiveDate>,
    /// Until when it pays.
    pub ends: Ends,
}

impl Bought {
    pub(super) fn fact(&self, on: NaiveDate) -> Fact {
        let Self { quantity, starts, ends } = *self;
        let kind = FactKind::TopUp { lot: TopUpKind::Purchased, starts, ends };
        Fact { effective_on: on, quantity, kind }
    }

    /// A day of the cycle on which it pays, if it starts in it; the first one else.
    pub(super) fn day(&self, start: NaiveDate, end: NaiveDate) -> NaiveDate {
        self.starts.filter(|day| *day < end).map_or(start, |day| day.max(start))
    }

    fn pays_in(&self, cycle: &Cycle) -> bool {
        let day = self.day(cycle.start, cycle.end);
        let lasts = match self.ends {
            Ends::Never => true,
            Ends::Cycle { seq } => cycle.seq <= seq,
            Ends::Date { date } => day < date,
        };
        lasts && self.starts.is_none_or(|starts| starts < cycle.end)
    }

    /// What a client uses of it who needs `percents` of an even pace, beside what it uses anyway;
    /// nothing is used once its time is up.
    pub(super) fn spread(
        &self,
        cycles: &[Cycle],
        percents: &[u32],
        mut usage: Vec<Quantity>,
    ) -> Result<Vec<Quantity>, RuleError> {
        let paid: Vec<bool> = cycles.iter().map(|cycle| self.pays_in(cycle)).collect();
        let count = paid.iter().filter(|pays| **pays).count();
        let whole = i64::try_from(count).map_err(|_| RuleError::TooLarge)? * 100;
        let mut percents = percents.iter().cycle();
        let (mut share, mut before) = (0i64, 0i64);
        for (wanted, pays) in usage.iter_mut().zip(&paid) {
            let Some(percent) = Some(pays).filter(|pays| **pays).and_then(|_| percents.next())
            else {
                continue;
            };
            share += i64::from(*percent);
            // What is rounded is the sum: of few units none is lost.
            let all = scale(self.quantity.0, share, whole)?;
            wanted.0 = wanted.0.checked_add(all - before).ok_or(RuleError::TooLarge)?;
            before = all;
        }
        Ok(usage)
    }

    /// How many cycles there are through the last one it pays in.
    pub(super) fn last(&self, cycles: &[Cycle]) -> usize {
        cycles.iter().rposition(|cycle| self.pays_in(cycle)).map_or(0, |last| last + 1)
    }
}

/// What a client wants of a cycle.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plan {
    /// The sessions, where it is sessions.
    pub(super) sessions: Sessions,
    /// To be used.
    pub(super) used: Quantity,
    /// To be kept for later.
    pub(super) kept: Quantity,
}

/// What becomes of `wanted` sessions that are booked after `before` others.
pub(super) fn booked(policy: &Policy, before: i128, wanted: Quantity) -> Result<Plan, RuleError> {
    if wanted.0 < 0 {
        return Err(RuleError::InvalidQuantity);
    }
    let upto = |place: i128, last: i128| (last - place + IN_A_ROW) / IN_A_ROW;
    let count = |place| upto(place, before + i128::from(wanted.0)) - upto(place, before);
    let terms = &policy.cancellation;
    let limit = i64::from(terms.notice_hours);
    let unheld = [
        (count(IN_TIME), SessionStatus::Cancelled, limit),
        (count(LATE), SessionStatus::Cancelled, limit - 1),
        (count(MISSED), SessionStatus::NoShow, 0),
    ];
    let held = i128::from(wanted.0) - unheld.iter().map(|(count, ..)| count).sum::<i128>();
    let (mut used, mut kept) = (held, 0i128);
    for (count, status, notice) in unheld {
        match session_effect(terms, status, notice, Quantity(1))? {
            SessionEffect::Use(each) => used += count * i128::from(each.0),
            SessionEffect::Carry(each) => kept += count * i128::from(each.0),
            SessionEffect::Release => {}
        }
    }
    let units = |n: i128| i64::try_from(n).map(Quantity).map_err(|_| RuleError::TooLarge);
    let [in_time, late, missed] = unheld.map(|(count, ..)| units(count));
    let (in_time, late, missed) = (in_time?, late?, missed?);
    let sessions = Sessions { booked: wanted, in_time, late, missed, ..Sessions::default() };
    Ok(Plan { sessions, used: units(used)?, kept: units(kept)? })
}
