//! Terms that can be played: what a client who uses so much would see, cycle by cycle.
//!
//! The ledger itself is asked, as the server asks it for real work; nothing is calculated twice.
use serde::{Deserialize, Serialize};

use super::cycle::{Cycle, Series};
use super::ledger::{
    Closing, CycleTerms, Fact, FactKind, Next, OpenCycle, Opening, OverageMode, Policy, Projection,
    close, project, refuses,
};
use super::proration::{FirstPartial, UnitRounding, cycle_price, cycle_units};
use super::units::{Minor, Quantity};
use super::{RuleError, scale};

/// How many cycles are played if nobody says otherwise: a year of months.
pub const CYCLES: usize = 12;
/// The most cycles that are played: ten years of months.
pub const CYCLES_MAX: usize = 120;

/// Clients to play terms with: each uses a share of the allowance that varies by the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Profile {
    /// Uses 60 % on average, and never all of it.
    Light,
    /// Uses 95 % on average, with quiet months and busy ones.
    Normal,
    /// Uses 120 % on average, and never less than all of it.
    Heavy,
}

impl Profile {
    /// All of them, from little use to much.
    pub const ALL: [Self; 3] = [Self::Light, Self::Normal, Self::Heavy];

    /// Per cent of the allowance, month by month.
    #[must_use]
    pub const fn percents(self) -> &'static [u32; CYCLES] {
        match self {
            Self::Light => &[70, 55, 60, 45, 65, 60, 50, 75, 60, 55, 65, 60],
            Self::Normal => &[80, 110, 95, 100, 70, 120, 95, 90, 60, 130, 105, 85],
            Self::Heavy => &[110, 125, 120, 135, 105, 130, 115, 140, 100, 125, 120, 115],
        }
    }
}

/// What is played: one pool of one retainer, from its first cycle on.
#[derive(Debug, Clone, Copy)]
pub struct Agreement<'a> {
    /// The cycles.
    pub series: &'a Series,
    /// The rules of the pool.
    pub policy: &'a Policy,
    /// The allowance of a full cycle, in units of the pool; not negative.
    pub allowance: Quantity,
    /// How the allowance of a partial cycle becomes whole.
    pub rounding: UnitRounding,
    /// The price of a full cycle, in minor units.
    pub price: Minor,
    /// What a first cycle in part brings and costs.
    pub first_partial: FirstPartial,
}

/// One cycle as it would close; units of the pool, and money in minor units.
///
/// `opening + grant - repaid - (used - overage) - lapsed = closing_balance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayedCycle {
    /// Its number and its days.
    pub cycle: Cycle,
    /// Its price, without overage.
    pub fee: Minor,
    /// What is carried in.
    pub opening: Quantity,
    /// Its allowance.
    pub grant: Quantity,
    /// What of the allowance went to the cycle before.
    pub repaid: Quantity,
    /// What the client used, overage included.
    pub used: Quantity,
    /// What a pool that blocks refused.
    pub refused: Quantity,
    /// What was used and nothing was left for.
    pub overage: Quantity,
    /// Overage that is billed, rounded up to the increment.
    pub billed: Quantity,
    /// What it costs.
    pub billed_amount: Minor,
    /// Overage that is delivered and not billed.
    pub absorbed: Quantity,
    /// Overage that the next allowance repays.
    pub borrowed: Quantity,
    /// Borrowed earlier and not repaid when the contract ended: settled as overage.
    pub unrepaid: Quantity,
    /// What lapsed at the close.
    pub lapsed: Quantity,
    /// What of the allowance is carried out, after the cap.
    pub carried_out: Quantity,
    /// What the next cycle starts with.
    pub closing_balance: Quantity,
}

/// The sums over all cycles that were played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlayTotals {
    /// The prices of the cycles.
    pub fee: Minor,
    /// The allowances.
    pub grant: Quantity,
    /// What was used, overage included.
    pub used: Quantity,
    /// What was refused.
    pub refused: Quantity,
    /// What was used and nothing was left for.
    pub overage: Quantity,
    /// Overage that is billed.
    pub billed: Quantity,
    /// What it costs.
    pub billed_amount: Minor,
    /// Overage that is delivered and not billed.
    pub absorbed: Quantity,
    /// Overage that a next allowance repays.
    pub borrowed: Quantity,
    /// What lapsed.
    pub lapsed: Quantity,
    /// Fees and billed overage: what the client pays.
    pub paid: Minor,
}

/// Terms, played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// Cycle by cycle; fewer than asked for where the retainer ends.
    pub cycles: Vec<PlayedCycle>,
    /// The sums.
    pub totals: PlayTotals,
}

impl Agreement<'_> {
    /// What a client uses who needs `percents` of the allowance of each cycle, over and over; a
    /// cycle in part is less use, too.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] above 120 cycles or if a quantity does not fit 64 bits.
    pub fn usage(&self, percents: &[u32], cycles: usize) -> Result<Vec<Quantity>, RuleError> {
        if cycles > CYCLES_MAX {
            return Err(RuleError::TooLarge);
        }
        let cycles = self.series.cycles().take(cycles);
        let share = |(cycle, percent): (Cycle, &u32)| {
            scale(self.grant(&cycle)?.0, i64::from(*percent), 100).map(Quantity)
        };
        cycles.zip(percents.iter().cycle()).map(share).collect()
    }

    /// Plays as many cycles as `usage` has, with what a client wants to use in each.
    ///
    /// Each cycle is projected from its use and closed before the next one begins. A pool that
    /// blocks takes what is left and refuses the rest. Source: domain 1.2, 2.5, 3.3, 3.7, 4.
    ///
    /// # Errors
    /// Those of [`project`] and [`close`]; [`RuleError::TooLarge`] above 120 cycles or if a sum
    /// does not fit 64 bits.
    pub fn play(&self, usage: &[Quantity]) -> Result<Play, RuleError> {
        if usage.len() > CYCLES_MAX {
            return Err(RuleError::TooLarge);
        }
        let mut opening = Opening::default();
        let mut cycles = Vec::with_capacity(usage.len());
        for (cycle, wanted) in self.series.cycles().zip(usage) {
            let (played, next) = self.play_cycle(&cycle, &opening, *wanted)?;
            cycles.push(played);
            opening = next;
        }
        let totals = PlayTotals::of(&cycles)?;
        Ok(Play { cycles, totals })
    }

    fn play_cycle(
        &self,
        cycle: &Cycle,
        opening: &Opening,
        wanted: Quantity,
    ) -> Result<(PlayedCycle, Opening), RuleError> {
        let terms = self.terms(cycle)?;
        let calendar = |seq| self.series.end_of(seq);
        let facts = self.recorded(&terms, opening, wanted)?;
        let projection = project(opening, &terms, &facts, &calendar)?;
        let closing = close(&projection, &terms, self.next(cycle)?, &calendar)?;
        let fee = cycle_price(cycle, self.price, self.first_partial)?.amount;
        let refused = Quantity(wanted.0 - projection.totals.consumed.0);
        let played = PlayedCycle::new(*cycle, fee, refused, &projection, &closing);
        Ok((played, closing.next))
    }

    /// The use that the pool accepts; all of it where it does not block.
    fn recorded(
        &self,
        terms: &CycleTerms<'_>,
        opening: &Opening,
        wanted: Quantity,
    ) -> Result<Vec<Fact>, RuleError> {
        let entry = |quantity| Fact { effective_on: terms.start, quantity, kind: FactKind::Use };
        if self.policy.overage.mode != OverageMode::Block {
            return Ok(vec![entry(wanted)]);
        }
        // An entry is refused as a whole, so what is left is entered apart from the rest.
        let calendar = |seq| self.series.end_of(seq);
        let left = project(opening, terms, &[], &calendar)?.totals.balance().min(wanted);
        let rest = Quantity(wanted.0 - left.0);
        let mut facts = Vec::with_capacity(2);
        for fact in [entry(left), entry(rest)] {
            let open = [OpenCycle { terms: *terms, facts: &facts }];
            if refuses(opening, &open, 0, fact, &calendar)?.is_none() {
                facts.push(fact);
            }
        }
        Ok(facts)
    }

    fn terms(&self, cycle: &Cycle) -> Result<CycleTerms<'_>, RuleError> {
        Ok(CycleTerms {
            seq: cycle.seq,
            start: cycle.start,
            end: cycle.end,
            partial: cycle.partial(),
            grant: self.grant(cycle)?,
            full_grant: self.allowance,
            policy: self.policy,
        })
    }

    fn grant(&self, cycle: &Cycle) -> Result<Quantity, RuleError> {
        cycle_units(cycle, self.allowance, self.rounding, self.first_partial)
    }

    fn next(&self, cycle: &Cycle) -> Result<Next, RuleError> {
        if self.series.end() == Some(cycle.end) {
            return Ok(Next::Terminated);
        }
        let follower = cycle.seq.checked_add(1).and_then(|seq| self.series.cycle(seq));
        follower.map_or(Ok(Next::Unknown), |next| Ok(Next::Cycle { grant: self.grant(&next)? }))
    }
}

impl PlayedCycle {
    fn new(
        cycle: Cycle,
        fee: Minor,
        refused: Quantity,
        projection: &Projection,
        closing: &Closing,
    ) -> Self {
        let totals = &projection.totals;
        Self {
            cycle,
            fee,
            refused,
            opening: totals.opening,
            grant: totals.grant,
            repaid: totals.borrow_repaid,
            used: totals.consumed,
            overage: totals.overage,
            billed: closing.overage_billed,
            billed_amount: closing.overage_amount,
            absorbed: closing.overage_absorbed,
            borrowed: closing.borrowed,
            unrepaid: closing.unrepaid,
            lapsed: closing.expired_total(),
            carried_out: closing.carried_out,
            closing_balance: closing.closing_balance,
        }
    }
}

impl PlayTotals {
    fn of(cycles: &[PlayedCycle]) -> Result<Self, RuleError> {
        let sum = |value: fn(&PlayedCycle) -> i64| {
            let sum: i128 = cycles.iter().map(|cycle| i128::from(value(cycle))).sum();
            i64::try_from(sum).map_err(|_| RuleError::TooLarge)
        };
        let units = |value| sum(value).map(Quantity);
        let (fee, billed_amount) = (sum(|c| c.fee.0)?, sum(|c| c.billed_amount.0)?);
        Ok(Self {
            fee: Minor(fee),
            grant: units(|c| c.grant.0)?,
            used: units(|c| c.used.0)?,
            refused: units(|c| c.refused.0)?,
            overage: units(|c| c.overage.0)?,
            billed: units(|c| c.billed.0)?,
            billed_amount: Minor(billed_amount),
            absorbed: units(|c| c.absorbed.0)?,
            borrowed: units(|c| c.borrowed.0)?,
            lapsed: units(|c| c.lapsed.0)?,
            paid: fee.checked_add(billed_amount).map(Minor).ok_or(RuleError::TooLarge)?,
        })
    }

    /// What `per` used units cost with everything paid, in minor units, rounded once: 60 for the
    /// price of an hour of minutes. None if nothing was used.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if it does not fit 64 bits.
    pub fn effective_price(&self, per: Quantity) -> Result<Option<Minor>, RuleError> {
        if self.used.0 == 0 {
            return Ok(None);
        }
        scale(self.paid.0, per.0, self.used.0).map(|price| Some(Minor(price)))
    }
}
