//! Recurring revenue: what the terms bring in, whatever was invoiced.
use super::cycle::{Interval, IntervalUnit};
use super::units::Minor;
use super::{RuleError, divide_rounded};

/// Monthly recurring revenue of a price per cycle, in the minor units of its currency: the price
/// times the cycles of a year (365 days, 52 weeks, 12 months) over 12, rounded once from the
/// exact figure. Source: domain 7.4.
///
/// # Errors
/// [`RuleError::TooLarge`] if the result does not fit 64 bits; [`RuleError::InvalidInterval`] for
/// a count of zero.
pub fn mrr(price: Minor, interval: Interval) -> Result<Minor, RuleError> {
    let a_year: i128 = match interval.unit {
        IntervalUnit::Day => 365,
        IntervalUnit::Week => 52,
        IntervalUnit::Month => 12,
        IntervalUnit::Year => 1,
    };
    if interval.count == 0 {
        return Err(RuleError::InvalidInterval);
    }
    let exact = i128::from(price.0) * a_year;
    divide_rounded(exact, i128::from(interval.count) * 12).map(Minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_spread_over_its_months_and_a_week_over_a_year() {
        let per = |unit, count| Interval { unit, count };
        assert_eq!(mrr(Minor(300_000), per(IntervalUnit::Month, 3)), Ok(Minor(100_000)));
        assert_eq!(mrr(Minor(25_000), per(IntervalUnit::Week, 1)), Ok(Minor(108_333)));
        assert_eq!(mrr(Minor(1), per(IntervalUnit::Day, 0)), Err(RuleError::InvalidInterval));
    }
}
