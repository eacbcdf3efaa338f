//! The one rounding of the product: to the nearest, ties away from zero.
use super::RuleError;

/// `numerator / denominator` to the nearest whole number, ties away from zero.
///
/// Source: domain 5.4 and its conventions.
///
/// # Errors
/// [`RuleError::TooLarge`] if the denominator is zero or the result does not fit 64 bits.
pub fn divide_rounded(numerator: i128, denominator: i128) -> Result<i64, RuleError> {
    let quotient = numerator.checked_div(denominator).ok_or(RuleError::TooLarge)?;
    let rest = numerator.checked_rem(denominator).ok_or(RuleError::TooLarge)?.unsigned_abs();
    // `rest < |denominator|`, so the comparison cannot overflow as `2 * rest` could.
    let away = rest >= denominator.unsigned_abs() - rest;
    let step = if away { numerator.signum() * denominator.signum() } else { 0 };
    i64::try_from(quotient + step).map_err(|_| RuleError::TooLarge)
}

/// `value * numerator / denominator`, rounded once at the end; all in the unit of `value`.
///
/// # Errors
/// [`RuleError::TooLarge`] if the denominator is zero or the result does not fit 64 bits.
pub fn scale(value: i64, numerator: i64, denominator: i64) -> Result<i64, RuleError> {
    divide_rounded(i128::from(value) * i128::from(numerator), i128::from(denominator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_go_away_from_zero() {
        let rounded =
            [(1, 2), (-1, 2), (1, -2), (3, 2), (149, 100)].map(|(n, d)| divide_rounded(n, d));
        assert_eq!(rounded, [Ok(1), Ok(-1), Ok(-1), Ok(2), Ok(1)]);
    }

    #[test]
    fn impossible_divisions_are_errors() {
        for (n, d) in [(1, 0), (i128::MIN, -1), (i128::MAX, 1), (0, 0)] {
            assert_eq!(divide_rounded(n, d), Err(RuleError::TooLarge));
        }
    }

    proptest! {
        #[test]
        fn the_result_is_never_more_than_half_a_unit_away(
            n: i64,
            d in prop_oneof![1..i64::MAX, i64::MIN..-1],
        ) {
            let (n, d) = (i128::from(n), i128::from(d));
            let result = i128::from(divide_rounded(n, d)?);
            prop_assert!((result * d - n).abs() * 2 <= d.abs());
            prop_assert_eq!(divide_rounded(-n, d)?, divide_rounded(n, d)?.saturating_neg());
        }
    }
}
