//! Reviews in words.
use shared::api::{
    BlockerKind, Cause, EffectSeen, FrameHolds, GuideCheck, Informal, LeadFit, OperatingProblem,
    OutcomeChoice, Role, SignalGap, SignalGuide, SignalKind, SignalTrend,
};

use crate::t;
use crate::ui::Choice;

/// May mark leads. The server decides; this only says so early.
pub(super) fn marks(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin | Role::Manager | Role::Member)
}

pub(super) fn signal(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::StrategicFit => t!(reviews.k_strategic_fit),
        SignalKind::ResourceAllocation => t!(reviews.k_resource_allocation),
        SignalKind::ChannelFocus => t!(reviews.k_channel_focus),
        SignalKind::ExecutionQuality => t!(reviews.k_execution_quality),
        SignalKind::PipelineContribution => t!(reviews.k_pipeline_contribution),
        SignalKind::LeadRelevance => t!(reviews.k_lead_relevance),
        SignalKind::DecisionClarity => t!(reviews.k_decision_clarity),
        SignalKind::WorkflowReliability => t!(reviews.k_workflow_reliability),
        SignalKind::ReportingUsefulness => t!(reviews.k_reporting_usefulness),
        SignalKind::ClientPulse => t!(reviews.k_client_pulse),
    }
}

pub(super) fn gap(gap: SignalGap) -> &'static str {
    match gap {
        SignalGap::Trend => t!(reviews.gap_trend),
        SignalGap::Owner => t!(reviews.gap_owner),
        SignalGap::Source => t!(reviews.gap_source),
        SignalGap::Decision => t!(reviews.gap_decision),
    }
}

pub(super) fn trend(trend: SignalTrend) -> &'static str {
    match trend {
        SignalTrend::Up => t!(reviews.trend_up),
        SignalTrend::Down => t!(reviews.trend_down),
        SignalTrend::Steady => t!(reviews.trend_steady),
        SignalTrend::Unknown => t!(reviews.trend_unknown),
    }
}

pub(super) fn guide(guide: SignalGuide) -> &'static str {
    match guide {
        SignalGuide::RepeatedRevisions => t!(reviews.g_revisions),
        SignalGuide::SlowLaunches => t!(reviews.g_launches),
        SignalGuide::PoorFitLeads => t!(reviews.g_leads),
        SignalGuide::UntrustedReports => t!(reviews.g_reports),
    }
}

pub(super) fn check(check: GuideCheck) -> &'static str {
    match check {
        GuideCheck::Inputs => t!(reviews.c_inputs),
        GuideCheck::Owner => t!(reviews.c_owner),
        GuideCheck::ReviewCriteria => t!(reviews.c_review_criteria),
        GuideCheck::Workflow => t!(reviews.c_workflow),
        GuideCheck::Blockers => t!(reviews.c_blockers),
        GuideCheck::DecisionRights => t!(reviews.c_decision_rights),
        GuideCheck::Messaging => t!(reviews.c_messaging),
        GuideCheck::Form => t!(reviews.c_form),
        GuideCheck::SalesFeedback => t!(reviews.c_sales_feedback),
        GuideCheck::DataFields => t!(reviews.c_data_fields),
        GuideCheck::UtmRules => t!(reviews.c_utm_rules),
        GuideCheck::Dashboards => t!(reviews.c_dashboards),
    }
}

pub(super) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Strategy => t!(reviews.cause_strategy),
        Cause::Process => t!(reviews.cause_process),
        Cause::Capacity => t!(reviews.cause_capacity),
        Cause::Skills => t!(reviews.cause_skills),
        Cause::Tooling => t!(reviews.cause_tooling),
        Cause::HandoffQuality => t!(reviews.cause_handoff_quality),
        Cause::Measurement => t!(reviews.cause_measurement),
    }
}

pub(super) fn outcome(choice: OutcomeChoice) -> &'static str {
    match choice {
        OutcomeChoice::Improve => t!(reviews.o_improve),
        OutcomeChoice::Stop => t!(reviews.o_stop),
        OutcomeChoice::Delegate => t!(reviews.o_delegate),
        OutcomeChoice::Automate => t!(reviews.o_automate),
        OutcomeChoice::Fund => t!(reviews.o_fund),
        OutcomeChoice::Keep => t!(reviews.o_keep),
    }
}

pub(super) fn seen(seen: EffectSeen) -> &'static str {
    match seen {
        EffectSeen::Yes => t!(reviews.seen_yes),
        EffectSeen::Partly => t!(reviews.seen_partly),
        EffectSeen::No => t!(reviews.seen_no),
    }
}

pub(super) fn holds(holds: FrameHolds) -> &'static str {
    match holds {
        FrameHolds::Holds => t!(reviews.frame_holds),
        FrameHolds::Changed => t!(reviews.frame_changed),
        FrameHolds::Solved => t!(reviews.frame_solved),
    }
}

pub(super) fn fit(fit: LeadFit) -> &'static str {
    match fit {
        LeadFit::Good => t!(reviews.fit_good),
        LeadFit::Partly => t!(reviews.fit_partly),
        LeadFit::Poor => t!(reviews.fit_poor),
    }
}

pub(super) fn informal(why: Informal) -> &'static str {
    match why {
        Informal::Unasked => t!(reviews.unasked),
        Informal::Alone => t!(reviews.alone),
    }
}

pub(super) fn blocker(kind: BlockerKind) -> &'static str {
    match kind {
        BlockerKind::MissingInput => t!(board.block_input),
        BlockerKind::Approval => t!(board.block_approval),
        BlockerKind::Access => t!(board.block_access),
        BlockerKind::Capacity => t!(board.block_capacity),
        BlockerKind::Technical => t!(board.block_technical),
        BlockerKind::Dependency => t!(board.block_dependency),
        BlockerKind::Other => t!(board.block_other),
    }
}

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

/// That scores of the period were left out.
pub(super) fn without(scores: Vec<SignalKind>) -> String {
    let names: Vec<String> = scores.into_iter().map(|one| signal(one).to_owned()).collect();
    t!(reviews.left_out, scores = crate::format::list(&names))
}

/// "75%", or a dash.
pub(super) fn percent(percent: Option<i64>) -> String {
    percent.and_then(|n| crate::format::percent(n, 100)).unwrap_or_else(|| "–".to_owned())
}

/// The choices of a list of names.
pub(super) fn choices<T: Copy>(
    all: &[T],
    name: fn(T) -> &'static str,
    words: fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(name(*one), words(*one))).collect()
}
