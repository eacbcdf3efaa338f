//! Signals: what is looked at in a review, who answers for it, and which decision it informs.
use std::collections::HashSet;

use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::reviews::kinds::*;

/// The most signals of a set.
pub const SIGNALS_MAX: usize = 10;

/// What was agreed on a signal. Source: requirements S3-15 to S3-22, S3-32.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignalTerms {
    /// Which.
    #[garde(skip)]
    pub kind: SignalKind,
    /// Whether it is looked at.
    #[garde(skip)]
    #[serde(default = "on")]
    pub on: bool,
    /// What it means here, where it was redefined.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub meaning: Option<String>,
    /// Computed from what is recorded; otherwise it is rated with evidence.
    #[garde(skip)]
    pub measured: bool,
    /// Who answers for it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// Where it comes from.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "Time recorded on work items")
    )]
    pub source: Option<String>,
    /// The next decision that it informs.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "What comes first next month")
    )]
    pub informs: Option<String>,
    /// It is read every so many days.
    #[garde(range(min = 1, max = 366))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 366, example = 28))]
    pub review_days: i64,
    /// The team needs so many days to act on it.
    #[garde(range(min = 1, max = 366))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 366, example = 7))]
    pub act_days: i64,
    /// It is weak below this, in per cent.
    #[garde(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100, example = 60))]
    pub weak_below: i64,
    /// The signal of quality or decision that it is read beside.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<SignalKind>,
}

fn on() -> bool {
    true
}

/// What is agreed on signals; one that is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "signals": [{
    "kind": "strategic_fit", "measured": true, "informs": "What comes first next month",
    "source": "Time recorded on work items", "review_days": 28, "act_days": 7, "weak_below": 60,
}] })))]
#[serde(deny_unknown_fields)]
pub struct SignalsSet {
    /// Each kind at most once.
    #[garde(dive, length(max = SIGNALS_MAX))]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub signals: Vec<SignalTerms>,
}

/// A signal as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signal {
    /// What was agreed.
    pub terms: SignalTerms,
    /// The name of who answers for it.
    pub owner_name: Option<String>,
    /// What it tells of.
    pub family: SignalFamily,
    /// What kind of thing it measures.
    pub nature: SignalNature,
    /// How often its kind is looked at.
    pub cadence: SignalCadence,
    /// What it lacks, apart from a trend.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub gaps: Vec<SignalGap>,
}

/// The signals of an organisation, and how they go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalSet {
    /// Each kind once.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub signals: Vec<Signal>,
    /// What those that are on tell of. Source: requirement S3-21.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub families: Vec<SignalFamily>,
    /// They tell of two things at least.
    pub balanced: bool,
    /// Signals of activity that stand alone. Source: requirement S3-22.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub unpaired: Vec<SignalKind>,
    /// Goes up with each change; 0 until somebody changes something.
    pub version: i64,
}

/// A reading of a signal on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarlierReading {
    /// The day.
    pub on: NaiveDate,
    /// In per cent; none if there was nothing to read.
    pub percent: Option<i64>,
}

/// What a part of a signal consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalPart {
    /// What it is about: a priority, a channel, a kind of figure; none for what has no name.
    pub name: Option<String>,
    /// What was counted.
    pub count: i64,
    /// Of how many, or against what was planned.
    pub of: Option<i64>,
}

/// How a signal was rated. Source: requirement S0-37.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalRating {
    /// From 1 to 5.
    pub score: i64,
    /// What speaks for it.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub evidence: Vec<Evidence>,
    /// Who wrote it down.
    pub by: String,
}

/// What a signal says: the figure with trend, owner, source and the decision it informs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalReading {
    /// Which.
    pub kind: SignalKind,
    /// What it means here, where it was redefined.
    pub meaning: Option<String>,
    /// What it tells of.
    pub family: SignalFamily,
    /// What kind of thing it measures.
    pub nature: SignalNature,
    /// It is read in this review; otherwise its day has not come. Source: requirement S3-32.
    pub due: bool,
    /// The day from which on it is read again.
    pub due_on: Option<NaiveDate>,
    /// In per cent, the more the better; none while there is nothing to read.
    pub percent: Option<i64>,
    /// What counts for it.
    pub part: i64,
    /// All that was counted.
    pub whole: i64,
    /// Below what was agreed.
    pub weak: bool,
    /// Weak below this, in per cent.
    pub weak_below: i64,
    /// Where it goes.
    pub trend: SignalTrend,
    /// Earlier readings, the oldest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub earlier: Vec<EarlierReading>,
    /// Who answers for it.
    pub owner_name: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// The decision that it informs.
    pub informs: Option<String>,
    /// What it lacks before it is complete. Source: requirement S3-20.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub gaps: Vec<SignalGap>,
    /// What it consists of.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub parts: Vec<SignalPart>,
    /// Computed from what is recorded.
    pub measured: bool,
    /// How it was rated in this review; that goes before what was computed.
    pub rating: Option<SignalRating>,
}

impl SignalReading {
    /// Whether it is one of the four scores of a period, is due, and nobody has said how it stands.
    /// Source: requirement S0-37.
    #[must_use]
    pub fn lacks_score(&self) -> bool {
        use SignalKind::{
            DecisionClarity, LeadRelevance, ReportingUsefulness, WorkflowReliability,
        };
        let score = matches!(
            self.kind,
            LeadRelevance | DecisionClarity | WorkflowReliability | ReportingUsefulness
        );
        score && self.due && self.percent.is_none()
    }
}

/// A figure of one signal, to be set beside those of others. Source: requirement S0-24.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedSignal {
    /// Which.
    pub kind: SignalKind,
    /// In per cent; none while there is nothing to read.
    pub percent: Option<i64>,
    /// Below what was agreed.
    pub weak: bool,
    /// The rating of the last review that read it, where it is not computed.
    pub rated_on: Option<NaiveDate>,
}

/// What the signals say of an account, over all its retainers that run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedAccount {
    /// Which.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Retainers that run.
    pub retainers: i64,
    /// The signals that are on, in the same order for all.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub signals: Vec<ComparedSignal>,
}

fn cadences(set: &SignalsSet, faults: &mut Vec<FieldError>) {
    use crate::rules::reviews::signals::{CadenceFault, cadence_fault, ready};
    let mut seen = HashSet::new();
    for (place, one) in set.signals.iter().enumerate() {
        let mut fault = |field: &str, code: &str| {
            faults.push(FieldError::new(&format!("/signals/{place}/{field}"), code));
        };
        if !seen.insert(one.kind) {
            fault("kind", "repeated");
        }
        if one.measured && !ready(one.kind).measured {
            fault("measured", "not_allowed");
        }
        if one.pair == Some(one.kind) {
            fault("pair", "not_allowed");
        }
        match cadence_fault(ready(one.kind).cadence, one.review_days, one.act_days) {
            Some(CadenceFault::OutOfKind) => fault("review_days", "cadence_of_kind"),
            Some(CadenceFault::ShorterThanAction) => fault("review_days", "too_soon_to_act"),
            None => {}
        }
    }
}

checked! {
    SignalsSet, cadences;
}
