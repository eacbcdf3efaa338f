//! Times of day where a retainer is: what the clock on the wall shows, and the way back.
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::intl;

/// What the clock on the wall of a zone shows; the one of UTC where the zone is not known.
pub fn wall_in_zone(at: DateTime<Utc>, zone: &str) -> NaiveDateTime {
    intl::wall_in_zone(at, zone).unwrap_or_else(|| at.naive_utc())
}

/// "14:05" in an IANA zone.
pub fn clock_in_zone(at: DateTime<Utc>, zone: &str) -> String {
    intl::clock(at, zone)
}

/// The instant at which the clock of a zone shows this. Of two, the first; what the clock skips
/// in spring is the time it shows then.
pub fn instant_in_zone(day: NaiveDate, time: NaiveTime, zone: &str) -> DateTime<Utc> {
    instant_of(day.and_time(time), |at| wall_in_zone(at, zone))
}

fn instant_of(
    local: NaiveDateTime,
    wall: impl Fn(DateTime<Utc>) -> NaiveDateTime,
) -> DateTime<Utc> {
    let as_if_utc = local.and_utc();
    // A zone moves its clock at most once in two days.
    let by_offset_of = |at: DateTime<Utc>| as_if_utc - (wall(at) - at.naive_utc());
    let before = by_offset_of(as_if_utc - Duration::days(1));
    let after = by_offset_of(as_if_utc + Duration::days(1));
    if wall(before) != local && wall(after) == local { after } else { before }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin in 2026: two hours ahead from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
    fn berlin(at: DateTime<Utc>) -> NaiveDateTime {
        let summer = instant("2026-03-29T01:00:00Z") <= at && at < instant("2026-10-25T01:00:00Z");
        at.naive_utc() + Duration::hours(if summer { 2 } else { 1 })
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn of(local: &str) -> DateTime<Utc> {
        instant_of(local.parse().expect("a local time"), berlin)
    }

    #[test]
    fn a_time_on_the_wall_is_an_instant() {
        assert_eq!(of("2026-11-24T10:00:00"), instant("2026-11-24T09:00:00Z"));
        assert_eq!(of("2026-07-01T00:30:00"), instant("2026-06-30T22:30:00Z"));
        // The days on which the clock moves, before and after it does.
        assert_eq!(of("2026-03-29T01:30:00"), instant("2026-03-29T00:30:00Z"));
        assert_eq!(of("2026-03-29T03:30:00"), instant("2026-03-29T01:30:00Z"));
        assert_eq!(of("2026-10-25T12:00:00"), instant("2026-10-25T11:00:00Z"));
    }

    #[test]
    fn what_is_shown_twice_is_the_first_and_what_is_skipped_comes_later() {
        assert_eq!(of("2026-10-25T02:30:00"), instant("2026-10-25T00:30:00Z"));
        assert_eq!(of("2026-03-29T02:30:00"), instant("2026-03-29T01:30:00Z"));
    }
}
