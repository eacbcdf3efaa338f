//! Times of day, and days with a time: local ones, or instants with their offset.
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::number::decimal;
use super::{WrittenDay, day, digits, plain};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a start, an end or a date may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A point in time, the same everywhere.
    Instant(DateTime<Utc>),
    /// A day where the person worked, with seconds since midnight if given.
    Local(WrittenDay, Option<i64>),
    /// Seconds since midnight; another column has the day.
    Time(i64),
}

/// Reads a day, a time, `2026-01-31T09:30:00+01:00`, `31/01/2026 9:30 AM`.
pub fn moment(text: &str) -> Option<Moment> {
    let text = plain(text);
    if let Some(day) = day(&text) {
        return Some(Moment::Local(day, None));
    }
    if let Some(time) = time_of_day(&text) {
        return Some(Moment::Time(time));
    }
    if let Some(local) = numbered(&text) {
        return Some(local);
    }
    // The day is what one of these marks ends: "2026-01-31T…", "31/01/2026 …", "31 Jan 2026, 9:30".
    let ends = text.match_indices(['T', 't', ' ', ',']);
    let (day, (time, offset)) = ends.filter_map(|(at, _)| split(&text, at)).next()?;
    let Some(offset) = offset else { return Some(Moment::Local(day, Some(time))) };
    let WrittenDay::Plain(date) = day else { return None };
    let midnight = date.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_add_signed(TimeDelta::seconds(time - offset)).map(Moment::Instant)
}

/// A day, a time and its offset, parted by the mark at a place.
fn split(text: &str, at: usize) -> Option<(WrittenDay, (i64, Option<i64>))> {
    let day = day(&text[..at])?;
    let (time, offset) = split_offset(text[at + 1..].trim_start())?;
    Some((day, (time_of_day(time)?, offset)))
}

/// `46053.4375`: a spreadsheet's number of a day, and the part of it that is over.
fn numbered(text: &str) -> Option<Moment> {
    let (whole, part) = text.split_once(['.', ','])?;
    if whole.len() != 5 {
        return None;
    }
    let seconds = decimal(&format!("0.{part}"))?.times(DAY)?;
    Some(Moment::Local(day(whole)?, Some(seconds)))
}

/// The time and its offset from UTC in seconds, if it names one.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    for utc in ["Z", "z", " UTC", " GMT"] {
        if let Some(time) = text.strip_suffix(utc) {
            return Some((time.trim_end(), Some(0)));
        }
    }
    let Some(at) = text.rfind(['+', '-', '\u{2212}']) else { return Some((text, None)) };
    let sign = if text[at..].starts_with('+') { 1 } else { -1 };
    let offset = text[at..].trim_start_matches(['+', '-', '\u{2212}']).replace(':', "");
    let (hours, minutes) = match offset.len() {
        2 => (digits(&offset, 2)?, 0),
        4 => (digits(offset.get(..2)?, 2)?, digits(offset.get(2..)?, 2)?),
        _ => return None,
    };
    let fits = hours <= 15 && minutes < 60;
    fits.then(|| (text[..at].trim_end(), Some(sign * i64::from(hours * 3_600 + minutes * 60))))
}

/// Seconds since midnight of `9:30`, `09:30:15`, `09:30:15.250`, `9:30 PM`, `9 p.m.`, `24:00`.
pub fn time_of_day(text: &str) -> Option<i64> {
    let text = plain(text).to_uppercase().replace(' ', "");
    let halves = [("AM", 0), ("A.M.", 0), ("PM", 12), ("P.M.", 12)];
    let half = halves.iter().find_map(|(word, later)| Some((text.strip_suffix(word)?, *later)));
    let clock = half.map_or(text.as_str(), |(clock, _)| clock);
    // Parts of a second are dropped.
    let clock = match clock.split_once('.') {
        Some((whole, part)) => digits(part, 9).map(|_| whole)?,
        None => clock,
    };
    let mut parts = clock.split(':');
    let hours = digits(parts.next()?, 2)?;
    let minutes = parts.next().map(|part| digits(part, 2));
    let seconds = parts.next().map(|part| digits(part, 2));
    if parts.next().is_some() || (minutes.is_none() && half.is_none()) {
        return None;
    }
    let (minutes, seconds) = (minutes.unwrap_or(Some(0))?, seconds.unwrap_or(Some(0))?);
    let hours = match half {
        Some((_, later)) if (1..=12).contains(&hours) => hours % 12 + later,
        Some(_) => return None,
        None => hours,
    };
    let total = i64::from(hours) * 3_600 + i64::from(minutes) * 60 + i64::from(seconds);
    (minutes < 60 && seconds < 60 && total <= DAY).then_some(total)
}

/// The seconds from one time of day to another, which may lie after midnight.
pub fn by_clock(from: i64, to: i64) -> i64 {
    if to < from { to + DAY - from } else { to - from }
}

/// The seconds from one local day and time to another; none if it would run backwards. Of an hour
/// that a zone has twice the first is meant, unless the end would come before the start.
pub fn elapsed(zone: Tz, from: (NaiveDate, i64), to: (NaiveDate, i64)) -> Option<i64> {
    let wall = |(day, time): (NaiveDate, i64)| {
        day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::seconds(time))
    };
    let (from, to) = (wall(from)?, wall(to)?);
    let (start, end) = (zone.from_local_datetime(&from), zone.from_local_datetime(&to));
    let seconds = match (start.earliest(), end.earliest(), end.latest()) {
        (Some(start), Some(first), Some(second)) => {
            (if first < start { second } else { first }) - start
        }
        // An hour that the zone leaves out: what the clock on the wall says.
        _ => to - from,
    }
    .num_seconds();
    (seconds >= 0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shared::api::DateOrder;

    #[test]
    fn times_are_read_with_24_and_with_12_hours() {
        let of = |h: i64, m: i64, s: i64| Some(h * 3_600 + m * 60 + s);
        assert_eq!(time_of_day("10:23:52"), of(10, 23, 52));
        assert_eq!(time_of_day(" 9:05 "), of(9, 5, 0));
        assert_eq!(time_of_day("10:23:52 AM"), of(10, 23, 52));
        assert_eq!(time_of_day("10:23\u{202f}PM"), of(22, 23, 0));
        assert_eq!(time_of_day("12:00 AM"), of(0, 0, 0));
        assert_eq!(time_of_day("12:30 p.m."), of(12, 30, 0));
        assert_eq!(time_of_day("9pm"), of(21, 0, 0));
        assert_eq!(time_of_day("24:00"), of(24, 0, 0));
        assert_eq!(time_of_day("09:23:00.123456"), of(9, 23, 0));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "", "9", "24:01", "9:60", "9:05:60", "13:00 PM", "0:10 AM", "1:2:3:4", "a:b", "9:5.x",
            "-1:00",
        ] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_has_its_offset() {
        let at = |text: &str| match moment(text) {
            Some(Moment::Instant(at)) => Some(at.to_rfc3339()),
            _ => None,
        };
        for text in [
            "2024-03-04T09:23:52Z",
            "2024-03-04T10:23:52+01:00",
            "2024-03-04 04:23:52 -0500",
            "2024-03-04T09:23:52.123Z",
            "2024-03-04 09:23:52 UTC",
            "2024-03-04T10:23:52+01",
            "2024-03-04T04:23:52\u{2212}05:00",
        ] {
            assert_eq!(at(text).as_deref(), Some("2024-03-04T09:23:52+00:00"), "{text}");
        }
        assert_eq!(at("2024-03-04T09:23:52+25:00"), None);
        assert_eq!(at("04/03/2024 09:23:52+01:00"), None);
        assert_eq!(at("2024-03-04T09:23+é0"), None);
    }

    #[test]
    fn a_local_moment_keeps_its_day_and_time() {
        let local = |text: &str| match moment(text) {
            Some(Moment::Local(day, time)) => {
                day.read(DateOrder::MonthDayYear).map(|day| (day.to_string(), time))
            }
            _ => None,
        };
        let some = |time| Some(("2024-03-04".to_owned(), time));
        assert_eq!(local("2024-03-04"), some(None));
        assert_eq!(local("2024-03-04T10:23"), some(Some(37_380)));
        assert_eq!(local("03/04/2024 10:23 AM"), some(Some(37_380)));
        assert_eq!(local("03/04/2024, 10:23:00"), some(Some(37_380)));
        assert_eq!(moment("10:23"), Some(Moment::Time(37_380)));
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn work_may_pass_midnight() {
        assert_eq!(by_clock(82_800, 3_600), 7_200);
        assert_eq!(by_clock(3_600, 7_200), 3_600);
        let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
        let next = day.succ_opt().unwrap();
        let of = |from, to| elapsed(chrono_tz::Europe::Berlin, from, to);
        assert_eq!(of((day, 82_800), (next, 3_600)), Some(7_200));
        assert_eq!(of((day, 3_600), (day, 7_200)), Some(3_600));
        assert_eq!(of((day, 0), (day, DAY)), Some(DAY));
        assert_eq!(of((day, 7_200), (day, 3_600)), None);
        assert_eq!(of((next, 0), (day, 0)), None);
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_are_not_worked_time() {
        let of = |day: (i32, u32, u32), from: i64, to: i64| {
            let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
            elapsed(chrono_tz::Europe::Berlin, (day, from), (day, to))
        };
        let half_past = |hour: i64| hour * 3_600 + 1_800;
        assert_eq!(of((2026, 3, 29), half_past(1), half_past(3)), Some(3_600));
        assert_eq!(of((2026, 10, 25), half_past(1), half_past(3)), Some(10_800));
        // Within the hour that comes twice, and over into its second time.
        assert_eq!(of((2026, 10, 25), half_past(2), half_past(2) + 900), Some(900));
        assert_eq!(of((2026, 10, 25), half_past(2) + 900, half_past(2)), Some(2_700));
        // 02:30 does not exist on this day.
        assert_eq!(of((2026, 3, 29), half_past(1), half_past(2)), Some(3_600));
    }

    proptest! {
        #[test]
        fn a_time_written_either_way_is_read_back(of_day in 0i64..DAY) {
            let (h, m, s) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
            prop_assert_eq!(time_of_day(&format!("{h:02}:{m:02}:{s:02}")), Some(of_day));
            let (twelve, half) = ((h + 11) % 12 + 1, if h < 12 { "AM" } else { "PM" });
            prop_assert_eq!(time_of_day(&format!("{twelve}:{m:02}:{s:02} {half}")), Some(of_day));
        }
        #[test]
        fn no_text_is_a_panic(text in "[0-9TZ:+ -]{0,30}|\\PC{0,30}") {
            let _ = (moment(&text), time_of_day(&text));
        }
    }
}
