//! A pool as it is agreed.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::ledger::{Cancellation, CancellationOutcome};
use crate::rules::ledger::{Cap, Overage, Policy, Rollover};
pub use crate::rules::proration::UnitRounding;
use crate::rules::units::{Minor, Quantity};
use crate::rules::{RuleError, entries};

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
    /// Time of whoever has a billed rate on the day worked, or everybody has one, draws at that
    /// rate instead, settled when it is recorded. For pools of money with an hourly rate, which
    /// counts for everybody else and for what is planned.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_rate_card: bool,
    /// In which steps entries of time draw; to the minute if left out. For pools that take time.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_step: Option<TimeStep>,
    /// Whether what was bought and is unused when the retainer ends is paid back: its price by the
    /// units of it that are left. They lapse either way; for nothing if left out. Source: domain
    /// 2.12, docs/decisions/0048.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refund_at_end: bool,
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
            by_rate_card: false,
            time_step: None,
            refund_at_end: false,
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

    /// The units that so many minutes are worth, rounded half up; none where units take no time.
    /// Source: domain 1.6.
    #[must_use]
    pub fn units_of_minutes(&self, minutes: i64) -> Option<i64> {
        match self.unit {
            Unit::Minutes => Some(minutes),
            Unit::Money => crate::rules::scale(self.hourly_rate_minor?, minutes, 60).ok(),
            Unit::Sessions | Unit::Deliverables | Unit::Credits => None,
        }
    }

    /// The units that an entry of so many minutes draws: in its steps, and for money at the `billed`
    /// rate of whoever worked, where the rate card counts and has one. Source: domain 1.6, 1.7.
    ///
    /// # Errors
    /// Those of the rules; [`RuleError::InvalidQuantity`] where units take no time.
    pub fn drawn_by_entry(&self, minutes: i64, billed: Option<Minor>) -> Result<i64, RuleError> {
        let minutes = match &self.time_step {
            Some(step) => entries::stepped(minutes, step.minutes, step.rounding)?,
            None => minutes,
        };
        let agreed = self.hourly_rate_minor.map(Minor);
        match (self.unit, billed.filter(|_| self.by_rate_card).or(agreed)) {
            (Unit::Minutes, _) => Ok(minutes),
            (Unit::Money, Some(hour)) => Ok(entries::priced(minutes, hour)?.0),
            _ => Err(RuleError::InvalidQuantity),
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

impl PoolTerms {
    pub(super) fn across(&self, at: &str, faults: &mut Vec<FieldError>) {
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
        match (self.by_rate_card, self.unit, self.hourly_rate_minor) {
            (true, Unit::Money, None) => fault("hourly_rate_minor", "rate_needed"),
            (true, unit, _) if unit != Unit::Money => fault("by_rate_card", "not_allowed"),
            _ => {}
        }
        if self.time_step.is_some() && !self.takes_time() {
            fault("time_step", "not_allowed");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_draws_begun_steps_at_a_rate() {
        let step = TimeStep { minutes: 15, rounding: MinuteRounding::Up };
        let money = PoolTerms {
            hourly_rate_minor: Some(8_000),
            time_step: Some(step),
            ..PoolTerms::plain(Unit::Money, 500_000)
        };
        let by_card = PoolTerms { by_rate_card: true, ..money.clone() };
        let billed = Some(Minor(15_000));
        assert_eq!(money.drawn_by_entry(37, billed), Ok(6_000), "45 min at 80.00");
        assert_eq!(by_card.drawn_by_entry(37, billed), Ok(11_250), "45 min at 150.00");
        assert_eq!(by_card.drawn_by_entry(37, None), Ok(6_000));
        let sessions = PoolTerms::plain(Unit::Sessions, 4);
        assert_eq!(sessions.drawn_by_entry(37, billed), Err(RuleError::InvalidQuantity));
    }
}
