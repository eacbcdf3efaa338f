//! Exact decimal numbers: rates, quantities and weights as people write them.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// The most digits behind the point: what a power of ten in 64 bits holds.
const PLACES_MAX: u32 = 18;

/// A decimal number, exactly: its digits fit 64 bits, at most 18 of them behind the point.
///
/// Equal numbers are equal however they were written: `19.0` is `19`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// The digits, without zeros at the end of the places.
    digits: i64,
    /// How many of them are behind the point.
    places: u32,
}

impl Decimal {
    /// `digits` with the point `places` from the right: 1975 with two places is 19.75.
    ///
    /// # Errors
    /// [`RuleError::InvalidDecimal`] above 18 places.
    pub const fn new(mut digits: i64, mut places: u32) -> Result<Self, RuleError> {
        if places > PLACES_MAX {
            return Err(RuleError::InvalidDecimal);
        }
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        Ok(Self { digits, places })
    }

    /// Whether it lies between two whole numbers, both included.
    #[must_use]
    pub fn within(self, least: i64, most: i64) -> bool {
        let unit = power_of_ten(self.places);
        let digits = i128::from(self.digits);
        i128::from(least) * unit <= digits && digits <= i128::from(most) * unit
    }

    /// How many digits it has behind the point.
    pub(super) const fn places(self) -> u32 {
        self.places
    }

    /// Its digits with the point moved to `places`, which is not fewer than it has.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if they do not fit 128 bits.
    pub(super) fn digits_at(self, places: u32) -> Result<i128, RuleError> {
        let shift = power_of_ten(places.saturating_sub(self.places).min(PLACES_MAX));
        i128::from(self.digits).checked_mul(shift).ok_or(RuleError::TooLarge)
    }

    /// The number as a fraction.
    ///
    /// # Errors
    /// None that can happen: its parts fit 64 bits.
    pub(super) fn ratio(self) -> Result<Ratio, RuleError> {
        Ratio::new(i128::from(self.digits), power_of_ten(self.places))
    }

    /// A hundredth of it as a fraction, if it lies between zero and `most` per cent.
    ///
    /// # Errors
    /// [`RuleError::InvalidRate`] if it does not.
    pub(super) fn percent(self, most: i64) -> Result<Ratio, RuleError> {
        if !self.within(0, most) {
            return Err(RuleError::InvalidRate);
        }
        Ratio::new(i128::from(self.digits), power_of_ten(self.places) * 100)
    }
}

/// Ten to the power of at most 18 places.
pub(super) fn power_of_ten(places: u32) -> i128 {
    10i128.pow(places.min(PLACES_MAX))
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self { digits: whole, places: 0 }
    }
}

impl From<Minor> for Decimal {
    fn from(amount: Minor) -> Self {
        Self::from(amount.0)
    }
}

impl FromStr for Decimal {
    type Err = RuleError;

    /// Reads `-12.5`: a sign if negative, digits, and digits behind a point if there are any.
    ///
    /// # Errors
    /// [`RuleError::InvalidDecimal`] for anything else and above 18 places,
    /// [`RuleError::TooLarge`] if the digits do not fit 64 bits.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
        let (whole, behind) = match size.split_once('.') {
            Some((_, "")) => return Err(RuleError::InvalidDecimal),
            Some((whole, behind)) => (whole, behind),
            None => (size, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(behind.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(RuleError::InvalidDecimal);
        }
        let behind = behind.trim_end_matches('0');
        let places = u32::try_from(behind.len()).map_err(|_| RuleError::InvalidDecimal)?;
        if places > PLACES_MAX {
            return Err(RuleError::InvalidDecimal);
        }
        // Counted with the sign, since the smallest number has no opposite in 64 bits.
        let next = |digits: i64, b: u8| digits.checked_mul(10)?.checked_add(sign * i64::from(b));
        let mut bytes = whole.bytes().chain(behind.bytes()).map(|b| b - b'0');
        let digits = bytes.try_fold(0i64, next).ok_or(RuleError::TooLarge)?;
        Self::new(digits, places)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&at_places(self.digits, self.places))
    }
}

/// `digits` as text with the point `places` from the right, all places written.
pub(super) fn at_places(digits: i64, places: u32) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let (size, unit) = (i128::from(digits).abs(), power_of_ten(places));
    match places as usize {
        0 => format!("{sign}{size}"),
        width => format!("{sign}{}.{:0width$}", size / unit, size % unit),
    }
}

impl TryFrom<String> for Decimal {
    type Error = RuleError;

    fn try_from(text: String) -> Result<Self, RuleError> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in ["19", "19.0", "19.000000000000000000000", "0019"] {
            assert_eq!(text.parse(), Ok(Decimal::from(19)), "{text}");
        }
        for text in ["0", "-0", "0.00", "-0.0"] {
            assert_eq!(text.parse(), Ok(Decimal::default()), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        let wrong = ["", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1,5", "--1", "1.2.3", "٣"];
        for text in wrong.into_iter().chain(["0.0000000000000000001"]) {
            assert_eq!(text.parse::<Decimal>(), Err(RuleError::InvalidDecimal), "{text}");
        }
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999.999999999"] {
            assert_eq!(text.parse::<Decimal>(), Err(RuleError::TooLarge), "{text}");
        }
        assert_eq!(Decimal::new(1, 19), Err(RuleError::InvalidDecimal));
    }

    #[test]
    fn bounds_are_included() {
        let percent: Decimal = "99.999".parse().unwrap();
        assert!(percent.within(0, 100) && !percent.within(100, 101));
        assert!(Decimal::from(100).within(0, 100) && Decimal::from(0).within(0, 0));
        assert!(Decimal::from(i64::MIN).within(i64::MIN, 0));
    }

    proptest! {
        #[test]
        fn text_and_number_are_the_same(digits: i64, places in 0u32..=18) {
            let decimal = Decimal::new(digits, places)?;
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            prop_assert_eq!(at_places(digits, places).parse::<Decimal>(), Ok(decimal));
        }
    }
}
