//! The rules of a pool: what carries over, what overage does, what things cost.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::entries::MinuteRounding;
pub use crate::rules::ledger::{BorrowExcess, OverageMode};

/// How much of an unused allowance, the surplus, carries, and for how long. Source: domain 1.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RolloverTerms {
    /// At most so many units are carried at any time; no cap if neither cap is given.
    #[garde(range(min = 0, max = DRAWDOWN_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 300)
    )]
    pub cap_units: Option<i64>,
    /// The cap as a share of the full allowance, rounded down.
    #[garde(range(min = 0, max = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub cap_percent: Option<i64>,
    /// What is carried lapses after so many cycles; never if left out.
    #[garde(range(min = 1, max = 120))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 120, example = 1))]
    pub max_cycles: Option<u32>,
    /// The share of the unused part that carries.
    #[garde(range(min = 1, max = 100))]
    #[serde(default = "hundred")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100, example = 100))]
    pub carry_percent: i64,
    /// Whether a partial first or last cycle carries anything.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub partial_cycle_rolls: bool,
    /// Whether what was carried may be carried again, as far as `max_cycles` goes. If not, it
    /// lapses at the end of the cycle it was carried into, and only that cycle's own allowance
    /// carries: `max_cycles` is left out then, or 1. Source: decision 0030.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub compounding: bool,
    /// Whether anything carries only into a cycle that is agreed when its own closes. At the end
    /// of the retainer everything lapses anyway, unless a later end, or none, is agreed before
    /// that; with this what would carry lapses too where a pause begins that has no end by then.
    /// Source: decision 0030.
    #[garde(skip)]
    #[serde(default)]
    pub only_if_renewed: bool,
}

impl Default for RolloverTerms {
    fn default() -> Self {
        Self {
            cap_units: None,
            cap_percent: None,
            max_cycles: None,
            carry_percent: hundred(),
            partial_cycle_rolls: yes(),
            compounding: yes(),
            only_if_renewed: false,
        }
    }
}

/// What goes from a cycle into the next one: what it left, and what it used too much. Source:
/// domain 1.2, 4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// Neither: what is unused lapses, and what goes beyond is settled at the close.
    Nothing,
    /// What is unused.
    Surplus,
    /// What goes beyond: the next allowance repays it.
    Deficit,
    /// Both.
    Both,
}

fn hundred() -> i64 {
    100
}
fn yes() -> bool {
    true
}

/// What becomes of use beyond what is available. Source: domain 4.1-4.5.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OverageTerms {
    /// Refused, refused until it is approved, billed, absorbed or borrowed from the next cycle:
    /// with `borrow` a deficit carries.
    #[garde(skip)]
    pub mode: OverageMode,
    /// What billed overage costs, in minor units: an hour of minutes, one of anything else.
    /// A pool of money bills one to one and has no rate.
    #[garde(range(min = 0, max = MONEY_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 15_000)
    )]
    pub rate_minor: Option<i64>,
    /// Billed units are rounded up to a multiple of it, once a cycle; 1 if left out.
    #[garde(range(min = 1, max = 10_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000, example = 15))]
    pub increment: Option<i64>,
    /// At most so many units are borrowed; up to the next allowance if left out.
    #[garde(range(min = 0, max = DRAWDOWN_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000_000i64))]
    pub borrow_cap: Option<i64>,
    /// What becomes of overage that cannot be borrowed, or that was approved; billed if left out.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub borrow_excess: Option<BorrowExcess>,
}

/// A type of thing on the price list of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// As people call it: "Blog article".
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Blog article")
    )]
    pub name: String,
    /// Units of the pool that one of it draws.
    #[garde(range(min = 0, max = ALLOWANCE_MAX))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 600_000, example = 3))]
    pub units: i64,
}

/// In which steps the time of an entry draws. Source: domain 1.7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TimeStep {
    /// An entry draws a multiple of so many minutes.
    #[garde(range(min = 2, max = 480))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 480, example = 15))]
    pub minutes: i64,
    /// What becomes of a begun one; it counts if left out.
    #[garde(skip)]
    #[serde(default = "up")]
    pub rounding: MinuteRounding,
}

fn up() -> MinuteRounding {
    MinuteRounding::Up
}
