//! Words of requests.
use shared::api::*;

use crate::format::{Measure, date, date_range, list, money};
use crate::t;
use crate::ui::{Icon, Tone};
use chrono::NaiveDate;

/// A verdict by its name.
pub(crate) fn verdict(verdict: RequestVerdict) -> &'static str {
    match verdict {
        RequestVerdict::InScope => t!(requests.in_scope),
        RequestVerdict::Swap => t!(requests.swap),
        RequestVerdict::NextPeriod => t!(requests.next_period),
        RequestVerdict::Overage => t!(requests.overage),
        RequestVerdict::ChangeOrder => t!(requests.change_order),
        RequestVerdict::Decline => t!(requests.decline),
    }
}

/// How a state looks, and its name.
pub(super) fn state(state: RequestState) -> (Tone, Icon, &'static str) {
    match state {
        RequestState::New => (Tone::Warn, icondata::LuInbox, t!(requests.state_new)),
        RequestState::NeedsInput => {
            (Tone::Plain, icondata::LuHourglass, t!(requests.state_needs_input))
        }
        RequestState::Triaged => (Tone::Ok, icondata::LuCheck, t!(requests.state_triaged)),
        RequestState::Withdrawn => (Tone::Plain, icondata::LuX, t!(requests.state_withdrawn)),
    }
}

/// Where a change of scope stands: how that looks, and its name.
pub(super) fn order(state: ScopeChangeState) -> (Tone, &'static str) {
    match state {
        ScopeChangeState::Proposed => (Tone::Warn, t!(requests.order_proposed)),
        ScopeChangeState::Accepted => (Tone::Ok, t!(requests.order_accepted)),
        ScopeChangeState::Declined => (Tone::Bad, t!(requests.order_declined)),
    }
}

/// Why a verdict is not open.
pub(super) fn refusal(why: VerdictRefusal) -> String {
    crate::i18n::field_words(&FieldError::new("", why.code()))
}

/// Where a request stands towards the scope.
pub(super) fn side(kind: ScopeMatch) -> &'static str {
    match kind {
        ScopeMatch::Included => t!(requests.included),
        ScopeMatch::Excluded => t!(requests.excluded),
        ScopeMatch::Unclear => t!(requests.unclear),
    }
}

/// Why a match is proposed.
pub(super) fn match_reason(proposed: &ProposedMatch) -> String {
    match proposed.reason {
        MatchReason::Words => t!(requests.why_words, words = list(&proposed.words)),
        MatchReason::BothSides => t!(requests.why_both).to_owned(),
        MatchReason::NoWords => t!(requests.why_none).to_owned(),
        MatchReason::NoLines => t!(requests.why_no_lines).to_owned(),
    }
}

/// What an effect does, a line for each thing that is known or said to be unknown.
pub(super) fn effect(
    effect: &VerdictEffect,
    (pool, currency): (Option<&Pool>, &str),
    today: NaiveDate,
) -> Vec<String> {
    let measure = pool.map(Measure::of).unwrap_or_default();
    let mut lines = Vec::new();
    lines.push(match (effect.before, effect.after) {
        (Some(before), Some(after)) if before == after => {
            t!(requests.free_stays, free = measure.say(before))
        }
        (Some(before), Some(after)) => {
            t!(requests.free_becomes, before = measure.say(before), after = measure.say(after))
        }
        (Some(before), None) => t!(requests.free_stays, free = measure.say(before)),
        _ => t!(requests.free_unknown).to_owned(),
    });
    lines.extend(effect.ranked.map(|units| t!(requests.ranked, units = measure.say(units))));
    lines.extend(match (effect.from, effect.until) {
        (Some(from), Some(until)) => Some(date_range(from, until, today)),
        (Some(_), None) => Some(t!(requests.when_accepted).to_owned()),
        _ => None,
    });
    if effect.late {
        lines.push(t!(requests.late).to_owned());
    }
    let amount = |amount_minor| money(&Money { amount_minor, currency: currency.to_owned() });
    lines.push(match effect.fee_minor {
        Some(0) => t!(requests.fee_none).to_owned(),
        Some(fee) => t!(requests.fee_more, fee = amount(fee)),
        None => t!(requests.fee_unknown).to_owned(),
    });
    if effect.verdict != RequestVerdict::Decline {
        lines.push(match effect.margin_minor {
            Some(margin) => t!(requests.margin, margin = amount(margin)),
            None => t!(requests.margin_unknown).to_owned(),
        });
    }
    lines
}

/// Who asked, how and when.
pub(super) fn asked_by(request: &Request, today: NaiveDate, zone: &str) -> String {
    let day = date(crate::format::day_in_zone(request.created_at, zone), today);
    let who = request.asker_name.clone().or_else(|| request.created_by_name.clone());
    let who = who.unwrap_or_else(|| t!(requests.somebody).to_owned());
    match request.source {
        RequestSource::Form => t!(requests.by_form, who = who, day = day),
        RequestSource::Api => t!(requests.by_program, who = who, day = day),
        RequestSource::Staff => t!(requests.by_staff, who = who, day = day),
    }
}

/// A request as somebody else has saved it: labels and values.
pub(super) fn told(one: &Request) -> Vec<(&'static str, String)> {
    let triage = one.triage.as_ref();
    let said = |text: Option<String>| text.unwrap_or_default();
    vec![
        (t!(requests.verdict), said(triage.map(|one| verdict(one.verdict).to_owned()))),
        (t!(requests.reason), said(triage.and_then(|one| one.reason.clone()))),
        (t!(board.title_label), one.title.clone()),
        (t!(requests.kind), said(one.request_type_name.clone())),
        (t!(board.estimate), said(one.estimate.map(crate::format::effort))),
        (t!(requests.wanted), said(one.wanted_on.map(|day| date(day, crate::retainers::today())))),
    ]
}

/// What happened.
pub(super) fn event(event: &RequestEvent) -> String {
    let what = match event.kind {
        RequestEventKind::Received => t!(requests.event_received),
        RequestEventKind::Changed => t!(requests.event_changed),
        RequestEventKind::Matched => t!(requests.event_matched),
        RequestEventKind::Asked => t!(requests.event_asked),
        RequestEventKind::Supplied => t!(requests.event_supplied),
        RequestEventKind::Triaged => {
            return event.verdict.map_or_else(String::new, |one| {
                t!(requests.event_triaged, verdict = verdict(one))
            });
        }
        RequestEventKind::PutOnBoard => t!(requests.event_board),
        RequestEventKind::Withdrawn => t!(requests.state_withdrawn),
    };
    what.to_owned()
}
