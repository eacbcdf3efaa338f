//! Days, weeks and cycles as people read them. Ranges are half-open in data and closed in words.
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};

use super::intl::{self, DateStyle};

/// "3 Nov", with the year if it is not the one of `today`.
pub fn date(day: NaiveDate, today: NaiveDate) -> String {
    let same = day.year() == today.year();
    intl::date(day, if same { DateStyle::Day } else { DateStyle::DayYear })
}

/// "Mon 3 Nov": for calendars and lists by day.
pub fn weekday(day: NaiveDate, today: NaiveDate) -> String {
    let same = day.year() == today.year();
    intl::date(day, if same { DateStyle::Weekday } else { DateStyle::WeekdayYear })
}

/// "Mon": the head of a column.
pub fn weekday_name(day: NaiveDate) -> String {
    intl::date(day, DateStyle::WeekdayName)
}

/// "Monday".
pub fn weekday_whole(day: NaiveDate) -> String {
    intl::date(day, DateStyle::WeekdayWhole)
}

/// "November".
pub fn month_name(day: NaiveDate) -> String {
    intl::date(day, DateStyle::Month)
}

/// "November 2026".
pub fn month_year(day: NaiveDate) -> String {
    intl::date(day, DateStyle::MonthYear)
}

/// The days of a cycle in words, "1 to 30 November"; `ends_on` is the day after the last.
pub fn cycle_range(starts_on: NaiveDate, ends_on: NaiveDate, today: NaiveDate) -> String {
    let last = ends_on.pred_opt().unwrap_or(ends_on).max(starts_on);
    date_range(starts_on, last, today)
}

/// Both days included: "1 to 30 November", "15 November to 14 December".
pub fn date_range(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> String {
    let this_year = first.year() == today.year() && last.year() == today.year();
    let style = if this_year { DateStyle::LongDay } else { DateStyle::LongDayYear };
    if first == last { intl::date(first, style) } else { intl::range(first, last, style) }
}

/// "today", "yesterday", "in 3 days" under 7 days, the date from there on.
pub fn relative(day: NaiveDate, today: NaiveDate) -> String {
    let days = (day - today).num_days();
    if days.abs() < 7 { intl::relative_days(days) } else { date(day, today) }
}

/// The local date of an instant in an IANA zone.
pub fn day_in_zone(at: DateTime<Utc>, zone: &str) -> NaiveDate {
    intl::day_in_zone(at, zone).unwrap_or_else(|| at.date_naive())
}

/// "3 Nov, 14:05" in an IANA zone.
pub fn moment(at: DateTime<Utc>, zone: &str, today: NaiveDate) -> String {
    intl::moment(at, zone, day_in_zone(at, zone).year() != today.year())
}

/// An ISO week, as it stands in a URL: `2026-W48`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    monday: NaiveDate,
}

impl Week {
    /// The week that holds `day`.
    pub fn of(day: NaiveDate) -> Self {
        let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
        Self { monday: day.checked_sub_days(back).unwrap_or(day) }
    }

    /// Reads `2026-W48`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        let (year, week) = (year.parse().ok()?, week.parse().ok()?);
        NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).map(|monday| Self { monday })
    }

    /// The Monday.
    pub fn first(self) -> NaiveDate {
        self.monday
    }

    /// The Sunday.
    pub fn last(self) -> NaiveDate {
        self.monday.checked_add_days(Days::new(6)).unwrap_or(self.monday)
    }

    /// The week before.
    pub fn previous(self) -> Self {
        Self::of(self.monday.checked_sub_days(Days::new(7)).unwrap_or(self.monday))
    }

    /// The week after.
    pub fn next(self) -> Self {
        Self::of(self.monday.checked_add_days(Days::new(7)).unwrap_or(self.monday))
    }

    /// Its number in its year.
    pub fn number(self) -> u32 {
        self.monday.iso_week().week()
    }
}

impl std::fmt::Display for Week {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let week = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_cycle_is_told_by_its_last_day() {
        let today = day("2026-11-22");
        let range = |from, to| cycle_range(day(from), day(to), today);
        assert_eq!(range("2026-11-01", "2026-12-01"), "1 to 30 November");
        assert_eq!(range("2026-11-15", "2026-12-15"), "15 November to 14 December");
        assert_eq!(range("2026-12-15", "2027-01-15"), "15 December 2026 to 14 January 2027");
        assert_eq!(range("2026-11-01", "2026-11-02"), "1 November");
    }

    #[test]
    fn the_year_is_told_when_it_is_not_this_one() {
        let today = day("2026-11-22");
        assert_eq!(date(day("2026-11-03"), today), "3 Nov");
        assert_eq!(date(day("2024-03-04"), today), "4 Mar 2024");
    }

    #[test]
    fn relative_words_end_after_six_days() {
        let today = day("2026-11-22");
        assert_eq!(relative(day("2026-11-22"), today), "today");
        assert_eq!(relative(day("2026-11-28"), today), "in 6 days");
        assert_eq!(relative(day("2026-11-29"), today), "29 Nov");
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        assert_eq!(Week::of(day("2026-11-22")).to_string(), "2026-W47");
        assert_eq!(Week::of(day("2027-01-03")).to_string(), "2026-W53");
        let week = Week::parse("2026-W48").expect("a week");
        assert_eq!((week.first(), week.last()), (day("2026-11-23"), day("2026-11-29")));
        assert_eq!(week.previous().to_string(), "2026-W47");
        assert_eq!(week.next().number(), 49);
        for odd in ["2026-48", "2026-W54", "2026-W0", "W48", ""] {
            assert_eq!(Week::parse(odd), None, "{odd}");
        }
    }
}
