//! The minor units of currencies, and amounts as decimal strings.
use super::Decimal;
use super::decimal::{at_places, power_of_ten};
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// How many digits behind the point an amount of `currency` has: 2 for EUR, 0 for JPY, 3 for KWD.
///
/// Codes that the list does not name have two. Source: ISO 4217, domain 5.4.
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// An amount in units of `currency`, rounded to its minor units. Source: domain 5.4.
///
/// # Errors
/// [`RuleError::TooLarge`] if the result does not fit 64 bits.
pub fn to_minor(value: Decimal, currency: &str) -> Result<Minor, RuleError> {
    let unit = Ratio::new(power_of_ten(minor_digits(currency)), 1)?;
    value.ratio()?.times(unit)?.rounded().map(Minor)
}

/// Minor units as a decimal string with all the digits of `currency`: `1234.50`.
#[must_use]
pub fn to_decimal(amount: Minor, currency: &str) -> String {
    at_places(amount.0, minor_digits(currency))
}
