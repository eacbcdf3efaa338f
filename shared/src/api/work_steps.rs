//! What is said, checked, decided and handed over about work on a board: records that are added.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// Another process level than the proposed one. Source: requirement S0-28.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkLevel {
    /// Which.
    #[garde(skip)]
    pub level: ProcessLevel,
    /// Why; not needed to return to the proposal, unless the required check goes by that.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, example = "The client asked for a closer look")
    )]
    pub reason: Option<String>,
}

/// Something said about a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkComment {
    /// What.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "The numbers come on Tuesday")
    )]
    pub text: String,
    /// It is what an input owner knows. It is never an approval. Source: requirement S0-19.
    #[garde(skip)]
    #[serde(default)]
    pub input: bool,
}

/// How somebody found a piece of work. Source: requirements S0-20, S0-34.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkReview {
    /// At a draft, which anybody may be called in for, or at the end, which is the review owner's.
    #[garde(skip)]
    pub stage: ReviewStage,
    /// What came of it.
    #[garde(skip)]
    pub outcome: ReviewOutcome,
    /// What they said; where somebody else writes it down, by what it is known.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Shorten the first part"))]
    pub note: Option<String>,
}

/// A round of revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkRevision {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "New prices")
    )]
    pub reason: String,
}

/// What the decision owner decides. Source: requirement S0-18.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkDecision {
    /// What.
    #[garde(skip)]
    pub decision: WorkDecision,
    /// By what it is known, where the decision owner cannot sign in.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Mail of 3 November"))]
    pub evidence: Option<String>,
    /// Why; needed to stop.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

/// A step from one area to another. Source: requirement S3-10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "from_area": "marketing",
    "to_area": "sales",
    "giver": { "kind": "member", "id": "0193a5b0-0000-7000-8000-000000000000" },
    "receiver": { "kind": "contact", "id": "0193a5b0-0000-7000-8000-000000000000" },
})))]
#[serde(deny_unknown_fields)]
pub struct NewWorkHandoff {
    /// From which area.
    #[garde(skip)]
    pub from_area: WorkArea,
    /// To which.
    #[garde(skip)]
    pub to_area: WorkArea,
    /// Who gives.
    #[garde(skip)]
    pub giver: Holder,
    /// Who receives.
    #[garde(skip)]
    pub receiver: Holder,
    /// What to know.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// Which of the numbered things of a piece of work is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkSettled {
    /// Its number.
    #[garde(range(min = 1, max = 100_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000, example = 1))]
    pub number: i64,
    /// What to say of it; evidence of who accepts a handoff and cannot sign in.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Mail of 3 November"))]
    pub note: Option<String>,
}

/// Something in the way. Source: requirement S0-42.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkBlocker {
    /// What kind of thing it is.
    #[garde(skip)]
    pub kind: BlockerKind,
    /// Who is to clear it.
    #[garde(skip)]
    pub owner: Holder,
    /// What it is.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// Whether a piece of work waits for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkWaiting {
    /// For whom or for what it waits; it goes on if left out.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "Mia Berg: photos of the team")
    )]
    pub waits_for: Option<String>,
}

/// Whether delivered work is good. Source: requirement S0-36.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkVerdict {
    /// It fits the business.
    #[garde(skip)]
    pub business_fit: bool,
    /// It is clear.
    #[garde(skip)]
    pub clarity: bool,
    /// It was done reliably.
    #[garde(skip)]
    pub execution_reliability: bool,
    /// It brings better leads; left out where that does not apply.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_quality: Option<bool>,
    /// It supports better decisions.
    #[garde(skip)]
    pub better_decisions: bool,
    /// What else to say.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

checked! {
    NewWorkLevel;
    NewWorkComment;
    NewWorkReview;
    NewWorkRevision;
    NewWorkDecision;
    NewWorkHandoff;
    WorkSettled;
    NewWorkBlocker;
    NewWorkWaiting;
    NewWorkVerdict;
}
