//! Recurring revenue: what the terms bring in, whatever was invoiced.
use super::RuleError;
use super::cycle::{Interval, IntervalUnit};
use super::ratio::Ratio;
use super::units::Minor;

/// Monthly recurring revenue of a price per cycle, in the minor units of its currency: the price
/// times the cycles of a year (365 days, 52 weeks, 12 months) over 12, rounded once from the
/// exact figure. Source: domain 7.4.
///
/// # Errors
/// [`RuleError::TooLarge`] if the result does not fit 64 bits; [`RuleError::InvalidInterval`] for
/// a count of zero.
pub fn mrr(price: Minor, interval: Interval) -> Result<Minor, RuleError> {
    yearly(price, interval)?.over(Ratio::from(12))?.rounded().map(Minor)
}

/// Annual recurring revenue: the same for a whole year, rounded from the exact figure too, so
/// that it need not be twelve times the monthly one. Source: domain 7.4.
///
/// # Errors
/// Those of [`mrr`].
pub fn arr(price: Minor, interval: Interval) -> Result<Minor, RuleError> {
    yearly(price, interval)?.rounded().map(Minor)
}

fn yearly(price: Minor, interval: Interval) -> Result<Ratio, RuleError> {
    let a_year = match interval.unit {
        IntervalUnit::Day => 365,
        IntervalUnit::Week => 52,
        IntervalUnit::Month => 12,
        IntervalUnit::Year => 1,
    };
    if interval.count == 0 {
        return Err(RuleError::InvalidInterval);
    }
    let cycles = Ratio::new(a_year, i128::from(interval.count))?;
    Ratio::from(price.0).times(cycles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_spread_over_its_months_and_a_week_over_a_year() {
        let per = |unit, count| Interval { unit, count };
        assert_eq!(mrr(Minor(300_000), per(IntervalUnit::Month, 3)), Ok(Minor(100_000)));
        assert_eq!(mrr(Minor(25_000), per(IntervalUnit::Week, 1)), Ok(Minor(108_333)));
        assert_eq!(arr(Minor(25_000), per(IntervalUnit::Week, 1)), Ok(Minor(1_300_000)));
        assert_eq!(mrr(Minor(1), per(IntervalUnit::Day, 0)), Err(RuleError::InvalidInterval));
    }
}
