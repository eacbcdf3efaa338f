//! What is agreed: a price, and pools with their allowance and their rules.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::ledger::{BorrowExcess, Cancellation, CancellationOutcome, OverageMode};
use crate::rules::ledger::{Cap, Overage, Policy, Rollover};
pub use crate::rules::proration::UnitRounding;
use crate::rules::units::{Minor, Quantity};

/// The most pools a retainer has.
pub const POOLS_MAX: usize = 6;
/// The largest allowance of a cycle, in units of its pool: 10,000 hours for minutes.
pub const ALLOWANCE_MAX: i64 = 600_000;
/// The largest allowance of a pool of money, in minor units.
pub const DRAWDOWN_MAX: i64 = MONEY_MAX;
/// The most types that the price list of a pool names.
pub const ITEMS_MAX: usize = 50;
/// The most levels at which somebody is told.
pub const LEVELS_MAX: usize = 6;

/// What a pool counts. Units never convert between pools. Source: domain 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unit {
    /// Minutes of effort.
    #[default]
    Minutes,
    /// Sessions held.
    Sessions,
    /// Things delivered.
    Deliverables,
    /// Credits, by a price list.
    Credits,
    /// Minor units of the retainer's currency.
    Money,
}

impl Unit {
    /// What a pool of this unit is called where nobody named it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Unit::Minutes => "hours",
            Unit::Sessions => "sessions",
            Unit::Deliverables => "deliverables",
            Unit::Credits => "credits",
            Unit::Money => "budget",
        }
    }
}

/// What terms amount to, in the words of the trade. It follows from the pools. Source: domain 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Model {
    /// Hours; unused ones lapse when the cycle closes.
    FixedHours,
    /// Hours; unused ones carry over by the rollover rule.
    RolloverHours,
    /// Things delivered.
    Deliverables,
    /// Credits by a price list.
    Credits,
    /// Sessions.
    Sessions,
    /// A budget that work draws down.
    Drawdown,
    /// Units that are bought as they are needed, without an allowance a cycle.
    Prepaid,
    /// Several pools under one price.
    Hybrid,
}

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

/// A pool: what it counts, how much a cycle brings, and the rules it runs under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PoolTerms {
    /// Names the pool for good, across versions of the terms; by its unit if left out.
    #[garde(length(max = 40), custom(check::key))]
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$", example = "hours")
    )]
    pub key: String,
    /// As people call it, where the unit does not say enough.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// What it counts.
    #[garde(skip)]
    #[serde(default)]
    pub unit: Unit,
    /// Units of a full cycle; a partial one gets its share. 0 for units that are only bought. Of
    /// money at most 1,000,000,000,000 minor units, of every other unit at most 600,000.
    #[garde(range(min = 0, max = DRAWDOWN_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 600)
    )]
    pub allowance: i64,
    /// How the share of a partial cycle becomes whole units; to the nearest if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_rounding: Option<UnitRounding>,
    /// How a surplus carries over; what is unused lapses if left out.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollover: Option<RolloverTerms>,
    /// What becomes of use beyond what is available.
    #[garde(dive)]
    #[serde(default)]
    pub overage: OverageTerms,
    /// Minor units an hour that time draws; a pool of money needs it to take time.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000_000_000i64))]
    pub hourly_rate_minor: Option<i64>,
    /// What things cost in units of the pool: credits, or kinds of deliverables.
    #[garde(dive, length(max = ITEMS_MAX))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub items: Vec<Item>,
    /// What a cancelled or missed session does; for pools of sessions.
    #[garde(custom(check::cancellation))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Cancellation>,
    /// For how many cycles a make-up session lasts; 1 if left out.
    #[garde(range(min = 1, max = 120))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 120))]
    pub makeup_cycles: Option<u32>,
    /// Per cent of what is available at which somebody is told; 50, 80 and 100 if left out.
    #[garde(length(max = LEVELS_MAX), custom(check::levels))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 6, example = json!([80, 100])))]
    pub alert_levels: Option<Vec<u32>>,
}

impl PoolTerms {
    /// A pool of a unit with its rules left as they are without any.
    #[must_use]
    pub fn plain(unit: Unit, allowance: i64) -> Self {
        Self {
            key: unit.key().to_owned(),
            name: None,
            unit,
            allowance,
            partial_rounding: None,
            rollover: None,
            overage: OverageTerms::default(),
            hourly_rate_minor: None,
            items: Vec::new(),
            cancellation: None,
            makeup_cycles: None,
            alert_levels: None,
        }
    }

    /// The key it goes by.
    #[must_use]
    pub fn key(&self) -> &str {
        if self.key.is_empty() { self.unit.key() } else { &self.key }
    }

    /// Its rules as the ledger reads them. Source: domain 1.1-1.6, 3.11, 4.
    #[must_use]
    pub fn policy(&self, grace_days: u32) -> Policy {
        let percent = |percent: i64| u32::try_from(percent).unwrap_or_default();
        let rollover = self.rollover.as_ref().map(|rule| Rollover {
            cap: match (rule.cap_units, rule.cap_percent) {
                (Some(units), _) => Cap::Units { units: Quantity(units) },
                (None, Some(share)) => Cap::Percent { percent: percent(share) },
                (None, None) => Cap::None,
            },
            max_cycles: rule.max_cycles,
            carry_percent: percent(rule.carry_percent),
            partial_cycle_rolls: rule.partial_cycle_rolls,
            compounding: rule.compounding,
            only_if_renewed: rule.only_if_renewed,
        });
        let default = Policy::default();
        Policy {
            rollover,
            overage: self.overage_policy(),
            grace_days,
            thresholds: self.alert_levels.clone().unwrap_or(default.thresholds),
            cancellation: self.cancellation.unwrap_or_default(),
            makeup_cycles: self.makeup_cycles.unwrap_or(default.makeup_cycles),
        }
    }

    fn overage_policy(&self) -> Overage {
        let terms = &self.overage;
        // Money bills one to one. Source: domain 1.6.
        let (rate, per) = match self.unit {
            Unit::Money => (1, 1),
            Unit::Minutes => (terms.rate_minor.unwrap_or(0), 60),
            _ => (terms.rate_minor.unwrap_or(0), 1),
        };
        Overage {
            mode: terms.mode,
            rate_minor: Minor(rate),
            rate_per: Quantity(per),
            increment: Quantity(terms.increment.unwrap_or(1)),
            borrow_cap: terms.borrow_cap.map(Quantity),
            borrow_excess: terms.borrow_excess.unwrap_or_default(),
        }
    }

    /// Whether a surplus, a deficit, both or neither carry over.
    #[must_use]
    pub fn carries(&self) -> Carries {
        match (self.rollover.is_some(), self.overage.mode == OverageMode::Borrow) {
            (false, false) => Carries::Nothing,
            (true, false) => Carries::Surplus,
            (false, true) => Carries::Deficit,
            (true, true) => Carries::Both,
        }
    }

    /// Whether time can draw on it.
    #[must_use]
    pub fn takes_time(&self) -> bool {
        match self.unit {
            Unit::Minutes => true,
            Unit::Money => self.hourly_rate_minor.is_some(),
            Unit::Sessions | Unit::Deliverables | Unit::Credits => false,
        }
    }

    /// The units that so many minutes draw, rounded half up; none where units take no time.
    /// Source: domain 1.6.
    #[must_use]
    pub fn units_of_minutes(&self, minutes: i64) -> Option<i64> {
        match self.unit {
            Unit::Minutes => Some(minutes),
            Unit::Money => crate::rules::scale(self.hourly_rate_minor?, minutes, 60).ok(),
            Unit::Sessions | Unit::Deliverables | Unit::Credits => None,
        }
    }

    /// The minutes that so many of its units are, rounded half up; none where units take no time.
    #[must_use]
    pub fn minutes_of(&self, units: i64) -> Option<i64> {
        match self.unit {
            Unit::Minutes => Some(units),
            Unit::Money => {
                let rate = self.hourly_rate_minor.filter(|rate| *rate > 0)?;
                crate::rules::scale(units, 60, rate).ok()
            }
            Unit::Sessions | Unit::Deliverables | Unit::Credits => None,
        }
    }
}

/// What is agreed: the price of a full cycle, and the pools it buys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The price of a full cycle.
    #[garde(dive)]
    pub price: Money,
    /// What it buys, one to six pools.
    #[garde(dive, length(min = 1, max = POOLS_MAX))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 6))]
    pub pools: Vec<PoolTerms>,
    /// Days after its end in which a cycle still takes its own late entries.
    #[garde(range(min = 0, max = 60))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 60, example = 0))]
    pub grace_days: u32,
}

impl Terms {
    /// What they amount to.
    #[must_use]
    pub fn model(&self) -> Model {
        let [pool] = self.pools.as_slice() else { return Model::Hybrid };
        match (pool.unit, &pool.rollover) {
            _ if pool.allowance == 0 => Model::Prepaid,
            (Unit::Minutes, None) => Model::FixedHours,
            (Unit::Minutes, Some(_)) => Model::RolloverHours,
            (Unit::Sessions, _) => Model::Sessions,
            (Unit::Deliverables, _) => Model::Deliverables,
            (Unit::Credits, _) => Model::Credits,
            (Unit::Money, _) => Model::Drawdown,
        }
    }

    /// What units of a pool are worth in minor units, at the rate of its overage, or else at the
    /// price of a unit of the only pool; none where neither is known. Source: domain 6.5.
    #[must_use]
    pub fn worth(&self, key: &str, units: i64) -> Option<i64> {
        let pool = self.pool(key)?;
        let hour = if pool.unit == Unit::Minutes { 60 } else { 1 };
        let (rate, per) = match pool.overage.rate_minor.filter(|rate| *rate > 0) {
            _ if pool.unit == Unit::Money => return Some(units),
            Some(rate) => (rate, hour),
            None => {
                (Some(self.price.amount_minor).filter(|_| self.pools.len() == 1)?, pool.allowance)
            }
        };
        crate::rules::scale(units, rate, per).ok()
    }

    /// The pool of a key.
    #[must_use]
    pub fn pool(&self, key: &str) -> Option<&PoolTerms> {
        self.pools.iter().find(|pool| pool.key() == key)
    }

    /// The terms with every pool's key written out.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        for pool in &mut self.pools {
            pool.key = pool.key().to_owned();
        }
        self
    }

    /// What holds between fields.
    pub(super) fn across(&self, at: &str, faults: &mut Vec<FieldError>) {
        for (place, pool) in self.pools.iter().enumerate() {
            let at = format!("{at}/pools/{place}");
            pool.across(&at, faults);
            if self.pools[..place].iter().any(|other| other.key() == pool.key()) {
                faults.push(FieldError::new(&format!("{at}/key"), "exists"));
            }
        }
    }
}

impl PoolTerms {
    fn across(&self, at: &str, faults: &mut Vec<FieldError>) {
        let mut fault =
            |field: &str, code: &str| faults.push(FieldError::new(&format!("{at}/{field}"), code));
        if self.unit != Unit::Money && self.allowance > ALLOWANCE_MAX {
            fault("allowance", "out_of_range");
        }
        if self.rollover.as_ref().is_some_and(|r| r.cap_units.and(r.cap_percent).is_some()) {
            fault("rollover/cap_percent", "one_of");
        }
        let again = |rule: &RolloverTerms| rule.max_cycles.is_some_and(|cycles| cycles > 1);
        if self.rollover.as_ref().is_some_and(|rule| !rule.compounding && again(rule)) {
            fault("rollover/max_cycles", "one_of");
        }
        let bills = match self.overage.mode {
            OverageMode::Bill => true,
            OverageMode::Borrow | OverageMode::Ask => {
                self.overage.borrow_excess != Some(BorrowExcess::Absorb)
            }
            OverageMode::Block | OverageMode::Absorb => false,
        };
        match (self.unit, self.overage.rate_minor) {
            (Unit::Money, Some(_)) => fault("overage/rate_minor", "not_allowed"),
            (Unit::Money, None) => {}
            (_, None) if bills => fault("overage/rate_minor", "rate_needed"),
            _ => {}
        }
        if self.unit != Unit::Money && self.hourly_rate_minor.is_some() {
            fault("hourly_rate_minor", "not_allowed");
        }
        if self.unit != Unit::Sessions && self.cancellation.is_some() {
            fault("cancellation", "not_allowed");
        }
        let listed = matches!(self.unit, Unit::Credits | Unit::Deliverables);
        if !listed && !self.items.is_empty() {
            fault("items", "not_allowed");
        }
        for (place, item) in self.items.iter().enumerate() {
            if self.items[..place].iter().any(|other| other.name == item.name) {
                fault(&format!("items/{place}/name"), "exists");
            }
        }
    }
}
