//! Approvals: how far beyond its limit a pool may go in a cycle, where its terms ask first.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// Why something may go beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalReason {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Mia asked for it by phone")
    )]
    pub reason: String,
}

/// A decision on how far a pool may go beyond its limit in one cycle. The last one counts, so that
/// another decision corrects it: 0 takes the approval back. Source: domain 4.7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewApproval {
    /// Of which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// The key of the pool; needed where several ask first.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$", example = "hours")
    )]
    pub pool: Option<String>,
    /// Units beyond what the cycle holds, all in all; 0 for none.
    #[garde(range(min = 0, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 120)
    )]
    pub units: i64,
    /// A day of the cycle; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Launch week, agreed by phone")
    )]
    pub reason: String,
}

/// A decision as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The key of the pool.
    pub pool: String,
    /// What the pool counts.
    pub unit: Unit,
    /// The number of the cycle.
    pub seq: i64,
    /// Units beyond what the cycle holds, all in all.
    pub units: i64,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A decision and where the pool stands with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalMade {
    /// What was decided.
    pub approval: Approval,
    /// Where the pool stands in that cycle.
    pub balance: Balance,
}

/// By what something recorded could go beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approved {
    /// The decision.
    pub approval_id: ApprovalId,
    /// Who decided.
    pub member_name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

checked! {
    NewApproval;
}
