//! Shares of a cycle, in money and in units, by local calendar days.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::cycle::{Cycle, Series};
use super::ratio::Ratio;
use super::units::{Minor, Quantity};
use super::{RuleError, divide_rounded};

/// One whole cycle in the unit of factors: a billionth.
const BILLIONTHS: i64 = 1_000_000_000;
/// The most items a schedule lists: a daily cycle over ten years.
const ITEMS_MAX: usize = 3_660;

/// How a share of whole units becomes whole again. Source: domain 1.4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum UnitRounding {
    /// To the nearest, ties away from zero.
    #[default]
    HalfUp,
    /// To the next higher number.
    Up,
    /// To the next lower number.
    Down,
}

/// The allowance of a cycle of `days` out of `nominal_days`. Source: domain 1.4, 2.7.
///
/// # Errors
/// [`RuleError::InvalidRange`] if the days are not a part of a cycle, [`RuleError::TooLarge`] if
/// the result does not fit 64 bits.
pub fn prorate_units(
    full: Quantity,
    days: i64,
    nominal_days: i64,
    rounding: UnitRounding,
) -> Result<Quantity, RuleError> {
    prorate_units_by(full, days, nominal_days, Quantity(1), rounding)
}

/// The same, as a multiple of `increment` units, 1 or more. The rounding is of the signed value.
///
/// # Errors
/// Those of [`prorate_units`], and [`RuleError::InvalidQuantity`] if the increment is below 1.
pub fn prorate_units_by(
    full: Quantity,
    days: i64,
    nominal_days: i64,
    increment: Quantity,
    rounding: UnitRounding,
) -> Result<Quantity, RuleError> {
    if days < 0 || nominal_days < days.max(1) {
        return Err(RuleError::InvalidRange);
    }
    if increment.0 < 1 {
        return Err(RuleError::InvalidQuantity);
    }
    let share = i128::from(full.0) * i128::from(days);
    let whole = i128::from(nominal_days) * i128::from(increment.0);
    let steps = match rounding {
        UnitRounding::HalfUp => i128::from(divide_rounded(share, whole)?),
        UnitRounding::Up => -(-share).div_euclid(whole),
        UnitRounding::Down => share.div_euclid(whole),
    };
    let units = steps.checked_mul(i128::from(increment.0)).ok_or(RuleError::TooLarge)?;
    i64::try_from(units).map(Quantity).map_err(|_| RuleError::TooLarge)
}

/// The price of a cycle of `days` out of `nominal_days`, rounded alone. Source: domain 2.7.
///
/// # Errors
/// [`RuleError::InvalidRange`] if the days are not a part of a cycle, [`RuleError::TooLarge`] if
/// the result does not fit 64 bits.
pub fn prorate(price: Minor, days: i64, nominal_days: i64) -> Result<Minor, RuleError> {
    if days < 0 || nominal_days < days.max(1) {
        return Err(RuleError::InvalidRange);
    }
    super::scale(price.0, days, nominal_days).map(Minor)
}

/// When a cycle is billed. Source: domain 5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Timing {
    /// At its start.
    Advance,
    /// At its end.
    Arrears,
}

/// What a first cycle brings and costs that starts after its nominal start. Source: domain 2.5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FirstPartial {
    /// Its share of the days, in allowance and in price.
    #[default]
    Prorate,
    /// What the full cycle would: the days before it count as if they had been served.
    Full,
    /// Its share of the allowance, for no price.
    Free,
}

impl FirstPartial {
    /// The days of a cycle that its allowance is the share of: from the nominal start on in a
    /// first cycle that counts in full, those it has else. An end or a pause inside it takes the
    /// same days away either way. Source: domain 2.5.
    #[must_use]
    pub fn granted(self, cycle: &Cycle) -> Cycle {
        match self {
            Self::Full if cycle.seq == 1 => Cycle { start: cycle.nominal_start, ..*cycle },
            _ => *cycle,
        }
    }

    /// The days of a cycle that its price is the share of; none if it is free of charge.
    #[must_use]
    pub fn charged(self, cycle: &Cycle) -> Option<Cycle> {
        let free = self == Self::Free && begins_late(cycle);
        (!free).then(|| self.granted(cycle))
    }
}

/// Whether it is a first cycle without the first days of the full one.
fn begins_late(cycle: &Cycle) -> bool {
    cycle.seq == 1 && cycle.start > cycle.nominal_start
}

/// A cycle with what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The cycle.
    pub cycle: Cycle,
    /// Days charged: those of the cycle, those of the nominal cycle before its end, or none.
    pub charged_days: i64,
    /// The price of the charged days.
    pub amount: Minor,
}

/// What `cycle` costs at `price` for a full one. Source: domain 2.5, 2.7.
///
/// # Errors
/// Those of [`prorate`].
pub fn cycle_price(
    cycle: &Cycle,
    price: Minor,
    first_partial: FirstPartial,
) -> Result<Item, RuleError> {
    let charged_days = first_partial.charged(cycle).map_or(0, |charged| charged.days());
    let amount = prorate(price, charged_days, cycle.nominal_days())?;
    Ok(Item { cycle: *cycle, charged_days, amount })
}

/// The allowance of `cycle` at `full` for a full one. Source: domain 1.4, 2.5, 2.7.
///
/// # Errors
/// Those of [`prorate_units`].
pub fn cycle_units(
    cycle: &Cycle,
    full: Quantity,
    rounding: UnitRounding,
    first_partial: FirstPartial,
) -> Result<Quantity, RuleError> {
    let days = first_partial.granted(cycle).days();
    prorate_units(full, days, cycle.nominal_days(), rounding)
}

/// The cycles that are billable on `target`, that day included.
///
/// # Errors
/// [`RuleError::TargetBeforeStart`], [`RuleError::TooLarge`] above 3,660 cycles, and those of
/// [`prorate`].
pub fn schedule(
    series: &Series,
    price: Minor,
    target: NaiveDate,
    timing: Timing,
    first_partial: FirstPartial,
) -> Result<Vec<Item>, RuleError> {
    if target < series.start() {
        return Err(RuleError::TargetBeforeStart);
    }
    let due = |cycle: &Cycle| match timing {
        Timing::Advance => cycle.start <= target,
        Timing::Arrears => cycle.end <= target,
    };
    let cycles: Vec<Cycle> = series.cycles().take_while(due).take(ITEMS_MAX + 1).collect();
    if cycles.len() > ITEMS_MAX {
        return Err(RuleError::TooLarge);
    }
    cycles.iter().map(|cycle| cycle_price(cycle, price, first_partial)).collect()
}

/// The share of a full cycle that is charged, in billionths, of one item or the exact sum of
/// many, rounded once at the end.
///
/// # Errors
/// [`RuleError::TooLarge`] if the common denominator or the result does not fit.
pub fn factor(items: &[Item]) -> Result<i64, RuleError> {
    let share = |item: &Item| {
        Ratio::new(i128::from(item.charged_days), i128::from(item.cycle.nominal_days()))
    };
    let sum = items.iter().try_fold(Ratio::ZERO, |sum, item| sum.plus(share(item)?))?;
    sum.times(Ratio::from(BILLIONTHS))?.rounded()
}
