//! Terms that can be played: what a client who uses so much would see, cycle by cycle.
//!
//! The ledger itself is asked, as the server asks it for real work; nothing is calculated twice.
mod client;

use serde::{Deserialize, Serialize};

pub use self::client::{Bought, Sessions};
use self::client::{Plan, booked};
use super::cycle::{Cycle, Series};
use super::ledger::{
    Closing, CycleTerms, Fact, FactKind, Horizon, Next, OpenCycle, Opening, OverageMode, Policy,
    Projection, close, project, refuses,
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
    /// The units are sessions: of ten booked in a row one is called off in time, one late, and one
    /// is missed, each by the rules of the pool.
    pub sessions: bool,
    /// What is bought at the start.
    pub bought: Option<Bought>,
}

/// One cycle as it would close; units of the pool, and money in minor units.
///
/// `opening + grant + bought - repaid - (used - overage) - lapsed = closing_balance`.
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
    /// What is bought in it.
    pub bought: Quantity,
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
    /// Its sessions, where it is sessions.
    pub sessions: Sessions,
}

/// The sums over all cycles that were played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlayTotals {
    /// The prices of the cycles.
    pub fee: Minor,
    /// The allowances.
    pub grant: Quantity,
    /// What was bought.
    pub bought: Quantity,
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
    /// Fees and billed overage: what the client pays. What a block costs is not in it.
    pub paid: Minor,
    /// The sessions, where it is sessions.
    pub sessions: Sessions,
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
    /// cycle in part is less use, too. A block is used in even shares of its life, and where there is
    /// no allowance nothing is after it.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] above 120 cycles or if a quantity does not fit 64 bits.
    pub fn usage(&self, percents: &[u32], cycles: usize) -> Result<Vec<Quantity>, RuleError> {
        if cycles > CYCLES_MAX {
            return Err(RuleError::TooLarge);
        }
        let cycles: Vec<Cycle> = self.series.cycles().take(cycles).collect();
        let share = |(cycle, percent): (&Cycle, &u32)| {
            scale(self.grant(cycle)?.0, i64::from(*percent), 100).map(Quantity)
        };
        let usage: Result<_, _> = cycles.iter().zip(percents.iter().cycle()).map(share).collect();
        match &self.bought {
            Some(bought) => {
                let mut usage = bought.spread(&cycles, percents, usage?)?;
                if self.allowance.0 == 0 {
                    usage.truncate(bought.last(&cycles));
                }
                Ok(usage)
            }
            None => usage,
        }
    }

    /// Plays as many cycles as `usage` has, with what a client wants to use in each.
    ///
    /// Each cycle is projected from its use and closed before the next one begins. A pool that
    /// blocks takes what is left and refuses the rest. Of sessions, those called off are known
    /// before the others take place. Source: domain 1.2, 1.3, 2.5, 3.3, 3.7, 3.11, 4.
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
        let mut before = 0;
        for (cycle, wanted) in self.series.cycles().zip(usage) {
            let plan = if self.sessions {
                booked(self.policy, before, *wanted)?
            } else {
                Plan { used: *wanted, ..Plan::default() }
            };
            let (played, next) = self.play_cycle(&cycle, &opening, plan)?;
            cycles.push(played);
            opening = next;
            before += i128::from(wanted.0);
        }
        let totals = PlayTotals::of(&cycles)?;
        Ok(Play { cycles, totals })
    }

    fn play_cycle(
        &self,
        cycle: &Cycle,
        opening: &Opening,
        plan: Plan,
    ) -> Result<(PlayedCycle, Opening), RuleError> {
        let terms = self.terms(cycle)?;
        let calendar = |seq| self.series.end_of(seq);
        let facts = self.recorded(&terms, opening, plan)?;
        let projection = project(opening, &terms, &facts, &calendar)?;
        let closing = close(&projection, &terms, self.next(cycle)?, &calendar)?;
        let fee = cycle_price(cycle, self.price, self.first_partial)?.amount;
        let totals = &projection.totals;
        let played = PlayedCycle {
            refused: Quantity(plan.used.0 - totals.consumed.0),
            sessions: Sessions { set_aside: totals.makeup_out, ..plan.sessions },
            ..PlayedCycle::new(*cycle, fee, &projection, &closing)
        };
        Ok((played, closing.next))
    }

    /// What is bought, what is kept for later, and the use that the pool accepts; all of it where
    /// it does not block.
    fn recorded(
        &self,
        terms: &CycleTerms<'_>,
        opening: &Opening,
        plan: Plan,
    ) -> Result<Vec<Fact>, RuleError> {
        let day = self.bought.map_or(terms.start, |bought| bought.day(terms.start, terms.end));
        let entry = |kind, quantity| Fact { effective_on: day, quantity, kind };
        let mut facts = Vec::with_capacity(4);
        facts.extend(self.bought.filter(|_| terms.seq == 1).map(|bought| bought.fact(day)));
        if plan.kept.0 > 0 {
            facts.push(entry(FactKind::Carry, plan.kept));
        }
        let wanted = entry(FactKind::Use, plan.used);
        if self.policy.overage.mode != OverageMode::Block {
            facts.push(wanted);
            return Ok(facts);
        }
        // An entry is refused as a whole, so what is left is entered apart from the rest.
        let calendar = |seq| self.series.end_of(seq);
        facts.push(wanted);
        let over = project(opening, terms, &facts, &calendar)?.totals.overage;
        facts.pop();
        for part in [Quantity(plan.used.0 - over.0), over] {
            let fact = entry(FactKind::Use, part);
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
            horizon: Horizon::of(self.series, self.policy),
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
    fn new(cycle: Cycle, fee: Minor, projection: &Projection, closing: &Closing) -> Self {
        let totals = &projection.totals;
        Self {
            cycle,
            fee,
            refused: Quantity::default(),
            sessions: Sessions::default(),
            opening: totals.opening,
            grant: totals.grant,
            bought: totals.topups,
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
            bought: units(|c| c.bought.0)?,
            used: units(|c| c.used.0)?,
            refused: units(|c| c.refused.0)?,
            overage: units(|c| c.overage.0)?,
            billed: units(|c| c.billed.0)?,
            billed_amount: Minor(billed_amount),
            absorbed: units(|c| c.absorbed.0)?,
            borrowed: units(|c| c.borrowed.0)?,
            lapsed: units(|c| c.lapsed.0)?,
            paid: fee.checked_add(billed_amount).map(Minor).ok_or(RuleError::TooLarge)?,
            sessions: Sessions {
                booked: units(|c| c.sessions.booked.0)?,
                in_time: units(|c| c.sessions.in_time.0)?,
                late: units(|c| c.sessions.late.0)?,
                missed: units(|c| c.sessions.missed.0)?,
                set_aside: units(|c| c.sessions.set_aside.0)?,
            },
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
