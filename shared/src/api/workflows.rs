//! Streams of work: what they are for, how they really run, and how they are reviewed.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::know::vague;

names! {
    /// What an outcome names. Source: requirement S3-3.
    OutcomeKind {
        /// How well it is done.
        ExecutionQuality "execution_quality",
        /// What becomes of it.
        Conversion "conversion",
        /// What it takes.
        ResourceUse "resource_use",
        /// How long it takes.
        Speed "speed",
        /// Whether decisions hold.
        DecisionReliability "decision_reliability",
    }
}

/// The most parts of a workflow.
pub const PARTS_MAX: usize = 60;
/// The most people in one seat of a workflow.
pub const SEATS_MAX: usize = 20;

/// What a workflow is to bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What it names.
    #[garde(skip)]
    pub kind: OutcomeKind,
    /// In words that say what will be better.
    #[garde(length(chars, max = LINE_MAX), custom(check::name), custom(not_vague))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Pages go live within 5 working days")
    )]
    pub words: String,
}

fn not_vague(words: &str, _: &()) -> garde::Result {
    if !words.trim().is_empty() && vague(words) { Err(garde::Error::new("vague")) } else { Ok(()) }
}

/// What was agreed on a workflow. Source: requirements S3-1 to S3-8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkflowTerms {
    /// The decision that it should improve.
    #[garde(skip)]
    pub improves: Improves,
    /// What it is to bring.
    #[garde(dive)]
    pub outcome: Outcome,
    /// What is done.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Landing pages for campaigns")
    )]
    pub work: String,
    /// Why it matters.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Late pages waste media budget")
    )]
    pub why: String,
    /// What goes in.
    #[garde(
        length(max = INPUTS_MAX),
        custom(check::some),
        inner(length(chars, max = LINE_MAX), custom(check::name))
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 20, example = json!(["Brief", "Brand guide"]))
    )]
    pub inputs: Vec<String>,
    /// Who works in it.
    #[garde(length(max = SEATS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub contributors: Vec<MemberId>,
    /// Who checks its work.
    #[garde(length(max = SEATS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub reviewers: Vec<MemberId>,
    /// Who wants to know of it.
    #[garde(
        length(max = SEATS_MAX),
        inner(length(chars, max = NAME_MAX), custom(check::name))
    )]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub stakeholders: Vec<String>,
    /// It is reviewed every so many days.
    #[garde(range(min = 1, max = 366))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 366, example = 14))]
    pub review_days: i64,
    /// What may follow a review.
    #[garde(
        length(max = INPUTS_MAX),
        custom(check::some),
        inner(length(chars, max = LINE_MAX), custom(check::name))
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_items = 1,
            max_items = 20,
            example = json!(["Drop a step", "Hand it to a partner"])
        )
    )]
    pub actions: Vec<String>,
    /// What good looks like.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "At most one round of revisions")
    )]
    pub good: String,
    /// What is looked at in a review.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Days from brief to launch")
    )]
    pub evidence: String,
    /// What changes if that is poor.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "The brief gets a gate")
    )]
    pub if_poor: String,
    /// How it really runs.
    #[garde(dive, length(max = PARTS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub parts: Vec<WorkflowPart>,
}

/// A workflow to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkflow {
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Landing pages")
    )]
    pub name: String,
    /// Who can change it; oneself if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// What was agreed.
    #[garde(dive)]
    pub terms: WorkflowTerms,
    /// The first review; one cadence from today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<NaiveDate>,
}

/// What to change about a workflow; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WorkflowChange {
    /// As people call it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Who can change it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// What was agreed, as a whole.
    #[garde(dive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<WorkflowTerms>,
    /// When it is reviewed next.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<NaiveDate>,
    /// An archived one runs no more.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// A review that was held. It schedules the next. Source: requirement S3-14.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkflowReview {
    /// What the evidence showed.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Two of five pages were late")
    )]
    pub found: String,
    /// The change of the process that follows, if any.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub changed: Option<String>,
    /// The parts that were used since the last review: their keys.
    #[garde(length(max = PARTS_MAX), inner(length(max = 40), custom(check::key)))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 60, example = json!([])))]
    pub used: Vec<String>,
    /// When it was held; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

/// A review that was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkflowReview {
    /// 1 for the first.
    pub number: i64,
    /// When.
    pub on: NaiveDate,
    /// What the evidence showed.
    pub found: String,
    /// The change of the process that followed.
    pub changed: Option<String>,
    /// The parts that were used: their keys.
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub used: Vec<String>,
    /// Who held it.
    pub by: String,
}

/// How a part of a workflow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartState {
    /// Its key.
    pub key: String,
    /// In how many of the reviews shown it was used.
    pub used: i64,
    /// Frictions at it that nobody has resolved.
    pub frictions: i64,
    /// Why it is offered for removal.
    pub removal: Option<RemovalReason>,
    /// The routine it follows.
    pub sop: Option<LinkedSop>,
}

/// A stream of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// As people call it.
    pub name: String,
    /// Who can change it.
    pub owner_id: MemberId,
    /// Their name.
    pub owner_name: String,
    /// They still can: nobody has taken the role from them, and they work here. Source: requirement
    /// S3-5.
    pub owner_may_change: bool,
    /// What was agreed.
    pub terms: WorkflowTerms,
    /// Runs no more.
    pub archived: bool,
    /// When it is reviewed next.
    pub next_review_on: NaiveDate,
    /// How its parts stand, in their order.
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub parts: Vec<PartState>,
    /// The effort of its meetings in a month, in minutes.
    pub meeting_minutes: i64,
    /// The last reviews, the last first.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub reviews: Vec<WorkflowReview>,
    /// Goes up with each change.
    pub version: i64,
}

fn keys_once(terms: &WorkflowTerms, faults: &mut Vec<FieldError>) {
    for (place, one) in terms.parts.iter().enumerate() {
        if terms.parts[..place].iter().any(|other| other.key == one.key) {
            faults.push(FieldError::new(&format!("/terms/parts/{place}/key"), "repeated"));
        }
        if one.meeting.is_some() && one.kind != PartKind::Meeting {
            faults.push(FieldError::new(&format!("/terms/parts/{place}/meeting"), "not_allowed"));
        }
    }
}

checked! {
    NewWorkflow, |new, faults| keys_once(&new.terms, faults);
    WorkflowChange, |change, faults| {
        change.terms.iter().for_each(|terms| keys_once(terms, faults));
    };
    NewWorkflowReview;
}
