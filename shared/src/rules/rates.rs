//! Rates with effective dates: never overwritten. Source: DOMAIN.md 6.1.
use std::collections::HashMap;
use std::hash::Hash;

use chrono::NaiveDate;

use super::units::Minor;

/// What a new rate is beside those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It holds from its day on.
    Later,
    /// It takes the place of the one of the same day.
    Correction,
    /// It holds until the first of the others: what was done in those days had no
    /// rate, or everybody's.
    Before,
}

/// What a rate from `day` on is, where others hold from the `first` to the `last` day on; none if
/// it came between them, since what was recorded there would be priced anew.
#[must_use]
pub fn added(others: Option<(NaiveDate, NaiveDate)>, day: NaiveDate) -> Option<Added> {
    match others {
        Some((first, _)) if day < first => Some(Added::Before),
        Some((_, last)) if day == last => Some(Added::Correction),
        Some((_, last)) if day < last => None,
        _ => Some(Added::Later),
    }
}

/// What an hour is by the day, of each person and of everybody without a rate of their own.
#[derive(Debug, Clone)]
pub struct RateBook<P> {
    /// Of each person, or of everybody, in the order of their days.
    series: HashMap<Option<P>, Vec<(NaiveDate, Minor)>>,
}

impl<P: Eq + Hash> RateBook<P> {
    /// Rates in the order in which they were recorded: of two of the same day the later counts.
    pub fn new(rates: impl IntoIterator<Item = (Option<P>, NaiveDate, Minor)>) -> Self {
        let mut series: HashMap<Option<P>, Vec<(NaiveDate, Minor)>> = HashMap::new();
        for (person, from, hour) in rates {
            series.entry(person).or_default().push((from, hour));
        }
        // Stable: those of one day stay as they were recorded.
        series.values_mut().for_each(|all| all.sort_by_key(|(from, _)| *from));
        Self { series }
    }

    /// An hour of a person on a day, in minor units: their own rate if one holds that day, else
    /// everybody's; none if neither does.
    pub fn on(&self, person: P, day: NaiveDate) -> Option<Minor> {
        self.holds(&Some(person), day).or_else(|| self.holds(&None, day))
    }

    fn holds(&self, whose: &Option<P>, day: NaiveDate) -> Option<Minor> {
        let all = self.series.get(whose)?;
        let begun = all.partition_point(|(from, _)| *from <= day);
        begun.checked_sub(1).map(|last| all[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::Days::new(n)
    }

    proptest! {
        /// No rate comes between others, and the same day as the last is a correction.
        #[test]
        fn what_was_priced_is_not_priced_anew(days in prop::collection::vec(0u64..400, 1..30)) {
            let mut others: Option<(NaiveDate, NaiveDate)> = None;
            for day in days.into_iter().map(day) {
                let holds = |first, last| others == Some((first, last));
                match added(others, day) {
                    None => prop_assert!(others.is_some_and(|(a, b)| a <= day && day < b)),
                    Some(Added::Correction) => {
                        prop_assert!(others.is_some_and(|(first, _)| holds(first, day)));
                    }
                    Some(Added::Before) => {
                        let (first, last) = others.expect("something it comes before");
                        prop_assert!(day < first);
                        others = Some((day, last));
                    }
                    Some(Added::Later) => {
                        prop_assert!(others.is_none_or(|(_, last)| last < day));
                        others = Some((others.map_or(day, |(first, _)| first), day));
                    }
                }
            }
        }

        /// The rate of a day is the one that a walk over all of them finds.
        #[test]
        fn the_last_that_began_counts(
            rates in prop::collection::vec((prop::option::of(0u8..3), 0u64..40, 0i64..9_999), 0..20),
            (person, on) in (0u8..4, 0u64..50),
        ) {
            let told = rates.iter().map(|(whose, from, hour)| (*whose, day(*from), Minor(*hour)));
            let book = RateBook::new(told);
            let walk = |whose: Option<u8>| {
                let mut best: Option<(u64, i64)> = None;
                for (of, from, hour) in &rates {
                    if *of == whose && *from <= on && best.is_none_or(|(day, _)| day <= *from) {
                        best = Some((*from, *hour));
                    }
                }
                best.map(|(_, hour)| Minor(hour))
            };
            prop_assert_eq!(book.on(person, day(on)), walk(Some(person)).or(walk(None)));
        }
    }
}
