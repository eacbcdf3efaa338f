//! Routines that are written down.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::know::{Guide, LengthWarning, Stale, length};

names! {
    /// Which routines to list.
    SopState {
        /// Those in use, on trial too.
        Current "current",
        /// Those that can be linked anywhere: neither retired nor on trial.
        Pickable "pickable",
        /// Those that are retired.
        Retired "retired",
    }
}

/// The most steps of a routine.
pub const STEPS_MAX: usize = 40;

/// What a routine says. Source: requirements S3-27, S3-28.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SopBody {
    /// Why it is there, in one sentence.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Launch landing pages without rework")
    )]
    pub purpose: String,
    /// What must be there before it begins; they come into the form of requests.
    #[garde(dive, length(max = INPUTS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub inputs: Vec<FormInput>,
    /// What good looks like: examples, criteria or questions; they come into the review.
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
            example = json!(["The form was tested with real data"])
        )
    )]
    pub quality: Vec<String>,
    /// The normal run, step by step.
    #[garde(
        length(max = STEPS_MAX),
        custom(check::some),
        inner(length(chars, max = LINE_MAX), custom(check::name))
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 40, example = json!(["Read the brief"]))
    )]
    pub steps: Vec<String>,
    /// Who decides what the normal run does not cover.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Ask the account owner the same day")
    )]
    pub exceptions: String,
    /// It is checked every so many days.
    #[garde(range(min = 1, max = 366))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 366, example = 90))]
    pub review_days: i64,
}

impl SopBody {
    /// What makes it longer than people read.
    #[must_use]
    pub fn warnings(&self) -> Vec<LengthWarning> {
        let mut rest = self.quality.clone();
        rest.push(self.exceptions.clone());
        rest.extend(self.inputs.iter().map(|input| input.label.clone()));
        length(Guide { purpose: &self.purpose, steps: &self.steps, rest: &rest })
    }
}

/// A try-out in one workflow before wider use. Source: requirement S3-12.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTrial {
    /// Where.
    #[garde(skip)]
    pub workflow_id: WorkflowId,
    /// For so many of its reviews.
    #[garde(range(min = 1, max = 24))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 24, example = 3))]
    pub cycles: i64,
}

/// A routine to be. It names the one that it replaces, or says that it replaces none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSop {
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Landing page launch")
    )]
    pub name: String,
    /// Who keeps it true; oneself if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// What it says.
    #[garde(dive)]
    pub body: SopBody,
    /// Changes for which it is to be checked; all of them if none is named.
    #[garde(length(max = 8))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub watches: Vec<ChangeKind>,
    /// The routine that it replaces.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces_id: Option<SopId>,
    /// It replaces none.
    #[garde(skip)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub replaces_none: bool,
    /// When the replaced one disappears; in 30 days if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retire_on: Option<NaiveDate>,
    /// It is tried out first.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<NewTrial>,
}

/// What to change about a routine besides its text; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SopChange {
    /// As people call it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Who keeps it true.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// Changes for which it is to be checked; all of them if none is named.
    #[garde(inner(length(max = 8)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub watches: Option<Vec<ChangeKind>>,
}

/// A new text of a routine. The one before is archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSopVersion {
    /// What it says.
    #[garde(dive)]
    pub body: SopBody,
    /// Why it was changed.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub why: Option<String>,
}

/// Takes a routine out of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRetirement {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Nobody used it")
    )]
    pub reason: String,
    /// When it disappears; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-31"))]
    pub on: Option<NaiveDate>,
}

/// Where a routine is tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SopTrial {
    /// Where.
    pub workflow_id: WorkflowId,
    /// Its name.
    pub workflow_name: String,
    /// For so many of its reviews.
    pub cycles: i64,
    /// The day on which it is adopted or given up.
    pub ends_on: NaiveDate,
}

/// Why a routine is to be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckReason {
    /// What changed; none if its time has come.
    pub change: Option<ChangeKind>,
    /// Since when.
    pub on: NaiveDate,
    /// In words; empty if its time has come.
    pub note: String,
}

/// A routine with what it says now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sop {
    /// Its id.
    pub id: SopId,
    /// As people call it.
    pub name: String,
    /// Who keeps it true.
    pub owner_id: MemberId,
    /// Their name.
    pub owner_name: String,
    /// Which text it is: 1 for the first.
    pub number: i64,
    /// What it says.
    pub body: SopBody,
    /// Changes for which it is to be checked; all of them if none is named.
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub watches: Vec<ChangeKind>,
    /// The routine that it replaced.
    pub replaces_id: Option<SopId>,
    /// Its name.
    pub replaces_name: Option<String>,
    /// When it disappears.
    pub retire_on: Option<NaiveDate>,
    /// Why.
    pub retire_reason: Option<String>,
    /// That day has come.
    pub retired: bool,
    /// It is tried out.
    pub trial: Option<SopTrial>,
    /// When it was last checked.
    pub checked_on: Option<NaiveDate>,
    /// When its time to be checked comes.
    pub next_check_on: NaiveDate,
    /// Why it is to be checked now.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub due: Vec<CheckReason>,
    /// Unused or unchecked for 90 days.
    pub stale: Option<Stale>,
    /// What makes it longer than people read.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub warnings: Vec<LengthWarning>,
    /// When it was last used.
    pub used_on: Option<NaiveDate>,
    /// How often in this month.
    pub uses_this_month: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// What a routine said once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SopVersion {
    /// 1 for the first.
    pub number: i64,
    /// What it said.
    pub body: SopBody,
    /// Why it was changed.
    pub why: Option<String>,
    /// Who wrote it.
    pub written_by: String,
    /// When.
    pub written_on: NaiveDate,
    /// Another holds since.
    pub superseded: bool,
}

checked! {
    NewSop, |new, faults| {
        once(&new.body.inputs, "/body/inputs", faults);
        match (new.replaces_id, new.replaces_none) {
            (None, false) => faults.push(FieldError::new("/replaces_id", "replaces_unsaid")),
            (Some(_), true) => faults.push(FieldError::new("/replaces_id", "one_of")),
            _ => {}
        }
    };
    SopChange;
    NewSopVersion, |new, faults| once(&new.body.inputs, "/body/inputs", faults);
    NewRetirement;
}
