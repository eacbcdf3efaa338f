//! What got in the way of work, and where it comes back.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// What kind of friction. Source: requirement S3-9.
    FrictionKind {
        /// Something waited.
        Delay "delay",
        /// The same was decided twice.
        DuplicateDecision "duplicate_decision",
        /// Nobody knew whose it was.
        UnclearOwner "unclear_owner",
        /// Nobody had said what good is.
        MissingStandard "missing_standard",
        /// By hand, again and again.
        ManualWork "manual_work",
        /// Feedback came when it was too late.
        LateFeedback "late_feedback",
        /// Nobody could see how it stands.
        ReportingGap "reporting_gap",
    }
    /// What a place of frictions is.
    PlaceKind {
        /// A workflow.
        Workflow "workflow",
        /// A routine.
        Sop "sop",
        /// A retainer.
        Retainer "retainer",
        /// Nowhere in particular.
        Elsewhere "elsewhere",
    }
}

/// A friction to be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewFriction {
    /// Of what kind.
    #[garde(skip)]
    pub kind: FrictionKind,
    /// What happened.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "The brief waited four days")
    )]
    pub note: String,
    /// In which workflow.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<WorkflowId>,
    /// At which of its parts: its key.
    #[garde(length(max = 40))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub step: Option<String>,
    /// With which routine.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sop_id: Option<SopId>,
    /// With which retainer.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// When; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_on: Option<NaiveDate>,
}

/// What to change about a friction; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FrictionChange {
    /// Of what kind.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FrictionKind>,
    /// What happened.
    #[garde(inner(length(chars, max = NOTE_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub note: Option<String>,
    /// The change of the process that resolved it; from then on it is resolved.
    #[garde(inner(length(chars, max = NOTE_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub resolution: Option<String>,
    /// When it was resolved; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_on: Option<NaiveDate>,
}

/// Something that got in the way of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Friction {
    /// Its id.
    pub id: FrictionId,
    /// Of what kind.
    pub kind: FrictionKind,
    /// What happened.
    pub note: String,
    /// In which workflow.
    pub workflow_id: Option<WorkflowId>,
    /// Its name.
    pub workflow_name: Option<String>,
    /// At which of its parts.
    pub step: Option<String>,
    /// With which routine.
    pub sop_id: Option<SopId>,
    /// Its name.
    pub sop_name: Option<String>,
    /// With which retainer.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// When.
    pub noticed_on: NaiveDate,
    /// When it was resolved.
    pub resolved_on: Option<NaiveDate>,
    /// The change of the process that resolved it.
    pub resolution: Option<String>,
    /// Who logged it.
    pub logged_by: String,
    /// When it was logged.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// One kind of friction at one place, month by month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Constraint {
    /// Of what kind.
    pub kind: FrictionKind,
    /// What the place is.
    pub place: PlaceKind,
    /// Its id; none for elsewhere.
    #[cfg_attr(feature = "openapi", schema(max_length = 36, format = "uuid"))]
    pub place_id: Option<String>,
    /// Its name; none for elsewhere.
    pub place_name: Option<String>,
    /// How often in each month, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub months: Vec<i64>,
    /// How often in all.
    pub total: i64,
    /// In three months running.
    pub recurring: bool,
}

/// Where work is held up, and by what. Source: requirement S3-9.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConstraintMap {
    /// The first days of the months looked at, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub months: Vec<NaiveDate>,
    /// What comes back first, then what is most.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub rows: Vec<Constraint>,
}

checked! {
    NewFriction, |new, faults| {
        if new.step.is_some() && new.workflow_id.is_none() {
            faults.push(FieldError::new("/workflow_id", "required"));
        }
    };
    FrictionChange, |change, faults| {
        if change.resolved_on.is_some() && change.resolution.is_none() {
            faults.push(FieldError::new("/resolution", "required"));
        }
    };
}
