//! Priorities: what comes first in a cycle, in order, and what that displaced.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::plan::PRIORITIES_OF_CYCLE_MAX;

/// The most units that a priority may be planned with.
pub const PLANNED_MAX: i64 = 1_000_000_000;

/// A priority, as it is to be. Its rank is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PrioritySet {
    /// The priority that it is already; a new one if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PriorityId>,
    /// What it is called.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Launch the shop")
    )]
    pub title: String,
    /// What the business is to have of it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub outcome: Option<String>,
    /// Where it is done: mail, shop, events.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub channel: Option<String>,
    /// How much of the retainer's first pool it is planned with, in its units.
    #[garde(inner(range(min = 0, max = PLANNED_MAX)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000))]
    pub planned: Option<i64>,
    /// What has to wait for it. Source: requirement S3-35.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub displaced: Option<String>,
    /// The priority of an earlier cycle that goes on in it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_from: Option<PriorityId>,
    /// It was reached.
    #[garde(skip)]
    #[serde(default)]
    pub done: bool,
}

/// What comes first in a cycle, the first first. Source: requirement S0-3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriorityListSet {
    /// The day by which the list has to be set.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_by: Option<NaiveDate>,
    /// The priorities in order.
    #[garde(length(max = PRIORITIES_OF_CYCLE_MAX), dive)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_items = 5, example = json!([{ "title": "Launch the shop" }]))
    )]
    pub priorities: Vec<PrioritySet>,
}

/// A priority of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Priority {
    /// Its id.
    pub id: PriorityId,
    /// 1 for the first.
    pub rank: i64,
    /// What it is called.
    pub title: String,
    /// What the business is to have of it.
    pub outcome: Option<String>,
    /// Where it is done.
    pub channel: Option<String>,
    /// How much of the retainer's first pool it is planned with, in its units.
    pub planned: Option<i64>,
    /// What has to wait for it.
    pub displaced: Option<String>,
    /// The priority of an earlier cycle that goes on in it.
    pub carried_from: Option<PriorityId>,
    /// When it was reached.
    pub done_at: Option<DateTime<Utc>>,
}

/// Time drawn on a priority in its cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriorityEffort {
    /// Which; none for what served none of the list.
    pub priority_id: Option<PriorityId>,
    /// Minutes.
    pub minutes: i64,
    /// What of it was drawn on the pool that is planned, in its units; none where those take no
    /// time.
    pub drawn: Option<i64>,
    /// Minutes drawn on other pools, where the units of that one are told.
    #[serde(default)]
    pub elsewhere: i64,
}

/// Time drawn through a channel in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelEffort {
    /// That of the work, else of its priority; none where neither names one.
    pub channel: Option<String>,
    /// Minutes.
    pub minutes: i64,
}

/// The most channels whose effort is told.
pub const CHANNELS_TOLD: usize = 20;

/// The priorities of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriorityList {
    /// Of which cycle.
    pub cycle_id: CycleId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The number of the cycle.
    pub seq: i64,
    /// The day by which the list has to be set.
    pub set_by: Option<NaiveDate>,
    /// When it was first set.
    pub set_at: Option<DateTime<Utc>>,
    /// It was not set by its day, where the retainer is.
    pub late: bool,
    /// The pool whose units are planned.
    pub pool: Option<Pool>,
    /// The priorities in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub priorities: Vec<Priority>,
    /// Time drawn on each, in order, and last what served none of them, where there is some.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub by_priority: Vec<PriorityEffort>,
    /// Time drawn through each channel, the most first.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub by_channel: Vec<ChannelEffort>,
    /// Minutes drawn through the channels that are not told.
    #[serde(default)]
    pub other_channels: i64,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

/// A line of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedPriority {
    /// What it is called.
    pub title: String,
    /// What the business is to have of it.
    pub outcome: Option<String>,
    /// Where it is done.
    pub channel: Option<String>,
    /// What was planned for it last, in units of the retainer's first pool.
    pub planned: Option<i64>,
    /// The priority of the cycle before that was not done.
    pub carried_from: Option<PriorityId>,
    /// The last closing named it for this cycle.
    pub named: bool,
}

/// A draft of a cycle's priorities, from the cycle before. Source: requirement S0-14.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriorityPlan {
    /// Of which cycle.
    pub cycle_id: CycleId,
    /// The number of the cycle.
    pub seq: i64,
    /// The cycle before; none before the first.
    pub from_cycle_id: Option<CycleId>,
    /// The day by which the list would be set: the first of the cycle.
    pub set_by: NaiveDate,
    /// The pool whose units are planned.
    pub pool: Option<Pool>,
    /// What that pool offers in the cycle; none if it is closed.
    pub available: Option<i64>,
    /// What was planned in the cycle before, all in all.
    pub planned_last: i64,
    /// The draft in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub priorities: Vec<PlannedPriority>,
    /// What a list has no room for.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub left_out: Vec<String>,
}

checked! {
    PriorityListSet, |new, faults| {
        let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
        for (place, one) in new.priorities.iter().enumerate() {
            if one.id.is_some_and(|id| !ids.insert(id)) {
                faults.push(FieldError::new(&format!("/priorities/{place}/id"), "exists"));
            }
            if !titles.insert(one.title.trim().to_lowercase()) {
                faults.push(FieldError::new(&format!("/priorities/{place}/title"), "exists"));
            }
        }
    };
}
