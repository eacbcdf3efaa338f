//! Shares of a cycle, in money and in units, by local calendar days.
use serde::{Deserialize, Serialize};

use super::units::Quantity;
use super::{RuleError, divide_rounded};

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
