//! Instants of local dates: where a day starts, and which day an instant belongs to.
use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::RuleError;

/// The time zone of an IANA name such as `Europe/Berlin`.
///
/// # Errors
/// [`RuleError::UnknownZone`] if the tables do not have it.
pub fn zone(name: &str) -> Result<Tz, RuleError> {
    name.parse().map_err(|_| RuleError::UnknownZone)
}

/// The first instant of `date` in `zone`.
///
/// Where midnight is missing the day starts after the gap; where it comes twice, at the first.
/// A date that the zone skipped as a whole starts with the next one. Source: domain 2.8.
#[must_use]
pub fn first_instant(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => after_gap(zone, midnight),
    }
}

/// The instant at which a clock in `zone` shows the full `hour`, 0 to 23, of `date`.
///
/// An hour that is missing comes as much later as the gap is long; of one that comes twice, the
/// first. Source: domain 5.1.
#[must_use]
pub fn hour_of(zone: Tz, date: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    let local = date.and_time(time);
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        // By the offset from before the gap, which the day before ended with.
        LocalResult::None => {
            let eve = first_instant(zone, date).naive_utc() - TimeDelta::seconds(1);
            let offset = zone.offset_from_utc_datetime(&eve).fix();
            local.checked_sub_offset(offset).unwrap_or(local).and_utc()
        }
    }
}

/// The instant at which a clock in `zone` shows so many minutes after midnight of `date`.
///
/// A time that is missing is the first instant after the gap; of one that comes twice, the first.
/// Source: docs/decisions/0065.
#[must_use]
pub fn time_of(zone: Tz, date: NaiveDate, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(minute / 60 % 24, minute % 60, 0).unwrap_or(NaiveTime::MIN);
    let local = date.and_time(time);
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => after_gap(zone, local),
    }
}

/// The hours of the day, in the zone of whoever sends, in which regular work writes to people: nobody
/// is written to at night, and what was paid or changed yesterday has been recorded.
const WRITES: std::ops::Range<u32> = 8..20;

/// Whether regular work may write to people at `now`, and the next instant from which it may: that of
/// tomorrow if it may now. Source: docs/decisions/0039, 0054.
#[must_use]
pub fn writes(zone: Tz, now: DateTime<Utc>) -> (bool, DateTime<Utc>) {
    let today = local_date(zone, now);
    let from = hour_of(zone, today, WRITES.start);
    if now < from {
        return (false, from);
    }
    let tomorrow = hour_of(zone, today.succ_opt().unwrap_or(today), WRITES.start);
    (now < hour_of(zone, today, WRITES.end), tomorrow)
}

/// The local date of `instant` in `zone`: the date whose cycle it belongs to.
#[must_use]
pub fn local_date(zone: Tz, instant: DateTime<Utc>) -> NaiveDate {
    wall(zone, instant).date()
}

/// What a clock in `zone` shows at an instant.
fn wall(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// The zone of a retainer through time. Another zone moves the boundaries that are to come; those
/// that have passed keep their instants, and what happened its day. Source: domain 2.8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zones {
    /// Zones that held until an instant, oldest first.
    before: Vec<(DateTime<Utc>, Tz)>,
    now: Tz,
}

impl Zones {
    /// The zone that holds now, and those that held until an instant.
    #[must_use]
    pub fn new(mut before: Vec<(DateTime<Utc>, Tz)>, now: Tz) -> Self {
        before.sort_by_key(|(until, _)| *until);
        Self { before, now }
    }

    /// The zone that held at an instant.
    #[must_use]
    pub fn at(&self, instant: DateTime<Utc>) -> Tz {
        let held = self.before.iter().find(|(until, _)| instant < *until);
        held.map_or(self.now, |(_, zone)| *zone)
    }

    /// The local date of an instant, in the zone that held then.
    #[must_use]
    pub fn local_date(&self, instant: DateTime<Utc>) -> NaiveDate {
        local_date(self.at(instant), instant)
    }

    /// The first instant whose local date is `date` or later.
    #[must_use]
    pub fn first_instant(&self, date: NaiveDate) -> DateTime<Utc> {
        let mut since = DateTime::<Utc>::MIN_UTC;
        for (until, zone) in &self.before {
            let begins = first_instant(*zone, date).max(since);
            if begins < *until {
                return begins;
            }
            since = *until;
        }
        first_instant(self.now, date).max(since)
    }
}

/// The first second at which a clock shows `local` or later, where that is missing: by bisection
/// around the same time in UTC.
fn after_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let near = local.and_utc();
    let (mut before, mut after) = (-2 * 86_400i64, 2 * 86_400i64);
    let at = |seconds: i64| near.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(near);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if wall(zone, at(middle)) >= local { after = middle } else { before = middle }
    }
    at(after)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn starts(name: &str, date: (i32, u32, u32)) -> String {
        let date = NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
        first_instant(zone(name).unwrap(), date).to_rfc3339()
    }

    #[test]
    fn a_missing_midnight_starts_after_the_gap() {
        assert_eq!(starts("America/Sao_Paulo", (2018, 11, 4)), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn a_doubled_midnight_starts_at_the_first() {
        assert_eq!(starts("America/Havana", (2019, 11, 3)), "2019-11-03T04:00:00+00:00");
    }

    #[test]
    fn a_skipped_date_starts_with_the_next() {
        assert_eq!(starts("Pacific/Apia", (2011, 12, 30)), starts("Pacific/Apia", (2011, 12, 31)));
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        for zone in [Tz::Pacific__Kiritimati, Tz::Pacific__Pago_Pago] {
            for date in [NaiveDate::MIN, NaiveDate::MAX] {
                let _ = local_date(zone, first_instant(zone, date));
            }
            for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = local_date(zone, instant);
            }
        }
    }

    #[test]
    fn a_missing_hour_comes_after_the_gap_even_at_midnight() {
        // Santiago has no midnight on that day: clocks go from 23:59 to 01:00.
        let date = NaiveDate::from_ymd_opt(2026, 9, 6).unwrap();
        let zone = Tz::America__Santiago;
        assert_eq!(hour_of(zone, date, 0), first_instant(zone, date));
        assert_eq!(hour_of(zone, date, 0), hour_of(zone, date, 1));
    }

    #[test]
    fn a_missing_time_is_the_first_after_the_gap_and_a_doubled_one_the_first() {
        let at = |text: &str, minute| {
            time_of(Tz::Europe__Berlin, text.parse().unwrap(), minute).to_rfc3339()
        };
        // Clocks go from 02:00 to 03:00, and from 03:00 back to 02:00.
        assert_eq!(at("2026-03-29", 150), "2026-03-29T01:00:00+00:00");
        assert_eq!(at("2026-10-25", 150), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-10-25", 600), "2026-10-25T09:00:00+00:00");
        assert_eq!(at("2026-10-24", 600), "2026-10-24T08:00:00+00:00");
    }

    #[test]
    fn people_are_written_to_from_eight_to_twenty() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let told = |now: &str| writes(Tz::Europe__Berlin, at(now));
        assert_eq!(told("2026-03-28T06:59:59Z"), (false, at("2026-03-28T07:00:00Z")));
        // The clocks go forward in the night.
        assert_eq!(told("2026-03-28T07:00:00Z"), (true, at("2026-03-29T06:00:00Z")));
        assert_eq!(told("2026-03-28T18:59:59Z"), (true, at("2026-03-29T06:00:00Z")));
        assert_eq!(told("2026-03-28T19:00:00Z"), (false, at("2026-03-29T06:00:00Z")));
    }

    #[test]
    fn an_unknown_zone_is_an_error() {
        assert_eq!(zone("Mars/Base"), Err(RuleError::UnknownZone));
    }

    /// Zones that each held for some time of March 2026, when the last one came, and that one.
    type Held = (Vec<(DateTime<Utc>, Tz)>, DateTime<Utc>, Tz);

    fn march() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
    }

    fn held(zones: &[(usize, i64)]) -> Held {
        const NAMES: [Tz; 5] = [
            Tz::UTC,
            Tz::America__New_York,
            Tz::Asia__Tokyo,
            Tz::Pacific__Kiritimati,
            Tz::Pacific__Pago_Pago,
        ];
        let mut until = first_instant(Tz::UTC, march());
        let held = zones.iter().map(|(place, seconds)| {
            until += TimeDelta::seconds(*seconds);
            (until, NAMES[*place])
        });
        let held = held.collect();
        (held, until, NAMES[zones.len() % NAMES.len()])
    }

    proptest! {
        #[test]
        fn a_clock_shows_the_time_asked_for_or_the_end_of_the_gap(
            place in 0usize..6,
            days in 0u64..1_500,
            minute in 0u32..1_440,
        ) {
            const NAMES: [Tz; 6] = [
                Tz::Europe__Berlin,
                Tz::America__New_York,
                Tz::Australia__Lord_Howe,
                Tz::America__Santiago,
                Tz::Asia__Kolkata,
                Tz::Pacific__Chatham,
            ];
            let (zone, date) = (NAMES[place], march() + Days::new(days));
            let at = time_of(zone, date, minute);
            let local = first_instant(Tz::UTC, date).naive_utc()
                + TimeDelta::minutes(i64::from(minute));
            let shown = wall(zone, at);
            prop_assert_eq!(shown.date(), date);
            prop_assert!(shown >= local);
            if shown > local {
                prop_assert!(wall(zone, at - TimeDelta::seconds(1)) < local);
            }
        }

        #[test]
        fn another_zone_leaves_what_is_past(
            zones in prop::collection::vec((0usize..5, 0i64..1_500_000), 1..5),
            days in 0u64..60,
            seconds in 0i64..5_000_000,
        ) {
            let (mut zones, changed, last) = held(&zones);
            let all = Zones::new(zones.clone(), last);
            let (_, before) = zones.pop().unwrap();
            let known = Zones::new(zones, before);
            let date = march() + Days::new(days);
            let begins = all.first_instant(date);
            prop_assert!(all.local_date(begins) >= date);
            prop_assert!(all.local_date(begins - TimeDelta::seconds(1)) < date);
            let instant = first_instant(Tz::UTC, march()) + TimeDelta::seconds(seconds);
            if instant < changed {
                prop_assert_eq!(all.local_date(instant), known.local_date(instant));
            }
            if known.first_instant(date) < changed {
                prop_assert_eq!(begins, known.first_instant(date));
            } else if begins > changed {
                prop_assert_eq!(begins, first_instant(last, date));
            }
        }
    }
}
