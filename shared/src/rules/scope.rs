//! What the scope of a retainer still lacks, whether its outcome says anything, and by which
//! metrics its success is seen.
//!
//! Pure: what is known is given. Source: requirements S0-1, S0-23, S0-25, S0-26, S3-3.
use serde::{Deserialize, Serialize};

use super::know::vague;
use super::reviews::kinds::SignalKind;

/// What the gate of activation wants and does not find. Source: requirement S0-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ScopeGap {
    /// No line says what is included.
    Included,
    /// No line says what is left out.
    Excluded,
    /// No business outcome is named.
    Outcome,
    /// The first cycle, or the present one, has no priorities.
    Priorities,
    /// No day of review is set.
    NextReviewOn,
}

impl ScopeGap {
    /// The JSON pointer of the field that would fill it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Included => "/included",
            Self::Excluded => "/excluded",
            Self::Outcome => "/outcome",
            Self::Priorities => "/priorities",
            Self::NextReviewOn => "/next_review_on",
        }
    }
}

/// What is known of a scope, as far as the gate looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// Lines that say what is included.
    pub included: usize,
    /// Lines that say what is left out.
    pub excluded: usize,
    /// A business outcome is named.
    pub outcome: bool,
    /// Priorities of the first cycle, or the present one.
    pub priorities: usize,
    /// A day of review is set.
    pub next_review_on: bool,
}

/// What is missing, in the order in which a set-up asks. Source: requirements S0-1, S3-34.
#[must_use]
pub fn missing(known: Known) -> Vec<ScopeGap> {
    let found = [
        (ScopeGap::Outcome, known.outcome),
        (ScopeGap::Included, known.included > 0),
        (ScopeGap::Excluded, known.excluded > 0),
        (ScopeGap::Priorities, known.priorities > 0),
        (ScopeGap::NextReviewOn, known.next_review_on),
    ];
    found.into_iter().filter(|(_, there)| !there).map(|(gap, _)| gap).collect()
}

/// The signal by which success will be seen. Source: requirement S0-25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SuccessSignal {
    /// Things go live sooner.
    FasterLaunches,
    /// It is known what was decided, by whom.
    ClearerDecisions,
    /// Less is done twice.
    FewerRevisions,
    /// More of the demand fits.
    BetterLeadQuality,
    /// Figures are trusted.
    StrongerReporting,
    /// Less of a manager's time is needed.
    LowerManagementLoad,
}

impl SuccessSignal {
    /// Every signal there is.
    pub const ALL: [Self; 6] = [
        Self::FasterLaunches,
        Self::ClearerDecisions,
        Self::FewerRevisions,
        Self::BetterLeadQuality,
        Self::StrongerReporting,
        Self::LowerManagementLoad,
    ];
}

/// A family of metrics, by what it is good for. Source: requirement S0-26.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MetricFamily {
    /// Quality of the workflow.
    Operating,
    /// Quality of the demand that is generated.
    LeadQuality,
    /// Trust in the figures.
    Reporting,
    /// Communication between people.
    StakeholderFeedback,
}

impl MetricFamily {
    /// The signals of reviews that it consists of; each is of one family. Source: requirement
    /// S0-26.
    #[must_use]
    pub fn signals(self) -> &'static [SignalKind] {
        use SignalKind as Kind;
        match self {
            Self::Operating => &[
                Kind::ExecutionQuality,
                Kind::WorkflowReliability,
                Kind::ResourceAllocation,
                Kind::StrategicFit,
                Kind::ChannelFocus,
            ],
            Self::LeadQuality => &[Kind::LeadRelevance, Kind::PipelineContribution],
            Self::Reporting => &[Kind::ReportingUsefulness],
            Self::StakeholderFeedback => &[Kind::ClientPulse, Kind::DecisionClarity],
        }
    }
}

/// The family that shows a signal. Source: requirement S0-26.
#[must_use]
pub fn family(signal: SuccessSignal) -> MetricFamily {
    match signal {
        SuccessSignal::FasterLaunches | SuccessSignal::FewerRevisions => MetricFamily::Operating,
        SuccessSignal::BetterLeadQuality => MetricFamily::LeadQuality,
        SuccessSignal::StrongerReporting => MetricFamily::Reporting,
        SuccessSignal::ClearerDecisions | SuccessSignal::LowerManagementLoad => {
            MetricFamily::StakeholderFeedback
        }
    }
}

/// What a scope should not go without, though nothing is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ScopeWarning {
    /// Nobody who works here owns the process. Source: requirement S0-23.
    NoProcessOwner,
    /// The outcome names nothing that could be seen. Source: requirement S3-3.
    VagueOutcome,
}

/// What to warn of.
#[must_use]
pub fn warnings(process_owner: bool, outcome: Option<&str>) -> Vec<ScopeWarning> {
    let owner = (!process_owner).then_some(ScopeWarning::NoProcessOwner);
    let hollow = outcome.is_some_and(vague).then_some(ScopeWarning::VagueOutcome);
    owner.into_iter().chain(hollow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s0_1_the_gate_wants_five_things() {
        use ScopeGap::{Excluded, Included, NextReviewOn, Outcome, Priorities};
        let all = vec![Outcome, Included, Excluded, Priorities, NextReviewOn];
        assert_eq!(missing(Known::default()), all);
        let whole =
            Known { included: 1, excluded: 1, outcome: true, priorities: 1, next_review_on: true };
        assert_eq!(missing(whole), []);
        assert_eq!(missing(Known { excluded: 0, ..whole }), [Excluded]);
        assert_eq!(
            missing(Known { priorities: 0, outcome: false, ..whole }),
            [Outcome, Priorities]
        );
    }

    #[test]
    fn s0_26_each_signal_has_a_family_and_each_family_a_signal() {
        use MetricFamily::{LeadQuality, Operating, Reporting, StakeholderFeedback};
        let families = SuccessSignal::ALL.map(family);
        let expected = [
            Operating,
            StakeholderFeedback,
            Operating,
            LeadQuality,
            Reporting,
            StakeholderFeedback,
        ];
        assert_eq!(families, expected);
        // Each signal of a review is of one family, and no family is empty.
        let all = [Operating, LeadQuality, Reporting, StakeholderFeedback];
        assert!(all.iter().all(|family| !family.signals().is_empty()));
        for kind in SignalKind::ALL {
            let of = all.iter().filter(|family| family.signals().contains(kind));
            assert_eq!(of.count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn s0_23_nobody_who_owns_the_process_is_a_warning() {
        assert_eq!(warnings(false, Some("Fewer errors")), [ScopeWarning::NoProcessOwner]);
        assert_eq!(warnings(true, Some("Better work")), [ScopeWarning::VagueOutcome]);
        assert_eq!(warnings(true, None), []);
    }
}
