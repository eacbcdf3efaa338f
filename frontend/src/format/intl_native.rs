//! Plain English where there is no browser: enough for the tests of what is built on it.
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

use super::DateStyle;

pub(in crate::format) fn number(digits: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

pub(in crate::format) fn percent(decimal: &str) -> String {
    let whole = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    format!("{}%", if decimal.contains('.') { whole(decimal) } else { decimal.to_owned() })
}

pub(in crate::format) fn currency(decimal: &str, code: &str, digits: Option<u32>) -> String {
    let shown = decimal.split('.').next().filter(|_| digits == Some(0));
    format!("{code} {}", shown.unwrap_or(decimal))
}

pub(in crate::format) fn currency_digits(code: &str) -> u32 {
    match code {
        "JPY" | "KRW" | "ISK" => 0,
        "KWD" | "BHD" | "TND" => 3,
        _ => 2,
    }
}

pub(in crate::format) fn plural(n: i64) -> String {
    if n.unsigned_abs() == 1 { "one" } else { "other" }.into()
}

pub(in crate::format) fn list(items: &[String]) -> String {
    match items.split_last() {
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

pub(in crate::format) fn date(day: NaiveDate, style: DateStyle) -> String {
    day.format(match style {
        DateStyle::Day => "%-d %b",
        DateStyle::DayYear => "%-d %b %Y",
        DateStyle::LongDay => "%-d %B",
        DateStyle::LongDayYear => "%-d %B %Y",
        DateStyle::Weekday => "%a %-d %b",
        DateStyle::WeekdayYear => "%a %-d %b %Y",
        DateStyle::WeekdayName => "%a",
        DateStyle::WeekdayWhole => "%A",
        DateStyle::Month => "%B",
        DateStyle::MonthYear => "%B %Y",
    })
    .to_string()
}

pub(in crate::format) fn range(first: NaiveDate, last: NaiveDate, style: DateStyle) -> String {
    let month = (first.year(), first.month()) == (last.year(), last.month());
    let start = if month { first.day().to_string() } else { date(first, style) };
    format!("{start} to {}", date(last, style))
}

pub(in crate::format) fn relative_days(days: i64) -> String {
    match days {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        2.. => format!("in {days} days"),
        _ => format!("{} days ago", -days),
    }
}

pub(in crate::format) fn day_in_zone(at: DateTime<Utc>, _zone: &str) -> Option<NaiveDate> {
    Some(at.date_naive())
}

pub(in crate::format) fn moment(at: DateTime<Utc>, _zone: &str, with_year: bool) -> String {
    at.format(if with_year { "%-d %b %Y, %H:%M" } else { "%-d %b, %H:%M" }).to_string()
}

pub(in crate::format) fn wall_in_zone(at: DateTime<Utc>, _zone: &str) -> Option<NaiveDateTime> {
    Some(at.naive_utc())
}

pub(in crate::format) fn clock(at: DateTime<Utc>, _zone: &str) -> String {
    at.format("%H:%M").to_string()
}
