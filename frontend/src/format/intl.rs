//! The browser's Intl, one formatter of each kind. Outside a browser: plain English, for tests.
#[cfg(target_arch = "wasm32")]
#[path = "intl_browser.rs"]
mod place;
#[cfg(not(target_arch = "wasm32"))]
#[path = "intl_native.rs"]
mod place;

pub(super) use place::*;

/// Which fields of a date are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DateStyle {
    /// "3 Nov"
    Day,
    /// "3 Nov 2026"
    DayYear,
    /// "3 November"
    LongDay,
    /// "3 November 2026"
    LongDayYear,
    /// "Tue 3 Nov"
    Weekday,
    /// "Tue 3 Nov 2026"
    WeekdayYear,
    /// "Tue"
    WeekdayName,
    /// "Tuesday"
    WeekdayWhole,
    /// "November"
    Month,
    /// "November 2026"
    MonthYear,
}
