//! When somebody gets their digest, and the hours in which nothing is sent to them.
//! Source: requirement S2-16; docs/decisions/0066.
use std::ops::Range;

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc, Weekday,
};
use chrono_tz::Tz;

use super::cadence::works;
use super::zone::{first_instant, hour_of, local_date};

/// Days around now among which the next digest is looked for: a week, and what weekends hold back.
const DAYS: i64 = 12;
/// How often what is held back is held back again: each time an hour further at least.
const HELD_MAX: usize = 100;

/// On which days a digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Monday to Friday.
    Working,
    /// Once a week.
    Weekly(Weekday),
}

/// When nothing is sent: full hours of the day, 0 to 23, over midnight where the second is the
/// smaller; and weekends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quiet {
    /// From the first hour until the second begins; never the same one.
    pub hours: Option<(u32, u32)>,
    /// Nor on Saturdays and Sundays.
    pub weekends: bool,
}

impl Quiet {
    /// Whether nothing is sent when the clock shows that.
    #[must_use]
    pub fn at(self, local: NaiveDateTime) -> bool {
        let hour = local.hour();
        let held = |(from, to): (u32, u32)| match from <= to {
            true => (from..to).contains(&hour),
            false => hour >= from || hour < to,
        };
        self.hours.is_some_and(held) || self.weekends && !works(local.date())
    }

    /// The first instant from `at` on at which something may be sent.
    #[must_use]
    pub fn until(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let mut until = at;
        for _ in 0..HELD_MAX {
            let local = local(zone, until);
            if !self.at(local) {
                break;
            }
            let day = local.date();
            let next = day.succ_opt().unwrap_or(day);
            let ends = match self.hours {
                _ if self.weekends && !works(day) => first_instant(zone, next),
                Some((_, to)) if local.hour() < to => hour_of(zone, day, to),
                Some((_, to)) => hour_of(zone, next, to),
                None => first_instant(zone, next),
            };
            // Where a clock is put back, that hour may have been already.
            until = if ends > until { ends } else { until + TimeDelta::hours(1) };
        }
        until
    }
}

fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    zone.from_utc_datetime(&at.naive_utc()).naive_local()
}

/// The first instant after `now` at which a digest is sent that is for a full hour of some days, by
/// a clock in `zone`: later where it would be in quiet hours, and never on the day of the one before.
#[must_use]
pub fn next(
    (days, hour): (Days, u32),
    quiet: Quiet,
    zone: Tz,
    (now, last_on): (DateTime<Utc>, Option<NaiveDate>),
) -> Option<DateTime<Utc>> {
    let today = local_date(zone, now);
    // One of a day before may be held back until now.
    let around: Range<i64> = -4..DAYS;
    let near = around.filter_map(|n| today.checked_add_signed(TimeDelta::days(n)));
    let fits = |day: &NaiveDate| match days {
        Days::Working => works(*day),
        Days::Weekly(weekday) => day.weekday() == weekday,
    };
    let at = near.filter(fits).map(|day| quiet.until(zone, hour_of(zone, day, hour)));
    let another = |at: &DateTime<Utc>| last_on.is_none_or(|last| local_date(zone, *at) > last);
    at.filter(|at| *at > now).filter(another).min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const BERLIN: Tz = Tz::Europe__Berlin;

    #[test]
    fn a_digest_comes_at_its_hour_on_working_days() {
        let of = |now: &str| next((Days::Working, 8), Quiet::default(), BERLIN, (at(now), None));
        assert_eq!(of("2026-01-15T06:59:00Z"), Some(at("2026-01-15T07:00:00Z")));
        // A Friday, once it was sent.
        assert_eq!(of("2026-01-16T07:00:00Z"), Some(at("2026-01-19T07:00:00Z")));
        // The clocks went forward on Sunday.
        assert_eq!(of("2026-03-27T12:00:00Z"), Some(at("2026-03-30T06:00:00Z")));
        let weekly = (Days::Weekly(Weekday::Wed), 8);
        let of = |now: &str| next(weekly, Quiet::default(), BERLIN, (at(now), None));
        assert_eq!(of("2026-01-15T07:00:00Z"), Some(at("2026-01-21T07:00:00Z")));
    }

    #[test]
    fn quiet_hours_hold_it_back_until_they_end() {
        let quiet = Quiet { hours: Some((19, 7)), weekends: true };
        let of = |now: &str, hour, last: Option<&str>| {
            let last = last.map(|day| day.parse().unwrap());
            next((Days::Working, hour), quiet, BERLIN, (at(now), last))
        };
        // Of Friday evening, on Monday morning; that of Monday evening on Tuesday.
        assert_eq!(of("2026-01-16T12:00:00Z", 20, None), Some(at("2026-01-19T06:00:00Z")));
        let after = of("2026-01-19T06:00:00Z", 20, Some("2026-01-19"));
        assert_eq!(after, Some(at("2026-01-20T06:00:00Z")));
        assert_eq!(quiet.until(BERLIN, at("2026-01-15T12:00:00Z")), at("2026-01-15T12:00:00Z"));
        assert_eq!(quiet.until(BERLIN, at("2026-01-15T18:00:00Z")), at("2026-01-16T06:00:00Z"));
        assert_eq!(quiet.until(BERLIN, at("2026-01-16T23:30:00Z")), at("2026-01-19T06:00:00Z"));
    }

    fn zones() -> impl Strategy<Value = Tz> {
        prop::sample::select(vec![
            Tz::UTC,
            Tz::Europe__Berlin,
            Tz::America__New_York,
            Tz::America__Havana,
            Tz::America__Santiago,
            Tz::Australia__Lord_Howe,
        ])
    }

    fn quiets() -> impl Strategy<Value = Quiet> {
        let hours =
            prop::option::of((0u32..24, 1u32..24).prop_map(|(from, n)| (from, (from + n) % 24)));
        (hours, any::<bool>()).prop_map(|(hours, weekends)| Quiet { hours, weekends })
    }

    proptest! {
        /// In a year with both changes of the clock: each at most once a local day, in order, and
        /// never in quiet hours.
        #[test]
        fn each_day_has_one_digest_at_most_and_none_in_quiet_hours(
            zone in zones(),
            quiet in quiets(),
            hour in 0u32..24,
            weekly in prop::option::of(0u8..7),
            start in 0i64..365 * 24,
        ) {
            let weekday = |n| Weekday::try_from(n).unwrap();
            let days = weekly.map_or(Days::Working, |n| Days::Weekly(weekday(n)));
            let mut now = at("2026-01-01T00:00:00Z") + TimeDelta::hours(start);
            let mut last = None;
            for _ in 0..20 {
                let sent = next((days, hour), quiet, zone, (now, last));
                prop_assert!(sent.is_some());
                let sent = sent.unwrap();
                prop_assert!(sent > now);
                prop_assert!(sent - now <= TimeDelta::days(11));
                prop_assert!(!quiet.at(local(zone, sent)));
                let day = local_date(zone, sent);
                prop_assert!(last.is_none_or(|last| last < day));
                (now, last) = (sent, Some(day));
            }
        }

        #[test]
        fn quiet_hours_end(zone in zones(), quiet in quiets(), minutes in 0i64..366 * 24 * 60) {
            let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            let until = quiet.until(zone, now);
            prop_assert!(until >= now && !quiet.at(local(zone, until)));
            prop_assert_eq!(until == now, !quiet.at(local(zone, now)));
            prop_assert!(until - now <= TimeDelta::days(4));
        }
    }
}
