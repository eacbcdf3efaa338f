//! Terms played before they are agreed on: what goes in, and what clients would see.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::retainers::{first_of_month, monthly};
use super::*;
use crate::rules::cycle::{Anchor, Interval};
pub use crate::rules::proration::FirstPartial;
use crate::rules::simulate;
pub use crate::rules::simulate::Profile;

/// The most a client of one's own uses of an allowance, in per cent.
pub const USE_MAX: u32 = 1_000;

/// Terms to play, and what is assumed of the calendar and of the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSimulation {
    /// The first day with service.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-01"))]
    pub starts_on: NaiveDate,
    /// The first day without service; open-ended if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// How long a cycle is; one month if left out.
    #[garde(skip)]
    #[serde(default = "monthly")]
    pub interval: Interval,
    /// Where cycles begin; the first of the month if left out.
    #[garde(skip)]
    #[serde(default = "first_of_month")]
    pub anchor: Anchor,
    /// What a first cycle in part brings and costs; its share of the days if left out.
    #[garde(skip)]
    #[serde(default)]
    pub first_partial: FirstPartial,
    /// What would be agreed.
    #[garde(dive)]
    pub terms: Terms,
    /// Per cent of the allowance that a client of your own uses, cycle by cycle and over again;
    /// played beside the light, the normal and the heavy one.
    #[garde(inner(length(min = 1, max = simulate::CYCLES), inner(range(max = USE_MAX))))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 12))]
    pub own_use: Option<Vec<u32>>,
    /// Blocks that are bought at the start, at most one a pool. Clients use them at an even pace of
    /// their life, by their per cent, beside what they use of the allowance.
    #[garde(length(max = POOLS_MAX), dive)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub blocks: Vec<NewSimulatedBlock>,
}

/// A block of units that is bought when a retainer starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSimulatedBlock {
    /// The key of the pool that it is bought for.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = "sessions"))]
    pub pool: String,
    /// Units of the pool.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 10)
    )]
    pub quantity: i64,
    /// The first day on which it can be used; that of the retainer if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The first day on which it is gone; never if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
}

/// Terms, played: each pool for each client, twelve cycles or as many as the retainer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Simulation {
    /// ISO 4217: that of every amount.
    pub currency: String,
    /// The pools, in the order of the terms.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub pools: Vec<SimulatedPool>,
}

/// A pool, played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedPool {
    /// The key of the pool.
    pub pool: String,
    /// Its name for people, where the unit does not say enough.
    pub name: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// What each client would see, from little use to much; the one of your own last.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub clients: Vec<SimulatedClient>,
}

/// What a client would see of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedClient {
    /// Which client; none is the one of your own.
    pub profile: Option<Profile>,
    /// Per cent of the allowance it uses, cycle by cycle.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub percents: Vec<u32>,
    /// The cycles in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub cycles: Vec<SimulatedCycle>,
    /// Their sums.
    pub totals: SimulatedTotals,
}

/// A cycle as it would close, in units of the pool and minor units of the currency:
/// opening + granted + bought − repaid − (used − overage) − lapsed = closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedCycle {
    /// 1 for the first.
    pub seq: u32,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The day after the last.
    pub ends_on: NaiveDate,
    /// Shorter than the full cycle it is part of.
    pub partial: bool,
    /// Its price without overage, in minor units: of the whole retainer, whatever its pools.
    pub fee_minor: i64,
    /// Carried in.
    pub opening: i64,
    /// Its allowance.
    pub granted: i64,
    /// Bought in it.
    pub bought: i64,
    /// Of the allowance, what went to overage of the cycle before.
    pub repaid: i64,
    /// Used, overage included.
    pub used: i64,
    /// What a pool that blocks refused.
    pub refused: i64,
    /// Used beyond what was available.
    pub overage: i64,
    /// Of the overage, billed: rounded up to the increment.
    pub overage_billed: i64,
    /// What it costs, in minor units.
    pub overage_amount_minor: i64,
    /// Of the overage, delivered for nothing.
    pub overage_absorbed: i64,
    /// Of the overage, taken from the next cycle.
    pub borrowed: i64,
    /// Borrowed earlier and not repaid when the retainer ended: settled with the overage.
    pub unrepaid: i64,
    /// Lapsed at the close.
    pub lapsed: i64,
    /// What of the allowance carries over.
    pub carried: i64,
    /// What the next cycle starts with.
    pub closing: i64,
    /// Its sessions; none of another unit.
    pub sessions: SimulatedSessions,
}

/// Sessions as they are played: of ten booked in a row one is called off in time, one late, and one
/// is missed; each does to the pool what its rules of cancellation say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedSessions {
    /// Booked, whatever became of them.
    pub booked: i64,
    /// Of them, called off in time.
    pub cancelled_in_time: i64,
    /// Of them, called off late.
    pub cancelled_late: i64,
    /// Of them, missed.
    pub missed: i64,
    /// Units set aside for them, to be made up later.
    pub set_aside: i64,
}

/// The sums over all cycles played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedTotals {
    /// The prices of the cycles, in minor units.
    pub fee_minor: i64,
    /// The allowances.
    pub granted: i64,
    /// Bought.
    pub bought: i64,
    /// Used, overage included.
    pub used: i64,
    /// What a pool that blocks refused.
    pub refused: i64,
    /// Used beyond what was available.
    pub overage: i64,
    /// Of the overage, billed.
    pub overage_billed: i64,
    /// What it costs, in minor units.
    pub overage_amount_minor: i64,
    /// Of the overage, delivered for nothing.
    pub overage_absorbed: i64,
    /// Of the overage, taken from a next cycle.
    pub borrowed: i64,
    /// Lapsed.
    pub lapsed: i64,
    /// Fees and billed overage, in minor units. What a block costs is not in it.
    pub paid_minor: i64,
    /// The sessions; none of another unit.
    pub sessions: SimulatedSessions,
}

impl From<simulate::Sessions> for SimulatedSessions {
    fn from(played: simulate::Sessions) -> Self {
        Self {
            booked: played.booked.0,
            cancelled_in_time: played.in_time.0,
            cancelled_late: played.late.0,
            missed: played.missed.0,
            set_aside: played.set_aside.0,
        }
    }
}

impl From<&simulate::PlayedCycle> for SimulatedCycle {
    fn from(played: &simulate::PlayedCycle) -> Self {
        Self {
            seq: played.cycle.seq,
            starts_on: played.cycle.start,
            ends_on: played.cycle.end,
            partial: played.cycle.partial(),
            fee_minor: played.fee.0,
            opening: played.opening.0,
            granted: played.grant.0,
            bought: played.bought.0,
            repaid: played.repaid.0,
            used: played.used.0,
            refused: played.refused.0,
            overage: played.overage.0,
            overage_billed: played.billed.0,
            overage_amount_minor: played.billed_amount.0,
            overage_absorbed: played.absorbed.0,
            borrowed: played.borrowed.0,
            unrepaid: played.unrepaid.0,
            lapsed: played.lapsed.0,
            carried: played.carried_out.0,
            closing: played.closing_balance.0,
            sessions: played.sessions.into(),
        }
    }
}

impl From<&simulate::PlayTotals> for SimulatedTotals {
    fn from(totals: &simulate::PlayTotals) -> Self {
        Self {
            fee_minor: totals.fee.0,
            granted: totals.grant.0,
            bought: totals.bought.0,
            used: totals.used.0,
            refused: totals.refused.0,
            overage: totals.overage.0,
            overage_billed: totals.billed.0,
            overage_amount_minor: totals.billed_amount.0,
            overage_absorbed: totals.absorbed.0,
            borrowed: totals.borrowed.0,
            lapsed: totals.lapsed.0,
            paid_minor: totals.paid.0,
            sessions: totals.sessions.into(),
        }
    }
}

checked! {
    NewSimulation, |new, faults| {
        new.terms.across("/terms", faults);
        if new.ends_on.is_some_and(|end| end <= new.starts_on) {
            faults.push(FieldError::new("/ends_on", "end_before_start"));
        }
        for (place, block) in new.blocks.iter().enumerate() {
            let at = |field: &str| format!("/blocks/{place}/{field}");
            if new.terms.pool(&block.pool).is_none() {
                faults.push(FieldError::new(&at("pool"), "not_found"));
            } else if new.blocks[..place].iter().any(|other| other.pool == block.pool) {
                faults.push(FieldError::new(&at("pool"), "exists"));
            }
            let from = block.starts_on.unwrap_or(new.starts_on).max(new.starts_on);
            if block.ends_on.is_some_and(|end| end <= from) {
                faults.push(FieldError::new(&at("ends_on"), "end_before_start"));
            }
        }
    };
}
