//! The boundaries of an aligned series: `origin + k * step`, for any whole k.
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{Anchor, Interval, IntervalUnit, WeekStart};
use crate::rules::RuleError;

const COUNT_MAX: u32 = 3_660;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Months(i64),
    Days(i64),
}

/// A day that boundaries are counted from, and the day of the month they return to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    step: Step,
    date: NaiveDate,
    day: u32,
}

impl Origin {
    /// The origin that `anchor` gives a series of `interval` starting on `start`.
    pub(super) fn new(
        start: NaiveDate,
        interval: Interval,
        anchor: Anchor,
    ) -> Result<Self, RuleError> {
        let step = step(interval)?;
        let (date, day) = match anchor {
            Anchor::Anniversary => (start, start.day()),
            Anchor::Calendar { fiscal_start_month, week_start } => {
                let date = calendar(start, step, fiscal_start_month, week_start);
                date.map(|date| (date, date.day())).ok_or(RuleError::InvalidAnchor)?
            }
            Anchor::DayOfMonth { day } => {
                let monthly = matches!(step, Step::Months(_)) && (1..=31).contains(&day);
                let date = if monthly { month_day(month_index(start), day) } else { None };
                (date.ok_or(RuleError::InvalidAnchor)?, day)
            }
            Anchor::Date { date, day: None } => (date, date.day()),
            Anchor::Date { date, day: Some(day) } => {
                let monthly = matches!(step, Step::Months(_)) && (1..=31).contains(&day);
                if !monthly || month_day(month_index(date), day) != Some(date) {
                    return Err(RuleError::InvalidAnchor);
                }
                (date, day)
            }
        };
        Ok(Self { step, date, day })
    }

    /// Boundary `k`; none past the last year of the calendar.
    pub(super) fn boundary(&self, k: i64) -> Option<NaiveDate> {
        match self.step {
            Step::Months(count) => {
                let months = month_index(self.date).checked_add(count.checked_mul(k)?)?;
                month_day(months, self.day)
            }
            Step::Days(count) => {
                self.date.checked_add_signed(TimeDelta::try_days(count.checked_mul(k)?)?)
            }
        }
    }

    /// The number of the last boundary on or before `date`.
    pub(super) fn index(&self, date: NaiveDate) -> i64 {
        match self.step {
            Step::Months(count) => {
                let k = (month_index(date) - month_index(self.date)).div_euclid(count);
                if self.boundary(k).is_some_and(|boundary| boundary > date) { k - 1 } else { k }
            }
            Step::Days(count) => (date - self.date).num_days().div_euclid(count),
        }
    }
}

fn step(interval: Interval) -> Result<Step, RuleError> {
    if !(1..=COUNT_MAX).contains(&interval.count) {
        return Err(RuleError::InvalidInterval);
    }
    let count = i64::from(interval.count);
    Ok(match interval.unit {
        IntervalUnit::Day => Step::Days(count),
        IntervalUnit::Week => Step::Days(count * 7),
        IntervalUnit::Month => Step::Months(count),
        IntervalUnit::Year => Step::Months(count * 12),
    })
}

/// Months whose count divides a year, or single weeks; everything else has no phase of its own.
fn calendar(start: NaiveDate, step: Step, month: u32, week: WeekStart) -> Option<NaiveDate> {
    match step {
        Step::Months(count) if 12 % count == 0 => NaiveDate::from_ymd_opt(start.year(), month, 1),
        Step::Days(7) => {
            let since = (7 + start.weekday().num_days_from_monday() - week as u32) % 7;
            start.checked_sub_signed(TimeDelta::try_days(i64::from(since))?)
        }
        _ => None,
    }
}

/// Months since year 0, so that months can be added as numbers.
fn month_index(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

/// `day` of a month, or its last day where the month is shorter.
fn month_day(month_index: i64, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(month_index.div_euclid(12)).ok()?;
    let month = u32::try_from(month_index.rem_euclid(12) + 1).ok()?;
    // Every month has a 28th, so three steps down are enough.
    (day.saturating_sub(3)..=day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
}
