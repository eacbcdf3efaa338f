//! The operating model in words.
use chrono::NaiveDate;
use shared::api::{
    ChangeKind, CheckReason, FrictionKind, Improves, InputKind, OutcomeKind, PartKind,
    RemovalReason, Role,
};
use shared::rules::know::{LengthWarning, Stale};

use crate::format::date;
use crate::t;
use crate::ui::Choice;

/// May log frictions and note uses. The server decides; this only says so early.
pub(super) fn works(role: Role) -> bool {
    !matches!(role, Role::Finance | Role::Viewer)
}

pub(super) fn improves(what: Improves) -> &'static str {
    match what {
        Improves::Priorities => t!(model.improves_priorities),
        Improves::Staffing => t!(model.improves_staffing),
        Improves::Budget => t!(model.improves_budget),
        Improves::Quality => t!(model.improves_quality),
        Improves::Timing => t!(model.improves_timing),
        Improves::Delegation => t!(model.improves_delegation),
        Improves::Automation => t!(model.improves_automation),
        Improves::Stopping => t!(model.improves_stopping),
    }
}

pub(super) fn outcome(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::ExecutionQuality => t!(model.outcome_quality),
        OutcomeKind::Conversion => t!(model.outcome_conversion),
        OutcomeKind::ResourceUse => t!(model.outcome_resources),
        OutcomeKind::Speed => t!(model.outcome_speed),
        OutcomeKind::DecisionReliability => t!(model.outcome_decisions),
    }
}

pub(super) fn part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Step => t!(model.part_step),
        PartKind::Request => t!(model.part_request),
        PartKind::Approval => t!(model.part_approval),
        PartKind::DataSource => t!(model.part_data),
        PartKind::Tool => t!(model.part_tool),
        PartKind::Meeting => t!(model.part_meeting),
        PartKind::ReviewPoint => t!(model.part_review),
        PartKind::Dependency => t!(model.part_dependency),
        PartKind::Field => t!(model.part_field),
        PartKind::Dashboard => t!(model.part_dashboard),
        PartKind::Checklist => t!(model.part_checklist),
    }
}

pub(super) fn friction(kind: FrictionKind) -> &'static str {
    match kind {
        FrictionKind::Delay => t!(model.friction_delay),
        FrictionKind::DuplicateDecision => t!(model.friction_duplicate),
        FrictionKind::UnclearOwner => t!(model.friction_owner),
        FrictionKind::MissingStandard => t!(model.friction_standard),
        FrictionKind::ManualWork => t!(model.friction_manual),
        FrictionKind::LateFeedback => t!(model.friction_feedback),
        FrictionKind::ReportingGap => t!(model.friction_reporting),
    }
}

pub(super) fn input(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => t!(model.input_text),
        InputKind::Link => t!(model.input_link),
        InputKind::Date => t!(model.input_date),
        InputKind::Number => t!(model.input_number),
    }
}

pub(super) fn change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Responsibilities => t!(model.change_responsibilities),
        ChangeKind::PartnerAdded => t!(model.change_partner),
        ChangeKind::ReportingNeeds => t!(model.change_reporting),
        ChangeKind::BusinessModel => t!(model.change_business),
        ChangeKind::ChannelMix => t!(model.change_channels),
        ChangeKind::TeamSize => t!(model.change_team),
        ChangeKind::CustomerJourney => t!(model.change_journey),
        ChangeKind::RecurringFriction => t!(model.change_friction),
    }
}

/// Why a routine is to be checked.
pub(super) fn reason(reason: &CheckReason, today: NaiveDate) -> String {
    let on = date(reason.on, today);
    match reason.change {
        None => t!(model.due_time, on = on),
        Some(kind) => {
            t!(model.due_change, what = change(kind), note = reason.note.as_str(), on = on)
        }
    }
}

pub(super) fn stale(stale: Stale) -> &'static str {
    match stale {
        Stale::Unused => t!(model.stale_unused),
        Stale::Unchecked => t!(model.stale_unchecked),
    }
}

pub(super) fn warning(warning: LengthWarning) -> &'static str {
    match warning {
        LengthWarning::Purpose => t!(model.long_purpose),
        LengthWarning::Steps => t!(model.long_steps),
        LengthWarning::Words => t!(model.long_words),
    }
}

pub(super) fn removal(reason: RemovalReason) -> &'static str {
    match reason {
        RemovalReason::Unused => t!(model.removal_unused),
        RemovalReason::NoDecision => t!(model.removal_no_decision),
        RemovalReason::NoConstraint => t!(model.removal_no_constraint),
    }
}

/// Things of a set with names, as choices.
pub(super) fn choices<T: Copy>(
    all: &[T],
    name: fn(T) -> &'static str,
    words: fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(name(*one), words(*one))).collect()
}
