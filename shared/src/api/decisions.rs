//! The log of decisions: what was asked, chosen and why, and what it was taken up again for.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// How a question stands.
    DecisionState {
        /// Nobody has decided it, or it was taken up again.
        Open "open",
        /// Decided.
        Decided "decided",
    }
}

/// The most pieces of evidence that one choice names.
pub const EVIDENCE_MAX: usize = 20;
/// The most tags of a decision.
pub const TAGS_MAX: usize = 10;

/// Something that speaks for a choice, or for taking it up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it says.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 2000,
            example = "Cost per lead fell by 40 % in October"
        )
    )]
    pub text: String,
    /// Where it can be read.
    #[garde(length(max = 2000), custom(check::link_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, pattern = "^https?://[^\\s]+$"))]
    pub link: Option<String>,
}

/// What was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewChoice {
    /// What was chosen.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Search first, social from January")
    )]
    pub choice: String,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 2000,
            example = "Search brings the leads that sales takes"
        )
    )]
    pub reason: String,
    /// What speaks for it; at least one.
    #[garde(dive, length(max = EVIDENCE_MAX), custom(check::some))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub evidence: Vec<Evidence>,
    /// What changes because of it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub changes: Option<String>,
    /// When it was decided; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// Who decided, where that is not the owner: as people call them.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub decider: Option<String>,
    /// Likewise, where they are a person at an account.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// When it is looked at again.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revisit_on: Option<NaiveDate>,
}

impl NewChoice {
    /// The rules across its fields; `at` is where it stands in the body.
    fn across(&self, at: &str, faults: &mut Vec<FieldError>) {
        let later = self.decided_on.zip(self.revisit_on);
        if later.is_some_and(|(decided, revisit)| revisit <= decided) {
            faults.push(FieldError::new(&format!("{at}/revisit_on"), "not_later"));
        }
        if self.contact_id.is_some() && self.decider.is_some() {
            faults.push(FieldError::new(&format!("{at}/decider"), "one_of"));
        }
    }
}

/// A question to be decided, or one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// What is to be decided.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Which channel do we focus on?")
    )]
    pub question: String,
    /// Who decides it; oneself if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// The day by which it is to be decided.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The client or partner it is about.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The retainer it is about.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// Words to find it by.
    #[garde(length(max = TAGS_MAX), inner(length(chars, max = 40), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10, example = json!(["channels"])))]
    pub tags: Vec<String>,
    /// The choice, where it is made already.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<NewChoice>,
}

/// What to change about a decision; what is left out stays. What was chosen is never changed: it
/// is taken up again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DecisionChange {
    /// Who decides it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// The day by which it is to be decided.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// When it is looked at again.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisit_on: Option<NaiveDate>,
    /// Words to find it by.
    #[garde(inner(length(max = TAGS_MAX), inner(length(chars, max = 40), custom(check::name))))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10, example = json!(["channels"])))]
    pub tags: Option<Vec<String>>,
}

/// Takes a decision up again: only for evidence that it does not name yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReopening {
    /// What is new; at least one.
    #[garde(dive, length(max = EVIDENCE_MAX), custom(check::some))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_items = 1,
            max_items = 20,
            example = json!([{ "text": "Sales lost three of four leads" }])
        )
    )]
    pub evidence: Vec<Evidence>,
    /// The day by which it is to be decided anew.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// What was chosen once. The last one holds, the earlier stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// 1 for the first.
    pub number: i64,
    /// What was chosen.
    pub choice: String,
    /// Why.
    pub reason: String,
    /// What spoke for it.
    pub evidence: Vec<Evidence>,
    /// What changed because of it.
    pub changes: Option<String>,
    /// The day by which it was to be decided.
    pub due_on: Option<NaiveDate>,
    /// When it was decided.
    pub decided_on: NaiveDate,
    /// Who decided, where that was not the owner.
    pub decider: Option<String>,
    /// Likewise, where they are a person at an account.
    pub contact_id: Option<ContactId>,
    /// Who wrote it down.
    pub recorded_by: String,
    /// Another holds since.
    pub superseded: bool,
}

/// When and why a decision was taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reopening {
    /// The choice that was put in question.
    pub number: i64,
    /// What was new.
    pub evidence: Vec<Evidence>,
    /// The day.
    pub on: NaiveDate,
    /// Who took it up.
    pub by: String,
}

/// A decision with all that was ever chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// What is to be decided.
    pub question: String,
    /// How it stands.
    pub state: DecisionState,
    /// Who decides.
    pub owner_id: MemberId,
    /// Their name.
    pub owner_name: String,
    /// The day by which it is to be decided, while it is open.
    pub due_on: Option<NaiveDate>,
    /// When it is looked at again.
    pub revisit_on: Option<NaiveDate>,
    /// The client or partner it is about.
    pub account_id: Option<AccountId>,
    /// Their name.
    pub account_name: Option<String>,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How often it was taken up again.
    pub reopened: i64,
    /// What was chosen, the last first.
    pub choices: Vec<Choice>,
    /// When it was taken up again, the last first.
    pub reopenings: Vec<Reopening>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// An earlier decision about much the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimilarDecision {
    /// The decision.
    pub decision: Decision,
    /// Per cent of the words that both questions have.
    pub likeness: i64,
}

/// Earlier decisions about much the same, the likest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimilarDecisions {
    /// At most five.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub items: Vec<SimilarDecision>,
}

/// How well decisions are made. Source: requirement S3-38.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionReport {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Choices made.
    pub made: i64,
    /// Those that had a day to be decided by.
    pub with_due_day: i64,
    /// Of those, decided by that day.
    pub on_time: i64,
    /// With evidence.
    pub with_evidence: i64,
    /// Not taken up again.
    pub not_reopened: i64,
    /// Not late, with evidence, not taken up again.
    pub sound: i64,
    /// How often something was taken up again in these days.
    pub reopenings: i64,
    /// Open now.
    pub open: i64,
    /// Open now, and due before today.
    pub overdue: i64,
    /// What was taken up again most.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub debated: Vec<Debated>,
}

/// A question that does not come to rest. Source: requirement S3-37.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Debated {
    /// The decision.
    pub decision_id: DecisionId,
    /// What is debated.
    pub question: String,
    /// How often it was taken up again in these days.
    pub times: i64,
}

checked! {
    NewChoice, |choice, faults| choice.across("", faults);
    NewDecision, |new, faults| new.made.iter().for_each(|made| made.across("/made", faults));
    DecisionChange;
    NewReopening;
}
