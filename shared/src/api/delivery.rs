//! Time delivered.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::work_changes::given;
use super::*;

/// The longest time entry: a day.
pub const ENTRY_MINUTES_MAX: i64 = 24 * 60;

/// Time to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTimeEntry {
    /// Which retainer it serves.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// Who worked; oneself if left out. Others only by those who may.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// The day worked; it picks the cycle.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-03"))]
    pub worked_on: NaiveDate,
    /// At least 1, at most a day.
    #[garde(range(min = 1, max = ENTRY_MINUTES_MAX))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440, example = 90))]
    pub minutes: i64,
    /// Draws on the allowance (default). Internal and goodwill time does not.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub draws: bool,
    /// The key of the pool it draws on; the first that takes time if left out.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// What was done.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, example = "Pricing page, second draft")
    )]
    pub note: Option<String>,
    /// On which piece of work of the retainer it was spent.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item_id: Option<WorkItemId>,
    /// Approves what goes beyond the limit, where the terms ask first. It counts only if it is
    /// needed, and then only of a role that may approve.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalReason>,
}

fn yes() -> bool {
    true
}

/// What to change about a time entry; what is left out stays. The ledger keeps both: the old
/// fact is reversed and a new one recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TimeEntryChange {
    /// The day worked.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worked_on: Option<NaiveDate>,
    /// At least 1, at most a day.
    #[garde(range(min = 1, max = ENTRY_MINUTES_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440))]
    pub minutes: Option<i64>,
    /// Draws on the allowance.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<bool>,
    /// The key of the pool it draws on.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// What was done; empty removes it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
    /// On which piece of work of the retainer it was spent; null for none.
    #[garde(skip)]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<WorkItemId>))]
    pub work_item_id: Option<Option<WorkItemId>>,
}

/// Where a time entry came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntrySource {
    /// Typed by a person or sent by an integrator.
    Recorded,
    /// Read from a file.
    Imported,
}

/// Time delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeEntry {
    /// Its id.
    pub id: TimeEntryId,
    /// Which retainer it serves.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// The account's name.
    pub account_name: String,
    /// The cycle it was posted to.
    pub cycle_id: CycleId,
    /// Who worked.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// The day worked.
    pub worked_on: NaiveDate,
    /// Whole minutes.
    pub minutes: i64,
    /// Draws on the allowance.
    pub draws: bool,
    /// The key of the pool it draws on, if it draws.
    pub pool: Option<String>,
    /// What that pool counts.
    pub unit: Option<Unit>,
    /// What it draws, in units of the pool: not its minutes where the terms count in steps or price
    /// an hour. Source: domain 1.6, 1.7.
    pub drawn: Option<i64>,
    /// What was done.
    pub note: Option<String>,
    /// On which piece of work it was spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item_id: Option<WorkItemId>,
    /// Work of a closed cycle, posted to an open one.
    pub late: bool,
    /// Where it came from.
    pub source: EntrySource,
    /// By what it could go beyond the limit, if it did and the terms asked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// A time entry and where it leaves the retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeRecorded {
    /// The entry.
    pub entry: TimeEntry,
    /// Where the pool stands in the cycle it was posted to, after it: the pool it draws on, or
    /// the first.
    pub balance: Balance,
}

checked! {
    NewTimeEntry;
    TimeEntryChange;
}
