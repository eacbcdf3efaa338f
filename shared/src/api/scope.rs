//! Scope: what a retainer is for, what it holds and what it leaves out, and how that changes.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::scope::{MetricFamily, ScopeGap, ScopeWarning, SuccessSignal};

/// The longest line of a scope, and the longest outcome, in characters.
pub const SCOPE_LINE_MAX: usize = 300;
/// The most lines of a kind.
pub const SCOPE_LINES_MAX: usize = 40;

macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(
            feature = "sqlx",
            derive(sqlx::Type),
            sqlx(type_name = "text", rename_all = "snake_case")
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$of])* $variant),* }
        impl $name {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
        }
    )*};
}
choices! {
    /// The part of the work that does not run as it should. Source: requirement S0-5.
    OperatingProblem {
        /// How work comes in.
        Intake,
        /// What those who do it are told.
        Briefing,
        /// Who lets it pass.
        Approvals,
        /// Doing it.
        Execution,
        /// Measuring it.
        Analytics,
        /// Handing leads to sales.
        CrmHandoff,
        /// What the people around say.
        StakeholderFeedback,
        /// Looking back at what it brought.
        PerformanceReview,
    }
    /// The bottleneck that the process serves. Source: requirement S0-6.
    Bottleneck {
        /// Whether demand fits.
        DemandQuality,
        /// Whether the work runs as agreed.
        WorkflowReliability,
        /// Whether sales takes over.
        SalesHandoff,
        /// Whether campaigns are ready in time.
        CampaignReadiness,
        /// Whether figures are right.
        ReportingAccuracy,
        /// Whether outside partners are led.
        PartnerManagement,
    }
    /// How often a retainer is reviewed.
    Cadence {
        /// Each week.
        Weekly,
        /// Every other week.
        Biweekly,
        /// Each month.
        Monthly,
        /// Each quarter.
        Quarterly,
    }
    /// Which side of a scope a line is on.
    ScopeLineKind {
        /// It is part of what was agreed.
        Included,
        /// It is left out.
        Excluded,
    }
    /// Where a change of scope stands.
    ScopeChangeState {
        /// Nobody has decided.
        Proposed,
        /// It holds from its day on.
        Accepted,
        /// It was turned down.
        Declined,
    }
    /// How strict the gate of activation is. Source: requirements S0-1, S3-26.
    Gate {
        /// What is missing is told, and nothing is refused.
        Light,
        /// Without scope, exclusion, outcome, priorities and a day of review nothing is activated.
        Required,
    }
}

/// What a retainer is for. What is left out is not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ScopeSet {
    /// What the business is to have of it.
    #[garde(length(chars, max = SCOPE_LINE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "Campaigns go live within five days of the brief")
    )]
    pub outcome: Option<String>,
    /// By which signal success will be seen.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_signal: Option<SuccessSignal>,
    /// Which part of the work does not run as it should.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<OperatingProblem>,
    /// The constraint, in words.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub limits: Option<String>,
    /// The bottleneck that the process serves.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bottleneck: Option<Bottleneck>,
    /// How often it is reviewed.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cadence: Option<Cadence>,
    /// The day of the next review.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<NaiveDate>,
    /// The colleague who owns the process.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_owner_id: Option<MemberId>,
    /// What is included, a line each; the lines stay if left out. Only while the retainer is set
    /// up, or has no lines yet.
    #[garde(inner(
        length(max = SCOPE_LINES_MAX),
        inner(length(chars, max = SCOPE_LINE_MAX), custom(check::name))
    ))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub included: Option<Vec<String>>,
    /// What is left out, likewise.
    #[garde(inner(
        length(max = SCOPE_LINES_MAX),
        inner(length(chars, max = SCOPE_LINE_MAX), custom(check::name))
    ))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub excluded: Option<Vec<String>>,
}

/// A line of what a retainer holds or leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeLine {
    /// Its id.
    pub id: ScopeLineId,
    /// Included or left out.
    pub kind: ScopeLineKind,
    /// What it says.
    pub text: String,
    /// The first day on which it holds.
    pub starts_on: NaiveDate,
    /// The first day on which it no longer holds.
    pub ends_on: Option<NaiveDate>,
}

/// The scope of a retainer on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerScope {
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The day whose lines are told.
    pub on: NaiveDate,
    /// What the business is to have of it.
    pub outcome: Option<String>,
    /// By which signal success will be seen.
    pub success_signal: Option<SuccessSignal>,
    /// The family of metrics that shows this signal.
    pub metric_family: Option<MetricFamily>,
    /// The signals of that family, which reviews read. Source: requirement S0-26.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub metric_signals: Vec<SignalKind>,
    /// Which part of the work does not run as it should.
    pub problem: Option<OperatingProblem>,
    /// The constraint, in words.
    pub limits: Option<String>,
    /// The bottleneck that the process serves.
    pub bottleneck: Option<Bottleneck>,
    /// How often it is reviewed.
    pub cadence: Option<Cadence>,
    /// The day of the next review.
    pub next_review_on: Option<NaiveDate>,
    /// The colleague who owns the process.
    pub process_owner_id: Option<MemberId>,
    /// Their name.
    pub process_owner_name: Option<String>,
    /// The lines that hold on the day, included ones first.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub lines: Vec<ScopeLine>,
    /// Lines that begin later.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub coming: Vec<ScopeLine>,
    /// Whether lines may be written as they are: afterwards only a change of scope changes them.
    pub lines_open: bool,
    /// The cycle that the gate looks at: the present one, or the first.
    pub cycle_id: Option<CycleId>,
    /// The one after it, whose priorities can be planned already.
    pub next_cycle_id: Option<CycleId>,
    /// What the gate of activation still wants.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub missing: Vec<ScopeGap>,
    /// What the scope should not go without.
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub warnings: Vec<ScopeWarning>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

/// A line that a change begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScopeLine {
    /// Included or left out.
    #[garde(skip)]
    pub kind: ScopeLineKind,
    /// What it says.
    #[garde(length(chars, max = SCOPE_LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Two newsletters a month")
    )]
    pub text: String,
}

/// A dated change of what a running retainer holds, to be decided by the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScopeChange {
    /// The day on which old lines end and new ones begin.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub effective_on: NaiveDate,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "The shop moves to another team")
    )]
    pub reason: String,
    /// Lines that end.
    #[garde(length(max = SCOPE_LINES_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 40, example = json!([])))]
    pub ends: Vec<ScopeLineId>,
    /// Lines that begin.
    #[garde(length(max = SCOPE_LINES_MAX), dive)]
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_items = 40, example = json!([{ "kind": "included", "text": "Two newsletters" }]))
    )]
    pub begins: Vec<NewScopeLine>,
    /// Minutes that come with it, once: they are there when it is accepted.
    #[garde(range(min = 1, max = ESTIMATE_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60_000))]
    pub minutes: Option<i64>,
    /// What is paid for it, once, in minor units of the retainer's currency.
    #[garde(range(min = 0, max = MONEY_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000_000i64))]
    pub fee_minor: Option<i64>,
}

/// A line that a change ends, as it was when the change was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndingLine {
    /// Its id.
    pub id: ScopeLineId,
    /// Included or left out.
    pub kind: ScopeLineKind,
    /// What it says.
    pub text: String,
}

/// A dated change of scope: what ends, what begins, and who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeChange {
    /// Its id.
    pub id: ScopeChangeId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// 1 for the first of the retainer.
    pub number: i64,
    /// The day on which old lines end and new ones begin.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Lines that end.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub ends: Vec<EndingLine>,
    /// Lines that begin.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub begins: Vec<NewScopeLine>,
    /// Minutes that come with it, once.
    pub minutes: Option<i64>,
    /// What is paid for it, once, in minor units of the retainer's currency.
    pub fee_minor: Option<i64>,
    /// Where it stands.
    pub state: ScopeChangeState,
    /// The request that it was proposed for, if one.
    pub request: Option<ChangeRequest>,
    /// Who decided, once somebody has.
    pub decision: Option<ScopeDecision>,
    /// Who proposed it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// A decision on a change of scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeDecision {
    /// Who decided.
    pub by: Held,
    /// Where that is written down.
    pub evidence: Option<String>,
    /// Who recorded it.
    pub recorded_by_name: String,
    /// When it was recorded.
    pub decided_at: DateTime<Utc>,
}

/// Who decided on a change of scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScopeDecision {
    /// Somebody on the side whose business it is, or with a delegation that holds today.
    #[garde(skip)]
    pub decided_by: Holder,
    /// Where that is written down ("mail of 3 Nov"); needed for the decision of somebody else.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Mail of 3 November"))]
    pub evidence: Option<String>,
}

/// A line that says what another said already.
fn repeated(lines: &[String]) -> Option<usize> {
    let mut seen = HashSet::new();
    lines.iter().position(|line| !seen.insert(line.trim().to_lowercase()))
}

checked! {
    ScopeSet, |new, faults| {
        for (name, lines) in [("included", &new.included), ("excluded", &new.excluded)] {
            if let Some(place) = lines.as_deref().and_then(repeated) {
                faults.push(FieldError::new(&format!("/{name}/{place}"), "exists"));
            }
        }
    };
    NewScopeChange, |new, faults| {
        if new.ends.is_empty() && new.begins.is_empty() {
            faults.push(FieldError::new("/begins", "required"));
        }
        let mut seen = HashSet::new();
        if let Some(place) = new.ends.iter().position(|id| !seen.insert(*id)) {
            faults.push(FieldError::new(&format!("/ends/{place}"), "exists"));
        }
    };
    NewScopeDecision;
}
