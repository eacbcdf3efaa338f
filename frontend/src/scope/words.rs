//! The names of what a scope is chosen from.
use shared::api::{
    Bottleneck, Cadence, MetricFamily, OperatingProblem, ScopeChangeState, ScopeGap, SuccessSignal,
};

use crate::t;
use crate::ui::Tone;

/// The signal by which success is seen.
pub(super) fn signal(of: SuccessSignal) -> &'static str {
    match of {
        SuccessSignal::FasterLaunches => t!(scope.signal_faster_launches),
        SuccessSignal::ClearerDecisions => t!(scope.signal_clearer_decisions),
        SuccessSignal::FewerRevisions => t!(scope.signal_fewer_revisions),
        SuccessSignal::BetterLeadQuality => t!(scope.signal_better_lead_quality),
        SuccessSignal::StrongerReporting => t!(scope.signal_stronger_reporting),
        SuccessSignal::LowerManagementLoad => t!(scope.signal_lower_management_load),
    }
}

/// The metrics that show a signal.
pub(super) fn family(of: MetricFamily) -> &'static str {
    match of {
        MetricFamily::Operating => t!(scope.family_operating),
        MetricFamily::LeadQuality => t!(scope.family_lead_quality),
        MetricFamily::Reporting => t!(scope.family_reporting),
        MetricFamily::StakeholderFeedback => t!(scope.family_stakeholder_feedback),
    }
}

/// The part of the work that does not run as it should.
pub(super) fn problem(of: OperatingProblem) -> &'static str {
    match of {
        OperatingProblem::Intake => t!(scope.problem_intake),
        OperatingProblem::Briefing => t!(scope.problem_briefing),
        OperatingProblem::Approvals => t!(scope.problem_approvals),
        OperatingProblem::Execution => t!(scope.problem_execution),
        OperatingProblem::Analytics => t!(scope.problem_analytics),
        OperatingProblem::CrmHandoff => t!(scope.problem_crm_handoff),
        OperatingProblem::StakeholderFeedback => t!(scope.problem_stakeholder_feedback),
        OperatingProblem::PerformanceReview => t!(scope.problem_performance_review),
    }
}

/// The bottleneck that the process serves.
pub(super) fn bottleneck(of: Bottleneck) -> &'static str {
    match of {
        Bottleneck::DemandQuality => t!(scope.bottleneck_demand_quality),
        Bottleneck::WorkflowReliability => t!(scope.bottleneck_workflow_reliability),
        Bottleneck::SalesHandoff => t!(scope.bottleneck_sales_handoff),
        Bottleneck::CampaignReadiness => t!(scope.bottleneck_campaign_readiness),
        Bottleneck::ReportingAccuracy => t!(scope.bottleneck_reporting_accuracy),
        Bottleneck::PartnerManagement => t!(scope.bottleneck_partner_management),
    }
}

/// How often a retainer is reviewed.
pub(super) fn cadence(of: Cadence) -> &'static str {
    match of {
        Cadence::Weekly => t!(scope.cadence_weekly),
        Cadence::Biweekly => t!(scope.cadence_biweekly),
        Cadence::Monthly => t!(scope.cadence_monthly),
        Cadence::Quarterly => t!(scope.cadence_quarterly),
    }
}

/// What the gate still wants.
pub(super) fn gap(of: ScopeGap) -> &'static str {
    match of {
        ScopeGap::Included => t!(scope.gap_included),
        ScopeGap::Excluded => t!(scope.gap_excluded),
        ScopeGap::Outcome => t!(scope.gap_outcome),
        ScopeGap::Priorities => t!(scope.gap_priorities),
        ScopeGap::NextReviewOn => t!(scope.gap_next_review_on),
    }
}

/// Where a change stands.
pub(super) fn state(of: ScopeChangeState) -> (&'static str, Tone) {
    match of {
        ScopeChangeState::Proposed => (t!(scope.change_proposed), Tone::Warn),
        ScopeChangeState::Accepted => (t!(scope.change_accepted), Tone::Ok),
        ScopeChangeState::Declined => (t!(scope.change_declined), Tone::Plain),
    }
}
