//! Exact fractions: shares are added and multiplied whole and rounded once, at the end.
use super::{RuleError, divide_rounded};

/// `numerator / denominator` in lowest terms, the denominator above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Nothing: where sums begin.
    pub(crate) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// The fraction in lowest terms.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if the denominator is zero or a part does not fit 128 bits.
    pub(crate) fn new(numerator: i128, denominator: i128) -> Result<Self, RuleError> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return Err(RuleError::TooLarge);
        }
        let shared = gcd(numerator.abs(), denominator.abs()) * denominator.signum();
        Ok(Self { numerator: numerator / shared, denominator: denominator / shared })
    }

    /// The sum, exactly.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if the common denominator or the sum does not fit 128 bits.
    pub(crate) fn plus(self, other: Self) -> Result<Self, RuleError> {
        let shared = gcd(self.denominator, other.denominator);
        let (own_step, step) = (other.denominator / shared, self.denominator / shared);
        let sum = product(self.numerator, own_step)?.checked_add(product(other.numerator, step)?);
        Self::new(sum.ok_or(RuleError::TooLarge)?, product(self.denominator, own_step)?)
    }

    /// The product, exactly.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if a part does not fit 128 bits.
    pub(crate) fn times(self, other: Self) -> Result<Self, RuleError> {
        // What can be cancelled is cancelled first, so that only large results are too large.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        Ok(Self {
            numerator: product(left.numerator, right.numerator)?,
            denominator: product(left.denominator, right.denominator)?,
        })
    }

    /// The quotient, exactly.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if the other is zero or a part does not fit 128 bits.
    pub(crate) fn over(self, other: Self) -> Result<Self, RuleError> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    /// The nearest whole number, ties away from zero.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if it does not fit 64 bits.
    pub(crate) fn rounded(self) -> Result<i64, RuleError> {
        divide_rounded(self.numerator, self.denominator)
    }
}

impl From<i64> for Ratio {
    fn from(whole: i64) -> Self {
        Self { numerator: i128::from(whole), denominator: 1 }
    }
}

fn product(left: i128, right: i128) -> Result<i128, RuleError> {
    left.checked_mul(right).ok_or(RuleError::TooLarge)
}

/// The greatest common divisor of two numbers that are not negative, of which one is not zero.
pub(crate) fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    #[test]
    fn equal_fractions_are_equal_and_the_sign_stands_above() {
        assert_eq!(ratio(6, -4), ratio(-3, 2));
        assert_eq!(ratio(0, -7), Ratio::ZERO);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (numerator, denominator) in [(1, 0), (0, 0), (i128::MIN, 1), (1, i128::MIN)] {
            assert_eq!(Ratio::new(numerator, denominator), Err(RuleError::TooLarge));
        }
        let huge = ratio(i128::MAX, 1);
        assert_eq!(huge.plus(ratio(1, 1)), Err(RuleError::TooLarge));
        assert_eq!(huge.times(ratio(2, 1)), Err(RuleError::TooLarge));
        assert_eq!(huge.times(ratio(5, i128::MAX)), Ok(ratio(5, 1)));
    }

    proptest! {
        #[test]
        fn sums_and_products_are_those_of_fractions(
            (a, b) in (any::<i32>(), 1i32..),
            (c, d) in (any::<i32>(), 1i32..),
        ) {
            let [a, b, c, d] = [a, b, c, d].map(i128::from);
            prop_assert_eq!(ratio(a, b).plus(ratio(c, d))?, ratio(a * d + c * b, b * d));
            prop_assert_eq!(ratio(a, b).times(ratio(c, d))?, ratio(a * c, b * d));
            prop_assert_eq!(ratio(a, b).over(ratio(d, b))?, ratio(a, d));
        }
    }
}
