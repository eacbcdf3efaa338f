//! Effort as people type it: 1:30, 1.5, 1,5, 1h30, 1 h 30 min, 90m, 45.
//!
//! The form always shows how the input was read, so a guess is never silent.

/// What a number without a unit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BareNumber {
    /// A time entry: up to 24 is hours, above that minutes, since no entry is longer than a day.
    HoursUpToADay,
    /// An allowance: always hours.
    Hours,
}

/// The most hours that are read at all; the fields have their own, lower limits.
const HOURS_MAX: i64 = 100_000;

/// Whole minutes, or none if it cannot be read. Zero can be read; whether it may be is for the
/// field to say.
pub fn parse_effort(text: &str, bare: BareNumber) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.to_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        return together(whole(hours)?, two_digits(minutes)?);
    }
    let tokens = tokens(&text)?;
    match tokens.as_slice() {
        [(number, Unit::None)] => match (bare, whole(number)) {
            (BareNumber::HoursUpToADay, Some(minutes)) if minutes > 24 => Some(minutes),
            _ => hours(number),
        },
        [(number, Unit::Hours)] => hours(number),
        [(number, Unit::Minutes)] => whole(number),
        [(hours, Unit::Hours), (minutes, Unit::Minutes)] => {
            together(whole(hours)?, below_sixty(minutes)?)
        }
        [(hours, Unit::Hours), (minutes, Unit::None)] => {
            together(whole(hours)?, two_digits(minutes)?)
        }
        _ => None,
    }
}

/// A figure as it stands in a field: parsing it gives the same minutes in both readings.
pub fn typed_effort(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours,
    Minutes,
    None,
}

/// Numbers, each with the unit behind it. None if there is anything else.
fn tokens(text: &str) -> Option<Vec<(&str, Unit)>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let numeric = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
        let end = rest.find(|c| !numeric(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = match unit.trim_end_matches('.') {
            "" => Unit::None,
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" => Unit::Hours,
            "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minutes,
            _ => return None,
        };
        if number.is_empty() || tokens.len() == 2 {
            return None;
        }
        tokens.push((number, unit));
        rest = after;
    }
    Some(tokens)
}

fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn below_sixty(text: &str) -> Option<i64> {
    whole(text).filter(|minutes| *minutes < 60)
}

fn two_digits(text: &str) -> Option<i64> {
    below_sixty(text).filter(|_| text.len() == 2)
}

fn together(hours: i64, minutes: i64) -> Option<i64> {
    (hours <= HOURS_MAX).then_some(hours * 60 + minutes)
}

/// Decimal hours, to the nearest minute, half a minute up; dot and comma both part the decimals.
fn hours(text: &str) -> Option<i64> {
    let Some((hours, decimals)) = text.split_once(['.', ',']) else {
        return together(whole(text)?, 0);
    };
    if decimals.is_empty() || decimals.len() > 6 {
        return None;
    }
    let hours = if hours.is_empty() { 0 } else { whole(hours)? };
    let scale = 10_i64.pow(u32::try_from(decimals.len()).ok()?);
    let minutes = (whole(decimals)? * 60 * 2 + scale) / (scale * 2);
    together(hours, minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Option<i64> {
        parse_effort(text, BareNumber::HoursUpToADay)
    }

    #[test]
    fn every_way_to_write_an_hour_and_a_half_is_read() {
        let ways = [
            "1:30",
            "1.5",
            "1,5",
            "1h30",
            "1h 30m",
            "1 h 30 min",
            "90m",
            "90 min",
            "90min",
            "1.5h",
            "1,5 h",
            "90",
            "01:30",
            "1H30",
            "1\u{a0}h\u{a0}30",
            "1.50",
            "1 hour 30 minutes",
        ];
        for way in ways {
            assert_eq!(entry(way), Some(90), "{way}");
        }
    }

    #[test]
    fn a_bare_number_is_hours_up_to_a_day_and_minutes_above() {
        assert_eq!(
            [entry("1"), entry("24"), entry("25"), entry("45")],
            [60, 1_440, 25, 45].map(Some)
        );
        assert_eq!(parse_effort("40", BareNumber::Hours), Some(2_400));
        assert_eq!(parse_effort("45m", BareNumber::Hours), Some(45));
    }

    #[test]
    fn decimals_go_to_the_nearest_minute() {
        let read = [entry("0.33"), entry(".5"), entry("0,25"), entry("1.0084"), entry("0.008")];
        assert_eq!(read, [20, 30, 15, 61, 0].map(Some));
        assert_eq!(entry("0.00834"), Some(1));
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed() {
        let odd = [
            "",
            " ",
            "h",
            "1:",
            "1:5",
            "1:60",
            "1h60",
            "1h5",
            "1.5.5",
            "1.",
            "-1",
            "1e3",
            "1h30m15",
            "90x",
            "1:30:00",
            "30m 1h",
            "99999999999",
            "1.5h30",
            "..",
            "½",
        ];
        for text in odd {
            assert_eq!(entry(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_field_shows_is_read_back_the_same() {
        for minutes in [1, 45, 60, 90, 599, 1_440, 2_400, 600_000] {
            let text = typed_effort(minutes);
            assert_eq!(parse_effort(&text, BareNumber::Hours), Some(minutes));
            assert_eq!(entry(&text), Some(minutes));
        }
    }
}
