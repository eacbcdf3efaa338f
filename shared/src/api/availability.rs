//! When members work, and when they are free for a session.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::free::TimeSpan;

/// The most ranges of hours in a week.
pub const HOURS_MAX: usize = 28;
/// How many days of free times are told at once.
pub const FREE_DAYS_MAX: i64 = 31;
/// The most free times that are told at once.
pub const FREE_TIMES_MAX: usize = 500;
/// How many minutes lie between two times that are offered.
pub const FREE_STEP_MINUTES: i64 = 30;

/// Hours of a day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkingRange {
    /// 1 is Monday, 7 is Sunday.
    #[garde(range(min = 1, max = 7))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 7, example = 1))]
    pub weekday: i64,
    /// The minute of the day at which it begins.
    #[garde(range(min = 0, max = 1439))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1439, example = 540))]
    pub from_minute: i64,
    /// The minute of the day at which it is over; 1440 is midnight.
    #[garde(range(min = 1, max = 1440))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440, example = 1020))]
    pub to_minute: i64,
}

impl WorkingRange {
    /// What holds for whoever has said nothing: Monday to Friday, nine to five.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        (1..=5).map(|weekday| Self { weekday, from_minute: 540, to_minute: 1020 }).collect()
    }
}

/// When a member works; replaces what was said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkingHoursSet {
    /// The time zone of these hours; that of the organisation if left out.
    #[garde(length(max = 60), custom(check::zone_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = "^[A-Za-z0-9/_+-]+$",
            example = "Europe/Berlin"
        )
    )]
    pub timezone: Option<String>,
    /// Ranges of one day do not overlap; a day without one is off.
    #[garde(dive, length(max = HOURS_MAX))]
    #[cfg_attr(feature = "openapi", schema(max_items = 28))]
    pub ranges: Vec<WorkingRange>,
}

/// When a member works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkingHours {
    /// Who.
    pub member_id: MemberId,
    /// The time zone of these hours.
    pub timezone: String,
    /// By day and time.
    #[cfg_attr(feature = "openapi", schema(max_items = 28))]
    pub ranges: Vec<WorkingRange>,
    /// 0 while nobody has said anything; goes up with each change.
    pub version: i64,
}

/// When a member is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreeTimes {
    /// Who.
    pub member_id: MemberId,
    /// When a session of this length can begin.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub starts: Vec<DateTime<Utc>>,
    /// Their hours.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub hours: Vec<TimeSpan>,
    /// What is booked with them.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub booked: Vec<TimeSpan>,
}

checked! {
    WorkingHoursSet, |set, faults| {
        for (place, one) in set.ranges.iter().enumerate() {
            let over = |other: &WorkingRange| {
                other.weekday == one.weekday
                    && other.from_minute < one.to_minute
                    && one.from_minute < other.to_minute
            };
            if one.to_minute <= one.from_minute || set.ranges[..place].iter().any(over) {
                faults.push(FieldError::new(&format!("/ranges/{place}"), "out_of_range"));
            }
        }
    };
}
