//! Cycles: the days a retainer runs in, counted from an origin and never from each other.
//!
//! Nothing here knows an instant; `zone` turns the dates into one.
mod origin;
mod series;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::proration::{UnitRounding, prorate_units};
pub use series::Series;

/// What an interval counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum IntervalUnit {
    /// Calendar days.
    Day,
    /// Seven days.
    Week,
    /// Calendar months, clamped to their last day.
    Month,
    /// Twelve calendar months.
    Year,
}

/// How long a full cycle is: `count` units, 1 to 3,660.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval {
    /// The unit.
    pub unit: IntervalUnit,
    /// How many of it.
    pub count: u32,
}

/// The first day of a calendar week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WeekStart {
    /// Monday.
    #[default]
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// Where the boundaries of a series come from. Source: domain 2.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Anchor {
    /// The start is the origin; a start on the 31st keeps the 31st.
    Anniversary,
    /// The 1st of a month, or the first day of a week.
    Calendar {
        /// The month, 1 to 12, that quarters, halves and years are counted from.
        #[serde(default = "january")]
        fiscal_start_month: u32,
        /// The first day of the week.
        #[serde(default)]
        week_start: WeekStart,
    },
    /// A day of the month of the start, 1 to 31, clamped; months and years only.
    DayOfMonth {
        /// The intended day.
        day: u32,
    },
    /// An explicit boundary, before or after the start.
    Date {
        /// A day on which a cycle starts.
        date: NaiveDate,
        /// The intended day of the month where `date` is itself clamped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<u32>,
    },
}

const fn january() -> u32 {
    1
}

/// How cycles are cut from a day on. Source: domain 2.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rhythm {
    /// The first day; no cycle reaches over it.
    pub from: NaiveDate,
    /// How long a full cycle is.
    pub interval: Interval,
    /// Where boundaries come from; `anniversary` is that day.
    pub anchor: Anchor,
}

/// What the boundaries do after a pause. Source: domain 2.10.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ResumeAnchor {
    /// They stay where they were.
    #[default]
    Unchanged,
    /// They start again at the resume date, as an anniversary series.
    Reset,
}

/// Days without service, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pause {
    /// The first day without service.
    pub from: NaiveDate,
    /// The first day of service again; none while nobody knows.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// What the boundaries do then.
    #[serde(default)]
    pub resume_anchor: ResumeAnchor,
}

impl Pause {
    /// Whether a day lies in it.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// The pause that a resumption ends: the one that holds today, else the next to come.
    /// Source: domain 2.10.
    #[must_use]
    pub fn to_end(pauses: &[Self], today: NaiveDate) -> Option<Self> {
        let open = pauses.iter().filter(|pause| pause.to.is_none_or(|to| to > today));
        open.min_by_key(|pause| pause.from).copied()
    }

    /// The pauses of a retainer that ends on a day, where that was agreed while the pause ran that
    /// began on `ended_in`. The cycle before that pause was closed as one that service follows, so if
    /// it lasts until the end it waits for it like a pause that nobody ends, and what is left is
    /// settled then. Source: domain 2.12, docs/decisions/0048.
    #[must_use]
    pub fn held_until(pauses: &[Self], ended_in: Option<NaiveDate>, end: NaiveDate) -> Vec<Self> {
        let lasts = |pause: &Self| pause.from < end && pause.to.is_some_and(|to| end <= to);
        let holds = |pause: &&Self| Some(pause.from) == ended_in && lasts(pause);
        let Some(held) = pauses.iter().find(holds) else { return pauses.to_vec() };
        let before = pauses.iter().filter(|pause| pause.from < held.from);
        before.copied().chain([Self { to: None, ..*held }]).collect()
    }
}

/// One cycle, `[start, end)`, and the full cycle of the aligned series that it is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cycle {
    /// Its number: 1 for the first, without gaps over pauses.
    pub seq: u32,
    /// The first day of service.
    pub start: NaiveDate,
    /// The first day after it.
    pub end: NaiveDate,
    /// The first day of the full cycle. Source: domain 2.6.
    pub nominal_start: NaiveDate,
    /// The first day after the full cycle.
    pub nominal_end: NaiveDate,
}

impl Cycle {
    /// Whether days of the full cycle are missing, at either end.
    #[must_use]
    pub fn partial(&self) -> bool {
        self.start != self.nominal_start || self.end != self.nominal_end
    }

    /// Local calendar days of service.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Local calendar days of the full cycle.
    #[must_use]
    pub fn nominal_days(&self) -> i64 {
        (self.nominal_end - self.nominal_start).num_days()
    }

    /// Whether `date` is a day of service of this cycle.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.start <= date && date < self.end
    }
}
