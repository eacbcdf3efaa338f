//! What an overdue invoice costs on top: a charge of its own, the invoice stays as issued.
use super::{Decimal, PERCENT_MAX};
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// `fixed` plus `percent` of the open balance, in minor units, rounded once. Source: domain 5.15.
///
/// Whether the step is due at all is not asked here.
///
/// # Errors
/// [`RuleError::InvalidAmount`] if the balance or the fixed part is negative,
/// [`RuleError::InvalidRate`] for a share below 0 or above 1,000, [`RuleError::TooLarge`] if the
/// result does not fit 64 bits.
pub fn late_fee(balance: Minor, fixed: Minor, percent: Decimal) -> Result<Minor, RuleError> {
    if balance.0 < 0 || fixed.0 < 0 {
        return Err(RuleError::InvalidAmount);
    }
    let share = Ratio::from(balance.0).times(percent.percent(PERCENT_MAX)?)?;
    share.plus(Ratio::from(fixed.0))?.rounded().map(Minor)
}
