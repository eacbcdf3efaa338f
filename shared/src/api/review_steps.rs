//! What is written down in a review: ratings, diagnoses, outcomes, and its end.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// Begins a review of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// Which.
    #[garde(skip)]
    pub retainer_id: RetainerId,
}

/// Rates a signal, with evidence. Source: requirement S0-37.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSignalRating {
    /// Which.
    #[garde(skip)]
    pub signal: SignalKind,
    /// From 1 (poor) to 5 (good).
    #[garde(range(min = 1, max = 5))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5, example = 4))]
    pub score: i64,
    /// What speaks for it; at least one.
    #[garde(dive, length(max = EVIDENCE_MAX), custom(check::some))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub evidence: Vec<Evidence>,
    /// A word of the evidence that is somebody's name too means nobody. Without it evidence that
    /// names somebody is refused. Source: requirement S3-24.
    #[garde(skip)]
    #[serde(default)]
    pub names_nobody: bool,
}

/// Why something is weak. It names a cause; there is no place for a person.
/// Source: requirements S3-23, S3-24.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDiagnosis {
    /// The signal that is weak.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<SignalKind>,
    /// The guide that gave reason to look.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<SignalGuide>,
    /// The cause.
    #[garde(skip)]
    pub cause: Cause,
    /// What was found.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 2000,
            example = "Nobody said by what a draft is reviewed"
        )
    )]
    pub finding: String,
    /// What was checked.
    #[garde(length(max = 12))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 12, example = json!([])))]
    pub checked: Vec<GuideCheck>,
    /// A word of the finding that is somebody's name too means nobody. Without it a finding that
    /// names somebody is refused.
    #[garde(skip)]
    #[serde(default)]
    pub names_nobody: bool,
}

/// Lets the client read a review that ended, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewPublication {
    /// Whether they may.
    #[garde(skip)]
    pub published: bool,
}

/// A routine that goes because of an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RetiredSop {
    /// Which.
    #[garde(skip)]
    pub id: SopId,
    /// When it goes; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

/// What is done. It becomes a decision. Source: requirement S3-25.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReviewOutcome {
    /// Of which kind.
    #[garde(skip)]
    pub choice: OutcomeChoice,
    /// What exactly.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Drafts come with review criteria")
    )]
    pub what: String,
    /// The signal it is about. A weak one needs a diagnosis first.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<SignalKind>,
    /// The number of the diagnosis it follows from.
    #[garde(inner(range(min = 1, max = 100_000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub diagnosis: Option<i64>,
    /// Who sees to it.
    #[garde(skip)]
    pub owner_id: MemberId,
    /// By when.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-31"))]
    pub due_on: NaiveDate,
    /// What is expected of it; the next review asks whether it came.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "At most one round of revision")
    )]
    pub effect: String,
    /// Why; needed where no diagnosis says it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "It works"))]
    pub reason: Option<String>,
    /// A routine that goes because of it.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires: Option<RetiredSop>,
    /// A change of scope that is proposed because of it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_change: Option<NewScopeChange>,
    /// A word of it that is somebody's name too means nobody. Without it words that name somebody
    /// are refused, but for whom something is delegated to. Source: requirement S3-24.
    #[garde(skip)]
    #[serde(default)]
    pub names_nobody: bool,
}

/// Whether the effect of an earlier outcome came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewFollowUp {
    /// Which outcome.
    #[garde(skip)]
    pub outcome_id: ReviewOutcomeId,
    /// Whether it came.
    #[garde(skip)]
    pub seen: EffectSeen,
    /// By what that is seen.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "One round on each of four pages")
    )]
    pub evidence: String,
}

/// Whether the problem and the constraint of the scope still hold. Source: requirement S0-5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FrameAnswer {
    /// Whether they do.
    #[garde(skip)]
    pub holds: FrameHolds,
    /// What to say of it; needed where they do not.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// Ends a review: what it read is kept, and the next one has its day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReviewEnd {
    /// Whether the problem and the constraint still hold; needed where the scope names them.
    #[garde(dive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameAnswer>,
    /// What does not run well, where the scope does not say so yet: it does from then on.
    /// Source: requirement S0-5.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<OperatingProblem>,
    /// The day of the next review; one cadence from today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_on: Option<NaiveDate>,
    /// Why one of the four scores of the period was left out; needed where one that is due has none.
    /// Source: requirement S0-37.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "No leads came yet"))]
    pub left_out: Option<String>,
}

fn frame(end: &ReviewEnd, faults: &mut Vec<FieldError>) {
    let lacks = |frame: &FrameAnswer| {
        let said = frame.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        frame.holds != FrameHolds::Holds && !said
    };
    if end.frame.as_ref().is_some_and(lacks) {
        faults.push(FieldError::new("/frame/note", "required"));
    }
}

checked! {
    NewReview;
    NewSignalRating;
    NewDiagnosis, |new, faults| {
        if new.signal.is_some() && new.guide.is_some() {
            faults.push(FieldError::new("/guide", "one_of"));
        }
    };
    NewReviewOutcome, |new, faults| {
        let change = new.scope_change.as_ref().and_then(|change| change.check().err());
        faults.extend(change.into_iter().flatten().map(|fault| FieldError {
            field: format!("/scope_change{}", fault.field),
            ..fault
        }));
        let said = new.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        if new.diagnosis.is_none() && !said {
            faults.push(FieldError::new("/reason", "required"));
        }
    };
    NewFollowUp;
    ReviewPublication;
    ReviewEnd, frame;
}
