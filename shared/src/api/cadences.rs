//! How often clients are to hear from us: settings of the organisation, and what differs for an
//! account. Source: requirements S2-16, S2-17.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The longest cadence, in days.
pub const CADENCE_MAX: i64 = 365;
/// The most working days after a session.
pub const FOLLOW_UP_MAX: i64 = 30;
/// The most days before the end of a cycle.
pub const OUTREACH_MAX: i64 = 60;
/// The working days after a session that are offered.
pub const FOLLOW_UP_USUAL: i64 = 1;
/// The days before the end of a cycle that are offered.
pub const OUTREACH_USUAL: i64 = 5;
/// The days between two exchanges that are offered.
pub const CADENCE_USUAL: i64 = 30;

/// What the clock reminds of. What is left out, it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FollowUps {
    /// A client of whom nobody heard for so many days is to be checked in with; an account may say
    /// otherwise.
    #[garde(inner(range(min = 1, max = CADENCE_MAX)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, example = 30))]
    pub check_in_days: Option<i64>,
    /// A session without a note is to be written up so many working days after it was held.
    #[garde(inner(range(min = 1, max = FOLLOW_UP_MAX)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30, example = 1))]
    pub follow_up_days: Option<i64>,
    /// So many days before a cycle ends, a message about it is drafted.
    #[garde(inner(range(min = 1, max = OUTREACH_MAX)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60, example = 5))]
    pub outreach_days: Option<i64>,
}

/// What the clock reminds of, and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowUpsKept {
    /// What it is.
    pub settings: FollowUps,
    /// Goes up with each change; send it back in `If-Match`.
    pub version: i64,
}

names! {
    /// How often an account is to be checked in with.
    CadenceRule {
        /// Every so many days.
        Days "days",
        /// As the organisation says.
        Usual "usual",
        /// Never by itself.
        Never "never",
    }
}

/// How often an account is to be checked in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CadenceSet {
    /// By which rule.
    #[garde(skip)]
    pub rule: CadenceRule,
    /// Every so many days, where the rule is that.
    #[garde(inner(range(min = 1, max = CADENCE_MAX)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, example = 14))]
    pub days: Option<i64>,
}

/// How often an account is checked in with, and when next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountCadence {
    /// What was said of the account.
    pub set: CadenceSet,
    /// Every so many days, by that or by what the organisation says; none if never.
    pub every_days: Option<i64>,
    /// The day of the last exchange; none if there was none yet.
    pub last_on: Option<NaiveDate>,
    /// The day on which it is to be checked in with next; none if never, and while a step for it
    /// is open.
    pub next_on: Option<NaiveDate>,
    /// The step that is open.
    pub task_id: Option<TaskId>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

checked! {
    FollowUps;
    CadenceSet, |set, faults| {
        match (set.rule, set.days) {
            (CadenceRule::Days, None) => faults.push(FieldError::new("/days", "required")),
            (CadenceRule::Usual | CadenceRule::Never, Some(_)) => {
                faults.push(FieldError::new("/days", "not_allowed"));
            }
            _ => {}
        }
    };
}
