//! What work beyond the allowance costs.
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::{Minor, Quantity};

/// A rate on units of a pool: 150.00 per 60 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitRate {
    /// The price of `per` units, in minor units of the currency; not negative.
    pub amount: Minor,
    /// How many units it is for, 1 or more.
    pub per: Quantity,
}

/// Overage as it is billed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OverageCharge {
    /// The units, rounded up to the increment.
    pub billed: Quantity,
    /// What they cost, in minor units of the currency.
    pub amount: Minor,
}

/// What `units` cost: rounded up to `increment` once, then priced. Source: domain 4.2.
///
/// # Errors
/// [`RuleError::InvalidQuantity`] if the units are negative, [`RuleError::InvalidPolicy`] if the
/// increment or the units of the rate are below 1 or the rate is negative,
/// [`RuleError::TooLarge`] if a result does not fit 64 bits.
pub fn overage_charge(
    units: Quantity,
    increment: Quantity,
    rate: UnitRate,
) -> Result<OverageCharge, RuleError> {
    if units.0 < 0 {
        return Err(RuleError::InvalidQuantity);
    }
    if increment.0 < 1 || rate.per.0 < 1 || rate.amount.0 < 0 {
        return Err(RuleError::InvalidPolicy);
    }
    let step = i128::from(increment.0);
    let billed = (i128::from(units.0) + step - 1) / step * step;
    let billed = i64::try_from(billed).map_err(|_| RuleError::TooLarge)?;
    let each = Ratio::new(i128::from(rate.amount.0), i128::from(rate.per.0))?;
    let amount = Ratio::from(billed).times(each)?.rounded().map(Minor)?;
    Ok(OverageCharge { billed: Quantity(billed), amount })
}
