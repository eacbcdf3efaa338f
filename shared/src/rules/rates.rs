//! Rates with effective dates: never overwritten. Source: DOMAIN.md 6.1.
use chrono::NaiveDate;

/// What a new rate is beside those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It holds from its day on.
    Later,
    /// It takes the place of the one of the same day.
    Correction,
}

/// What a rate from `day` on is, where the last one holds from `last` on; none if it came before
/// that one, since what was recorded since would have been priced by another.
#[must_use]
pub fn added(last: Option<NaiveDate>, day: NaiveDate) -> Option<Added> {
    match last {
        Some(last) if day < last => None,
        Some(last) if day == last => Some(Added::Correction),
        _ => Some(Added::Later),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Days of rates never go back, and the same day is a correction.
        #[test]
        fn days_of_rates_never_go_back(days in prop::collection::vec(0u64..400, 1..30)) {
            let start = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
            let mut last = None;
            for day in days.into_iter().map(|n| start + chrono::Days::new(n)) {
                match added(last, day) {
                    None => prop_assert!(last.is_some_and(|last| day < last)),
                    Some(Added::Correction) => prop_assert_eq!(last, Some(day)),
                    Some(Added::Later) => {
                        prop_assert!(last.is_none_or(|last| last < day));
                        last = Some(day);
                    }
                }
            }
        }
    }
}
