//! Durations: clocks, words, ISO 8601 and plain numbers, to the exact second.
use super::number::decimal;
use super::{digits, plain};

/// What a plain number counts; the column's name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `0.0625` is an hour and a half: how a spreadsheet keeps a time.
    Days,
    /// `1.5` is an hour and a half.
    Hours,
    /// `90` is an hour and a half.
    Minutes,
    /// `5400` is an hour and a half.
    Seconds,
}

impl Unit {
    fn seconds(self) -> i64 {
        match self {
            Unit::Days => 86_400,
            Unit::Hours => 3_600,
            Unit::Minutes => 60,
            Unit::Seconds => 1,
        }
    }
    fn smaller(self) -> Unit {
        match self {
            Unit::Days => Unit::Hours,
            Unit::Hours => Unit::Minutes,
            Unit::Minutes | Unit::Seconds => Unit::Seconds,
        }
    }
}

/// The seconds of `01:00:01`, `1:30` (hours and minutes), `1h 30m`, `90 min`, `PT1H30M`, `1.5`.
///
/// None if it is none of these, or is not a positive length of time or zero.
pub fn duration(text: &str, unit: Unit) -> Option<i64> {
    let text = plain(text).to_lowercase();
    if text.contains(':') {
        clock(&text)
    } else if let Some(iso) = text.strip_prefix('p') {
        iso_8601(iso)
    } else if text.chars().any(char::is_alphabetic) {
        words(&text)
    } else {
        decimal(&text)?.times(unit.seconds())
    }
}

/// `1:30` or `01:30:00`; hours may pass a day, to be refused with the right reason.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours = digits(parts.next()?, 6)?;
    let minutes = digits(parts.next()?, 2)?;
    let seconds = match parts.next() {
        Some(text) if text.starts_with(|c: char| c.is_ascii_digit()) => decimal(text)?.times(1)?,
        Some(_) => return None,
        None => 0,
    };
    let fits = parts.next().is_none() && minutes < 60 && seconds <= 60;
    fits.then(|| i64::from(hours) * 3_600 + i64::from(minutes) * 60 + seconds)
}

/// What follows the `p` of a duration in days, hours, minutes and seconds.
fn iso_8601(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once('t').unwrap_or((text, ""));
    let mut seconds = match days.strip_suffix('d') {
        Some(days) => decimal(days)?.times(86_400)?,
        None if days.is_empty() && !clock.is_empty() => 0,
        None => return None,
    };
    let mut rest = clock;
    for (letter, unit) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((number, behind)) = rest.split_once(letter) {
            seconds = seconds.checked_add(decimal(number)?.times(unit)?)?;
            rest = behind;
        }
    }
    rest.is_empty().then_some(seconds)
}

/// `1h 30m`, `1 hour, 30 minutes`, `1h30`, `1,5 Std.`: larger units first, each at most once.
fn words(text: &str) -> Option<i64> {
    let mut seconds = 0i64;
    let mut before: Option<Unit> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let word_at = rest.find(char::is_alphabetic).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(word_at);
        let end = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(end);
        let unit = match (word, before) {
            // "1h30": what follows the hours without a word are minutes.
            ("", Some(larger)) => larger.smaller(),
            _ => unit(word)?,
        };
        if before.is_some_and(|before| before.seconds() <= unit.seconds()) {
            return None;
        }
        seconds = seconds.checked_add(decimal(number)?.times(unit.seconds())?)?;
        before = Some(unit);
        rest = behind.trim_start_matches(['.', ',', ' ']);
    }
    Some(seconds)
}

fn unit(word: &str) -> Option<Unit> {
    match word {
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" | "heure"
        | "heures" | "hora" | "horas" | "uur" | "uren" | "ora" | "ore" => Some(Unit::Hours),
        "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minuto" | "minutos"
        | "minuti" => Some(Unit::Minutes),
        "s" | "sec" | "secs" | "second" | "seconds" | "sek" | "sekunde" | "sekunden"
        | "segundos" => Some(Unit::Seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn is(text: &str, seconds: i64) {
        assert_eq!(duration(text, Unit::Hours), Some(seconds), "{text}");
    }

    #[test]
    fn every_way_to_say_an_hour_and_a_half() {
        for text in [
            "01:30:00",
            "1:30",
            "1h 30m",
            "1h30m",
            "1h30",
            "90 min",
            "90m",
            "1.5",
            "1,5",
            "1,50 h",
            "1.5 hours",
            "1 hour, 30 minutes",
            "1 Std. 30 Min.",
            "PT1H30M",
            "pt90m",
            "PT5400S",
            "PT1.5H",
            "P0DT1H30M",
            "1 hr 29 mins 60 secs",
            "5400 s",
            "1\u{a0}h 30",
        ] {
            is(text, 5_400);
        }
        assert_eq!(duration("90", Unit::Minutes), Some(5_400));
        assert_eq!(duration("5400", Unit::Seconds), Some(5_400));
        assert_eq!(duration("1:30", Unit::Minutes), Some(5_400));
    }

    #[test]
    fn seconds_are_exact() {
        is("01:00:01", 3_601);
        is("0,01", 36);
        is("00:00:00", 0);
        is("0", 0);
        is("100:00:00", 360_000);
        is("1.234,50", 4_444_200);
        is("0:00:29.6", 30);
        is("P1D", 86_400);
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in [
            "", "-1", "-1:00", "1:60", "1:00:61", "1:2:3:4", ":30", "1:", "h", "1x", "30m 1h",
            "1h 1h", "1h 5 5", "P", "PT", "P1Y", "PT1M1H", "1:30 h", "one hour", "1e3", "PT-1H",
            "1::2", "1:00:+5",
        ] {
            assert_eq!(duration(text, Unit::Hours), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_length_written_in_any_way_is_read_back(h in 0i64..100, m in 0i64..60, s in 0i64..60) {
            let seconds = Some(h * 3_600 + m * 60 + s);
            for text in [
                format!("{h:02}:{m:02}:{s:02}"),
                format!("{h}h {m}m {s}s"),
                format!("{h} hours, {m} minutes, {s} seconds"),
                format!("PT{h}H{m}M{s}S"),
            ] {
                prop_assert_eq!(duration(&text, Unit::Hours), seconds, "{}", text);
            }
            let total = (h * 3_600 + m * 60 + s).to_string();
            prop_assert_eq!(duration(&total, Unit::Seconds), seconds);
        }
        #[test]
        fn no_text_is_a_panic_or_a_negative(text in "[0-9hmsptd:.,' -]{0,30}|\\PC{0,30}") {
            for unit in [Unit::Hours, Unit::Minutes, Unit::Seconds] {
                prop_assert!(duration(&text, unit).is_none_or(|seconds| seconds >= 0));
            }
        }
    }
}
