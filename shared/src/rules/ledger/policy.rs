//! What a pool does with unused, missing and cancelled units: a version of a contract's terms.
use serde::{Deserialize, Serialize};

use crate::rules::RuleError;
use crate::rules::money::{UnitRate, overage_charge};
use crate::rules::units::{Minor, Quantity};

const CYCLES_MAX: u32 = 1_200;
const GRACE_DAYS_MAX: u32 = 90;
const NOTICE_HOURS_MAX: u32 = 8_784;
const PERCENT_MAX: u32 = 1_000;
const THRESHOLDS_MAX: usize = 10;

/// A ceiling on all rollover lots together, applied at close. Source: domain 1.2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Cap {
    /// No ceiling.
    #[default]
    None,
    /// So many units of the pool.
    Units {
        /// Not negative.
        units: Quantity,
    },
    /// A share of the full allowance, rounded down.
    Percent {
        /// 0 to 1,000.
        percent: u32,
    },
}

/// How unused allowance is carried over. Source: domain 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rollover {
    /// The ceiling on what is carried.
    pub cap: Cap,
    /// For how many cycles after its own, 1 to 1,200; none never ends.
    pub max_cycles: Option<u32>,
    /// The share of the unused allowance that is carried, 0 to 100, rounded down.
    pub carry_percent: u32,
    /// Whether a partial cycle carries anything.
    pub partial_cycle_rolls: bool,
    /// Whether what was carried may be carried again, as far as `max_cycles` goes; else it lasts
    /// for the cycle it was carried into, and `max_cycles` is none or 1.
    pub compounding: bool,
    /// Whether anything carries only into a cycle that is agreed when its own closes: in a pause
    /// that has no end by then, what would carry lapses.
    pub only_if_renewed: bool,
}

impl Default for Rollover {
    fn default() -> Self {
        Self {
            cap: Cap::None,
            max_cycles: None,
            carry_percent: 100,
            partial_cycle_rolls: true,
            compounding: true,
            only_if_renewed: false,
        }
    }
}

/// What happens to work that nothing is left for. Source: domain 4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OverageMode {
    /// It is refused when it is recorded.
    Block,
    /// It is refused until somebody approves it; then it is billed or absorbed.
    Ask,
    /// It is billed after the close.
    Bill,
    /// It is delivered and not billed.
    #[default]
    Absorb,
    /// It is taken out of the next allowance.
    Borrow,
}

/// What happens to overage that cannot be borrowed, or that was approved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BorrowExcess {
    /// It is billed.
    #[default]
    Bill,
    /// It is delivered and not billed.
    Absorb,
}

/// The overage policy: `rate_minor` for every `rate_per` units, rounded up to `increment` once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overage {
    /// What happens.
    pub mode: OverageMode,
    /// The price of `rate_per` units, in minor units of the currency; not negative.
    pub rate_minor: Minor,
    /// How many units the rate is for, 1 or more: 60 for an hourly rate on minutes.
    pub rate_per: Quantity,
    /// Billed units are a multiple of it, 1 or more.
    pub increment: Quantity,
    /// The most that can be borrowed; none up to the whole next allowance.
    pub borrow_cap: Option<Quantity>,
    /// What happens to the rest.
    pub borrow_excess: BorrowExcess,
}

impl Default for Overage {
    fn default() -> Self {
        Self {
            mode: OverageMode::default(),
            rate_minor: Minor(0),
            rate_per: Quantity(1),
            increment: Quantity(1),
            borrow_cap: None,
            borrow_excess: BorrowExcess::default(),
        }
    }
}

impl Overage {
    /// The ways to settle overage that a close may take: the one that the terms name, then what
    /// else they name, then to deliver it for nothing. Nobody is asked for more than was agreed.
    /// Source: domain 4.2 to 4.5.
    #[must_use]
    pub fn choices(&self) -> &'static [OverageMode] {
        use OverageMode::{Absorb, Ask, Bill, Block, Borrow};
        match (self.mode, self.borrow_excess) {
            (Bill, _) | (Ask, BorrowExcess::Bill) => &[Bill, Absorb],
            (Borrow, BorrowExcess::Bill) => &[Borrow, Bill, Absorb],
            (Borrow, BorrowExcess::Absorb) => &[Borrow, Absorb],
            (Absorb | Block, _) | (Ask, BorrowExcess::Absorb) => &[Absorb],
        }
    }

    /// What `more` units cost at most that are approved beyond those that are: what a close would bill
    /// with all of them used, less what it would without. Nothing where terms that ask first bill
    /// nothing. Source: domain 4.2, 4.7.
    ///
    /// # Errors
    /// Those of [`overage_charge`].
    pub fn cost_of_more(&self, approved: Quantity, more: Quantity) -> Result<Minor, RuleError> {
        if self.borrow_excess == BorrowExcess::Absorb {
            return Ok(Minor(0));
        }
        let rate = UnitRate { amount: self.rate_minor, per: self.rate_per };
        let charge = |units| overage_charge(units, self.increment, rate).map(|of| of.amount.0);
        let all = approved.0.checked_add(more.0).ok_or(RuleError::TooLarge)?;
        Ok(Minor(charge(Quantity(all))? - charge(approved)?))
    }

    /// The same policy with its overage settled in one of these ways.
    #[must_use]
    pub fn settled(self, choice: OverageMode) -> Self {
        Self { mode: choice, ..self }
    }
}

/// What a cancelled or missed session does to the pool. Source: domain 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CancellationOutcome {
    /// It is used up.
    Charge,
    /// It stays in the pool, under the pool's own rules.
    Release,
    /// It moves to a make-up lot.
    Carry,
}

/// The cancellation terms of a pool of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancellation {
    /// Hours of notice from which a cancellation is in time, 0 to 8,784.
    #[cfg_attr(feature = "openapi", schema(maximum = 720, example = 24))]
    pub notice_hours: u32,
    /// A cancellation in time.
    pub in_time: CancellationOutcome,
    /// A later one.
    pub late: CancellationOutcome,
    /// Nobody came.
    pub no_show: CancellationOutcome,
    /// The share of a session that a charge draws, 0 to 100.
    #[cfg_attr(feature = "openapi", schema(maximum = 100, example = 100))]
    pub charge_percent: u32,
}

impl Default for Cancellation {
    fn default() -> Self {
        Self {
            notice_hours: 24,
            in_time: CancellationOutcome::Release,
            late: CancellationOutcome::Charge,
            no_show: CancellationOutcome::Charge,
            charge_percent: 100,
        }
    }
}

/// The rules of one pool in one version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// How unused allowance is carried over; none loses it.
    pub rollover: Option<Rollover>,
    /// What happens to work that nothing is left for.
    pub overage: Overage,
    /// Days after the end of a cycle in which work may still be entered, 0 to 90.
    pub grace_days: u32,
    /// Per cent of what is available at which somebody is told, 1 to 1,000, at most ten.
    pub thresholds: Vec<u32>,
    /// What cancelled sessions do.
    pub cancellation: Cancellation,
    /// For how many cycles a make-up lasts, 1 to 1,200.
    pub makeup_cycles: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            rollover: None,
            overage: Overage::default(),
            grace_days: 0,
            thresholds: vec![50, 80, 100],
            cancellation: Cancellation::default(),
            makeup_cycles: 1,
        }
    }
}

impl Policy {
    /// Whether every number lies in the bounds that its field names.
    ///
    /// # Errors
    /// [`RuleError::InvalidPolicy`] if one does not.
    pub fn check(&self) -> Result<(), RuleError> {
        let overage = &self.overage;
        let holds = self.rollover.as_ref().is_none_or(Rollover::holds)
            && overage.rate_minor.0 >= 0
            && overage.rate_per.0 >= 1
            && overage.increment.0 >= 1
            && overage.borrow_cap.is_none_or(|cap| cap.0 >= 0)
            && self.grace_days <= GRACE_DAYS_MAX
            && self.thresholds.len() <= THRESHOLDS_MAX
            && self.thresholds.iter().all(|percent| (1..=PERCENT_MAX).contains(percent))
            && self.cancellation.notice_hours <= NOTICE_HOURS_MAX
            && self.cancellation.charge_percent <= 100
            && (1..=CYCLES_MAX).contains(&self.makeup_cycles);
        if holds { Ok(()) } else { Err(RuleError::InvalidPolicy) }
    }
}

impl Rollover {
    fn holds(&self) -> bool {
        let cap = match self.cap {
            Cap::None => true,
            Cap::Units { units } => units.0 >= 0,
            Cap::Percent { percent } => percent <= PERCENT_MAX,
        };
        let ages = self.max_cycles.is_none_or(|cycles| (1..=CYCLES_MAX).contains(&cycles));
        let once = self.compounding || self.max_cycles.is_none_or(|cycles| cycles == 1);
        cap && ages && once && self.carry_percent <= 100
    }

    /// For how many cycles after its own what is carried lasts; none never ends.
    #[must_use]
    pub fn lasts(&self) -> Option<u32> {
        if self.compounding { self.max_cycles } else { Some(1) }
    }

    /// The most that all rollover lots may hold together, in units of the pool.
    pub(super) fn limit(&self, full_grant: Quantity) -> i128 {
        match self.cap {
            Cap::None => i128::MAX,
            Cap::Units { units } => i128::from(units.0),
            Cap::Percent { percent } => {
                (i128::from(full_grant.0) * i128::from(percent)).div_euclid(100)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_asks_for_no_more_than_was_agreed() {
        let with = |mode, borrow_excess| Overage { mode, borrow_excess, ..Overage::default() };
        for borrow_excess in [BorrowExcess::Bill, BorrowExcess::Absorb] {
            for mode in [OverageMode::Bill, OverageMode::Absorb, OverageMode::Borrow] {
                let choices = with(mode, borrow_excess).choices();
                assert_eq!(choices[0], mode, "what was agreed comes first");
                assert!(choices.contains(&OverageMode::Absorb));
                let bills = mode == OverageMode::Bill
                    || (mode, borrow_excess) == (OverageMode::Borrow, BorrowExcess::Bill);
                assert_eq!(choices.contains(&OverageMode::Bill), bills);
            }
        }
        let blocks = with(OverageMode::Block, BorrowExcess::Bill);
        assert_eq!(blocks.choices(), [OverageMode::Absorb]);
        let settled = with(OverageMode::Borrow, BorrowExcess::Bill).settled(OverageMode::Absorb);
        assert_eq!((settled.mode, settled.increment), (OverageMode::Absorb, Quantity(1)));
    }

    #[test]
    fn more_beyond_the_limit_costs_what_the_close_would_bill_more() {
        let asks = Overage {
            mode: OverageMode::Ask,
            rate_minor: Minor(12_000),
            rate_per: Quantity(60),
            increment: Quantity(15),
            ..Overage::default()
        };
        let cost = |of: Overage, approved, more| {
            of.cost_of_more(Quantity(approved), Quantity(more)).map(|amount| amount.0)
        };
        assert_eq!(cost(asks, 0, 120), Ok(24_000));
        assert_eq!(cost(asks, 0, 100), Ok(21_000), "begun quarters count");
        assert_eq!(cost(asks, 100, 5), Ok(0), "and are paid for once");
        let absorbs = Overage { borrow_excess: BorrowExcess::Absorb, ..asks };
        assert_eq!(cost(absorbs, 0, 120), Ok(0));
        assert!(cost(asks, i64::MAX, 1).is_err());
    }
}
