//! Prices that rise: by a share or an index, in whole steps. Source: docs/decisions/0047.
use chrono::{Days, NaiveDate};

use super::RuleError;
use super::ratio::Ratio;
use super::units::Minor;

/// Days before the first bill of a new price by which it is agreed on: by then it is on its way.
const NOTICE_DAYS: u64 = 7;

/// By how much prices rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rise {
    /// By so many hundredths of a per cent.
    Percent(i64),
    /// As an index rose from one value to another, both in the same unit.
    Index(i64, i64),
}

/// A price that rises: rounded once, to the nearest whole step, half a step up.
///
/// # Errors
/// [`RuleError::InvalidRate`] for a step or an index below 1; [`RuleError::TooLarge`].
pub fn raised(price: Minor, by: Rise, step: Minor) -> Result<Minor, RuleError> {
    let (over, under) = match by {
        Rise::Percent(hundredths) => (10_000 + i128::from(hundredths), 10_000),
        Rise::Index(before, after) => (i128::from(after), i128::from(before)),
    };
    if under < 1 || over < 1 || step.0 < 1 {
        return Err(RuleError::InvalidRate);
    }
    let steps = Ratio::from(price.0).times(Ratio::new(over, under)?)?.over(Ratio::from(step.0))?;
    steps.rounded()?.checked_mul(step.0).map(Minor).ok_or(RuleError::TooLarge)
}

/// The day on which terms are agreed on that hold from a cycle that begins on `start` and is billed
/// `lead_days` before: a week before that, so that nothing is billed by the old ones.
#[must_use]
pub fn agreed_on(start: NaiveDate, lead_days: u32) -> NaiveDate {
    start.checked_sub_days(Days::new(u64::from(lead_days) + NOTICE_DAYS)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_rise_by_hand() {
        let by = |price, rise, step| raised(Minor(price), rise, Minor(step)).map(|price| price.0);
        // 1,500.00 by 3.5 %: 1,552.50; to whole units 1,553, to fives 1,555, to tens 1,550.
        let rise = Rise::Percent(350);
        let steps = [1, 100, 500, 1_000].map(|step| by(150_000, rise, step));
        assert_eq!(steps, [155_250, 155_300, 155_500, 155_000].map(Ok));
        // As consumer prices from 117.4 to 119.9: 1,531.94, of yen 1,532.
        assert_eq!(by(150_000, Rise::Index(11_740, 11_990), 1), Ok(153_194));
        assert_eq!(by(1_500, Rise::Index(1_174, 1_199), 1), Ok(1_532));
        assert_eq!(by(1, Rise::Index(0, 5), 1), Err(RuleError::InvalidRate));
        assert_eq!(by(1, rise, 0), Err(RuleError::InvalidRate));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(agreed_on(day("2026-03-01"), 14), day("2026-02-08"));
    }

    proptest! {
        #[test]
        fn what_rises_is_whole_steps_and_off_by_half_a_step_at_most(
            price in 0i64..1_000_000_000,
            hundredths in 1i64..10_000,
            step in prop_oneof![Just(1i64), Just(100), Just(500), Just(1_000)],
        ) {
            let new = raised(Minor(price), Rise::Percent(hundredths), Minor(step)).unwrap().0;
            prop_assert_eq!(new % step, 0);
            let exact = i128::from(price) * (10_000 + i128::from(hundredths));
            prop_assert!((i128::from(new) * 10_000 - exact).abs() * 2 <= i128::from(step) * 10_000);
            prop_assert!(step > 1 || new >= price);
        }
    }
}
