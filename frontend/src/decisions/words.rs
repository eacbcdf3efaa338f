//! Decisions in words.
use std::cmp::Reverse;

use chrono::NaiveDate;
use shared::api::{Decision, DecisionState, Role};

use crate::format::date;
use crate::t;
use crate::ui::{Icon, Tone};

/// May write decisions down. The server decides; this only says so early.
pub(super) fn records(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin | Role::Manager | Role::Member)
}

/// How a decision stands: tone, icon, words.
pub(super) fn state(decision: &Decision, today: NaiveDate) -> (Tone, Icon, &'static str) {
    let due = decision.due_on.is_some_and(|on| on < today);
    let revisit = decision.revisit_on.is_some_and(|on| on <= today);
    match decision.state {
        DecisionState::Open if due => (Tone::Bad, icondata::LuOctagonAlert, t!(decisions.overdue)),
        DecisionState::Open if decision.reopened > 0 => {
            (Tone::Warn, icondata::LuRotateCcw, t!(decisions.again_open))
        }
        DecisionState::Open => (Tone::Plain, icondata::LuCircleDashed, t!(decisions.open)),
        DecisionState::Decided if revisit => {
            (Tone::Warn, icondata::LuCalendarClock, t!(decisions.to_revisit))
        }
        DecisionState::Decided => (Tone::Ok, icondata::LuCheck, t!(decisions.decided)),
    }
}

/// Where a decision stands in a list: open ones first, by the day they are due; then what was
/// decided, the latest first.
pub(super) fn order(decision: &Decision) -> (bool, Option<NaiveDate>, Reverse<Option<NaiveDate>>) {
    let open = decision.state == DecisionState::Open;
    let due = decision.due_on.unwrap_or(NaiveDate::MAX);
    let made = decision.choices.first().map(|choice| choice.decided_on);
    (!open, open.then_some(due), Reverse(made.filter(|_| !open)))
}

/// The day that matters of a decision.
pub(super) fn day(decision: &Decision, today: NaiveDate) -> String {
    match (decision.state, decision.due_on, decision.choices.first()) {
        (DecisionState::Open, Some(due), _) => t!(decisions.due_by, on = date(due, today)),
        (DecisionState::Decided, _, Some(choice)) => {
            t!(decisions.decided_on_day, on = date(choice.decided_on, today))
        }
        _ => String::new(),
    }
}

/// What a decision is about, if it says so.
pub(super) fn about(decision: &Decision) -> Option<String> {
    match (&decision.account_name, &decision.retainer_name) {
        (Some(account), Some(retainer)) => Some(format!("{account} · {retainer}")),
        (Some(account), None) => Some(account.clone()),
        _ => None,
    }
}
