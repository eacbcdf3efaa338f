//! The words of a statement: where a line stands, and why.
use leptos::prelude::*;
use shared::api::{BankLineState, BankProblem, BankReason};

use crate::t;
use crate::ui::{Badge, Tone};

/// Where lines stand.
pub(super) fn state_words(state: BankLineState) -> &'static str {
    match state {
        BankLineState::Exact => t!(bank.exact),
        BankLineState::Likely => t!(bank.likely),
        BankLineState::Open => t!(bank.open),
        BankLineState::Recorded => t!(bank.recorded),
        BankLineState::Aside => t!(bank.aside),
        BankLineState::Reversal => t!(bank.reversal),
    }
}

/// Where a line stands, with a colour beside the words.
#[component]
pub(super) fn State(state: BankLineState) -> impl IntoView {
    let (tone, icon) = match state {
        BankLineState::Exact => (Tone::Ok, icondata::LuCheck),
        BankLineState::Likely => (Tone::Warn, icondata::LuClock),
        BankLineState::Open => (Tone::Plain, icondata::LuCircleDashed),
        BankLineState::Recorded => (Tone::Ok, icondata::LuCheck),
        BankLineState::Aside | BankLineState::Reversal => (Tone::Plain, icondata::LuBan),
    };
    view! { <Badge tone icon>{state_words(state)}</Badge> }
}

/// Why that is proposed.
pub(super) fn reason_words(reason: BankReason) -> &'static str {
    match reason {
        BankReason::Number => t!(bank.why_number),
        BankReason::NumberLess => t!(bank.why_less),
        BankReason::NumberMore => t!(bank.why_more),
        BankReason::NumberDoubtful => t!(bank.why_doubtful),
        BankReason::OtherPayer => t!(bank.why_payer),
        BankReason::SeveralClients => t!(bank.why_clients),
        BankReason::OtherCurrency => t!(bank.why_currency),
        BankReason::Settled => t!(bank.why_settled),
        BankReason::AmountAndPayer => t!(bank.why_amount_payer),
        BankReason::AllOpen => t!(bank.why_all),
        BankReason::Payer => t!(bank.why_known),
        BankReason::Amount => t!(bank.why_amount),
        BankReason::SeveralAmounts => t!(bank.why_amounts),
        BankReason::Nothing => t!(bank.why_nothing),
    }
}

/// What could not be read of a booking.
pub(super) fn problem_words(problem: &BankProblem) -> String {
    let words = match problem.field.as_str() {
        "booked_on" => t!(bank.no_day),
        "currency" => t!(bank.no_currency),
        _ => t!(bank.no_amount),
    };
    t!(bank.problem, line = problem.line, words = words)
}
