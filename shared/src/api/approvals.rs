//! Approvals: how far beyond its limit a pool may go in a cycle, where its terms ask first; and what a
//! client is asked to approve by a link. Source: domain 4.7; docs/decisions/0014, 0072.
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

names! {
    /// How what a client was asked stands.
    ApprovalRequestState {
        /// They can answer it, while it holds.
        Open "open",
        /// They approved it.
        Approved "approved",
        /// They declined it.
        Declined "declined",
        /// It was taken back, or another one took its place.
        Withdrawn "withdrawn",
    }
}

/// Asks somebody at the client for more units beyond the limit of a pool in a cycle. What was asked
/// before of that pool and cycle is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewApprovalRequest {
    /// The key of the pool; needed where several ask first.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$", example = "hours")
    )]
    pub pool: Option<String>,
    /// A day of the cycle; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Units beyond the limit, more than those that are approved already.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 600)
    )]
    pub units: i64,
    /// Who answers: somebody at the account who may decide about the retainer.
    #[garde(skip)]
    pub contact_id: ContactId,
    /// The last day on which an answer is taken, before the cycle closes.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-25"))]
    pub answer_by: NaiveDate,
    /// Why, as the client reads it.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "The launch needs another ten hours")
    )]
    pub reason: String,
}

/// What a client is asked to approve, as they read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalOffer {
    /// Its number within the retainer.
    pub number: i64,
    /// In whose name it is asked.
    pub sender: String,
    /// Who asks.
    pub asked_by: String,
    /// Of which client.
    pub client: String,
    /// Who answers.
    pub contact_name: String,
    /// About which retainer.
    pub retainer_name: String,
    /// The key of the pool.
    pub pool: String,
    /// What people call the pool, where the unit does not say enough.
    pub pool_name: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// The number of the cycle.
    pub seq: i64,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The first day after it.
    pub ends_on: NaiveDate,
    /// Units beyond the limit that are asked for.
    pub units: i64,
    /// Units that were approved before, which these come on top of.
    pub approved_before: i64,
    /// What an hour of minutes, or one of anything else, costs beyond the limit, in minor units; none
    /// where nothing is billed, or of money.
    pub price_minor: Option<i64>,
    /// What all of it costs at most, in minor units; 0 where the terms bill nothing.
    pub amount_minor: i64,
    /// What an invoice of that amount asks for, with tax, in minor units; none where nobody has said how
    /// tax is on it.
    pub total_minor: Option<i64>,
    /// In which currency.
    pub currency: String,
    /// Whether prices include tax; none where nobody has said it, or they would and none is owed.
    pub tax_included: Option<bool>,
    /// Why it is asked for.
    pub reason: String,
    /// The last day on which an answer is taken.
    pub answer_by: NaiveDate,
}

/// What a client was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRequest {
    /// Its id.
    pub id: ApprovalRequestId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// How it stands.
    pub state: ApprovalRequestState,
    /// Its last day is over, and nobody answered it.
    pub expired: bool,
    /// It cannot be approved any more, although nobody answered it: price, days or what is approved
    /// changed since, the cycle closed, or the retainer has ended.
    pub overtaken: bool,
    /// What was asked.
    pub offer: ApprovalOffer,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When somebody opened its link for the first time.
    pub seen_at: Option<DateTime<Utc>>,
    /// When it was answered, or taken back.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who took it back.
    pub withdrawn_by_name: Option<String>,
    /// Who signed the answer, as they typed it; told to those who may read records.
    pub signed: Option<String>,
    /// What was said with the answer; told to those who may read records.
    pub note: Option<String>,
    /// The approval that came of it.
    pub approval_id: Option<ApprovalId>,
    /// Goes up with each change.
    pub version: i64,
}

/// What a client is asked, as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRequestMade {
    /// What is asked.
    pub request: ApprovalRequest,
    /// The last part of the address `/act/…`. It is told once: we keep only its hash.
    pub token: String,
}

/// What the client of a retainer was asked to approve, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRequests {
    /// The last hundred.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<ApprovalRequest>,
}

/// What a client is asked to approve, as whoever holds its link sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActApproval {
    /// What is asked.
    pub offer: ApprovalOffer,
    /// How it stands.
    pub state: ApprovalRequestState,
    /// Its last day is over, and nobody answered it.
    pub expired: bool,
    /// It cannot be approved any more, although nobody answered it.
    pub overtaken: bool,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who signed the answer, as they typed it.
    pub signed: Option<String>,
}

checked! {
    NewApproval;
    NewApprovalRequest;
}
