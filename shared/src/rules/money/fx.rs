//! Reports in another currency.
use super::Decimal;
use super::currency::minor_digits;
use super::decimal::power_of_ten;
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// `amount` of the currency `from` in minor units of `to`, where one unit of `from` is `rate`
/// units of `to`. The rate of the invoice date is kept with the result. Source: domain 5.16.
///
/// # Errors
/// [`RuleError::InvalidRate`] if the rate is not above zero, [`RuleError::TooLarge`] if the
/// result does not fit 64 bits.
pub fn convert(amount: Minor, from: &str, to: &str, rate: Decimal) -> Result<Minor, RuleError> {
    if rate == Decimal::default() || !rate.within(0, i64::MAX) {
        return Err(RuleError::InvalidRate);
    }
    let units = [to, from].map(|currency| power_of_ten(minor_digits(currency)));
    let step = Ratio::new(units[0], units[1])?;
    Ratio::from(amount.0).times(rate.ratio()?)?.times(step)?.rounded().map(Minor)
}
