//! Why units of an amendment are cut anew when their cycle gets another end: written in English
//! where it is recorded, and read back to be told in the reader's language.
//! Source: docs/decisions/0019.
use std::fmt;

use chrono::{Datelike, Month, NaiveDate};

/// "Terms 2 of 16 July 2027 count for 1 of 31 days, as this cycle now ends with 16 July 2027: more
/// work agreed".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recut<'a> {
    /// The number of the terms.
    pub terms: i64,
    /// The day they hold from.
    pub from: NaiveDate,
    /// The days of the cycle that they count for.
    pub days: i64,
    /// The days of a full cycle.
    pub whole: i64,
    /// The last day of the cycle.
    pub last: NaiveDate,
    /// The reason that was given for the terms.
    pub why: Option<&'a str>,
}

impl fmt::Display for Recut<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { terms, from, days, whole, last, why } = *self;
        let (from, last) = (told_day(from), told_day(last));
        write!(out, "Terms {terms} of {from} count for {days} of {whole} days, ")?;
        write!(out, "as this cycle now ends with {last}")?;
        why.map_or(Ok(()), |why| write!(out, ": {why}"))
    }
}

impl<'a> Recut<'a> {
    /// Reads what was written; none if it is another reason.
    #[must_use]
    pub fn read(reason: &'a str) -> Option<Self> {
        let (terms, rest) = reason.strip_prefix("Terms ")?.split_once(" of ")?;
        let (from, rest) = rest.split_once(" count for ")?;
        let (days, rest) = rest.split_once(" of ")?;
        let (whole, rest) = rest.split_once(" days, as this cycle now ends with ")?;
        let (last, why) = match rest.split_once(": ") {
            Some((last, why)) => (last, Some(why)),
            None => (rest, None),
        };
        Some(Self {
            terms: terms.parse().ok()?,
            from: read_day(from)?,
            days: days.parse().ok()?,
            whole: whole.parse().ok()?,
            last: read_day(last)?,
            why,
        })
    }
}

/// A day as the reasons of the ledger tell it: "16 July 2027".
#[must_use]
pub fn told_day(day: NaiveDate) -> String {
    let month = u8::try_from(day.month()).ok().and_then(|month| Month::try_from(month).ok());
    format!("{} {} {}", day.day(), month.map_or("", |month| month.name()), day.year())
}

fn read_day(text: &str) -> Option<NaiveDate> {
    let mut words = text.splitn(3, ' ');
    let day = words.next()?.parse().ok()?;
    let month = words.next()?.parse::<Month>().ok()?;
    NaiveDate::from_ymd_opt(words.next()?.parse().ok()?, month.number_from_month(), day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reason_is_written_as_people_read_it() {
        let text = "Terms 2 of 16 July 2027 count for 1 of 31 days, as this cycle now ends with 16 \
                    July 2027: Agreed: by phone";
        let read = Recut::read(text).expect("a recut");
        assert_eq!((read.terms, read.days, read.whole), (2, 1, 31));
        assert_eq!(read.why, Some("Agreed: by phone"));
        assert_eq!(read.to_string(), text);
        assert_eq!(Recut::read("Terms 2 of the contract"), None);
        assert_eq!(Recut::read("16 July 2027"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            (terms, days, whole) in (1i64..1_000, 0i64..400, 1i64..400),
            (from, last) in (0i32..60_000, 0i32..60_000),
            why in prop::option::of(".{0,40}"),
        ) {
            let day = |days| NaiveDate::from_num_days_from_ce_opt(719_163 + days).unwrap();
            let (from, last) = (day(from), day(last));
            let recut = Recut { terms, from, days, whole, last, why: why.as_deref() };
            let text = recut.to_string();
            prop_assert_eq!(Recut::read(&text), Some(recut));
        }
    }
}
