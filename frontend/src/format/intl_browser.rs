//! Intl in the browser. Formatters are made once: making one costs more than using it.
use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use js_sys::Intl::{DateTimeFormat, ListFormat, NumberFormat, PluralRules, RelativeTimeFormat};
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::JsValue;

use super::DateStyle;

thread_local! {
    static NUMBERS: RefCell<HashMap<String, NumberFormat>> = RefCell::default();
    static DATES: RefCell<HashMap<String, DateTimeFormat>> = RefCell::default();
}

/// The reader's language tag where it is a variant of the language of the page ("en-GB" for "en"),
/// else the language of the page: words and figures do not mix languages.
fn locale() -> String {
    let window = leptos::prelude::window();
    let page = leptos::prelude::document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .filter(|lang| !lang.is_empty())
        .unwrap_or_else(|| "en".into());
    let base = page.split('-').next().unwrap_or("en").to_owned();
    let own = window.navigator().languages();
    let own = own.iter().filter_map(|tag| tag.as_string());
    let variant = own.into_iter().find(|tag| tag.split('-').next() == Some(base.as_str()));
    match variant {
        Some(tag) if tag.contains('-') => tag,
        _ if page == "en" => "en-GB".into(),
        _ => page,
    }
}

fn locales() -> Array {
    Array::of1(&JsValue::from_str(&locale()))
}

fn options(fields: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in fields {
        // Digits are numbers to Intl, which reads them from text too.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

fn call(function: &Function, argument: &JsValue) -> String {
    let answer = function.call1(&JsValue::UNDEFINED, argument);
    answer.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn with_numbers<R>(fields: &[(&str, &str)], work: impl FnOnce(&NumberFormat) -> R) -> R {
    NUMBERS.with_borrow_mut(|made| {
        let make = || NumberFormat::new(&locales(), &options(fields));
        work(made.entry(format!("{fields:?}")).or_insert_with(make))
    })
}

fn with_dates<R>(fields: &[(&str, &str)], work: impl FnOnce(&DateTimeFormat) -> R) -> R {
    DATES.with_borrow_mut(|made| {
        let make = || DateTimeFormat::new(&locales(), &options(fields));
        work(made.entry(format!("{fields:?}")).or_insert_with(make))
    })
}

/// A decimal number in text: Intl reads it exactly, past the integers of a float.
fn figure(fields: &[(&str, &str)], decimal: &str) -> String {
    let text = with_numbers(fields, |format| call(&format.format(), &decimal.into()));
    text.replace('-', "\u{2212}")
}

pub(in crate::format) fn number(digits: &str) -> String {
    figure(&[], digits)
}

pub(in crate::format) fn percent(decimal: &str) -> String {
    figure(&[("style", "unit"), ("unit", "percent")], decimal)
}

pub(in crate::format) fn currency(decimal: &str, code: &str, digits: Option<u32>) -> String {
    let digits = digits.map(|digits| digits.to_string());
    let mut fields = vec![("style", "currency"), ("currency", code)];
    if let Some(digits) = &digits {
        fields.extend([("minimumFractionDigits", &**digits), ("maximumFractionDigits", digits)]);
    }
    figure(&fields, decimal)
}

pub(in crate::format) fn currency_digits(code: &str) -> u32 {
    let known = code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    if !known {
        return 2;
    }
    let fields = [("style", "currency"), ("currency", code)];
    let resolved = with_numbers(&fields, |format| format.resolved_options());
    let digits = Reflect::get(&resolved, &"maximumFractionDigits".into()).ok();
    // At most 6 in any currency there is.
    let digits = digits.and_then(|digits| digits.as_f64()).unwrap_or(2.0).clamp(0.0, 6.0);
    digits as u32
}

pub(in crate::format) fn plural(n: i64) -> String {
    let rules = PluralRules::new(&locales(), &Object::new());
    String::from(rules.select(n as f64))
}

pub(in crate::format) fn list(items: &[String]) -> String {
    let items: Array = items.iter().map(|item| JsValue::from_str(item)).collect();
    String::from(ListFormat::new(&locales(), &Object::new()).format(&items))
}

fn style_fields(style: DateStyle) -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![("timeZone", "UTC")];
    if style == DateStyle::WeekdayName {
        fields.push(("weekday", "short"));
        return fields;
    }
    if style == DateStyle::WeekdayWhole {
        fields.push(("weekday", "long"));
        return fields;
    }
    let (weekday, day, month, year) = match style {
        DateStyle::Day => (false, true, "short", false),
        DateStyle::DayYear => (false, true, "short", true),
        DateStyle::LongDay => (false, true, "long", false),
        DateStyle::LongDayYear => (false, true, "long", true),
        DateStyle::Weekday => (true, true, "short", false),
        DateStyle::WeekdayYear => (true, true, "short", true),
        DateStyle::Month | DateStyle::WeekdayName | DateStyle::WeekdayWhole => {
            (false, false, "long", false)
        }
        DateStyle::MonthYear => (false, false, "long", true),
    };
    let wanted =
        [("weekday", weekday, "short"), ("day", day, "numeric"), ("year", year, "numeric")];
    fields.extend(wanted.iter().filter(|field| field.1).map(|field| (field.0, field.2)));
    fields.push(("month", month));
    fields
}

fn noon(day: NaiveDate) -> Date {
    Date::new(&JsValue::from_str(&format!("{day}T12:00:00Z")))
}

fn instant(at: DateTime<Utc>) -> Date {
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

pub(in crate::format) fn date(day: NaiveDate, style: DateStyle) -> String {
    with_dates(&style_fields(style), |format| call(&format.format(), &noon(day)))
}

/// "1–30 November" is read aloud as "to", so English says it.
pub(in crate::format) fn range(first: NaiveDate, last: NaiveDate, style: DateStyle) -> String {
    let text = with_dates(&style_fields(style), |format| {
        format.format_range(&noon(first), &noon(last)).map(String::from).unwrap_or_default()
    });
    if !locale().starts_with("en") {
        return text;
    }
    let parts: Vec<&str> = text.split('\u{2013}').map(str::trim).collect();
    parts.join(" to ")
}

pub(in crate::format) fn relative_days(days: i64) -> String {
    let format = RelativeTimeFormat::new(&locales(), &options(&[("numeric", "auto")]));
    String::from(format.format(days as f64, "day"))
}

/// Swedish writes dates as ISO 8601 does.
pub(in crate::format) fn day_in_zone(at: DateTime<Utc>, zone: &str) -> Option<NaiveDate> {
    let text = instant(at).to_locale_date_string("sv-SE", &options(&[("timeZone", zone)]));
    String::from(text).parse().ok()
}

/// "2026-11-24 10:00:00", for the same reason.
pub(in crate::format) fn wall_in_zone(at: DateTime<Utc>, zone: &str) -> Option<NaiveDateTime> {
    let text = String::from(instant(at).to_locale_string("sv-SE", &options(&[("timeZone", zone)])));
    text.replacen(' ', "T", 1).parse().ok()
}

pub(in crate::format) fn clock(at: DateTime<Utc>, zone: &str) -> String {
    let fields = [("timeZone", zone), ("hour", "2-digit"), ("minute", "2-digit")];
    with_dates(&fields, |format| call(&format.format(), &instant(at)))
}

pub(in crate::format) fn moment(at: DateTime<Utc>, zone: &str, with_year: bool) -> String {
    let mut fields = vec![("timeZone", zone), ("day", "numeric"), ("month", "short")];
    fields.extend([("hour", "2-digit"), ("minute", "2-digit")]);
    if with_year {
        fields.push(("year", "numeric"));
    }
    with_dates(&fields, |format| call(&format.format(), &instant(at)))
}
