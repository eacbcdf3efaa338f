//! The signals of a review: figure, trend, owner, source and the decision it informs together.
//! Source: requirements S3-15 to S3-22.
use leptos::prelude::*;
use shared::api::{LeadFit, Money, Observed, ReviewRoom, SignalKind, SignalPart, SignalReading};

use super::room::Room;
use super::trend::Trend;
use super::words;
use crate::format::{count, date, effort, list, money_short};
use crate::session::use_today;
use crate::t;
use crate::ui::{Badge, Button, Tone};

#[component]
pub(super) fn Signals(room: Room, now: ReviewRoom) -> impl IntoView {
    let observed = now.observed;
    let lines = warnings(&observed).into_iter().map(|line| {
        view! { <p class="panel-body know-guide">{line}</p> }
    });
    let rows = observed.signals.into_iter().map(|signal| view! { <Row room signal /> });
    view! {
        {lines.collect_view()}
        <ul class="panel-rows">{rows.collect_view()}</ul>
    }
}

/// What is wrong with the set as a whole. Source: requirements S3-21, S3-22.
fn warnings(observed: &Observed) -> Vec<String> {
    let unbalanced = (!observed.balanced).then(|| t!(reviews.unbalanced).to_owned());
    let alone = observed.unpaired.iter();
    let alone = alone.map(|kind| t!(reviews.unpaired, name = words::signal(*kind)));
    unbalanced.into_iter().chain(alone).collect()
}

#[component]
fn Row(room: Room, signal: SignalReading) -> impl IntoView {
    let today = use_today().get_untracked();
    let kind = signal.kind;
    let name = words::signal(kind);
    let (tone, icon, words) = match (signal.percent, signal.weak) {
        (None, _) => (Tone::Plain, icondata::LuCircleDashed, t!(reviews.nothing_new)),
        (_, true) => (Tone::Warn, icondata::LuTrendingDown, t!(reviews.weak)),
        (_, false) => (Tone::Ok, icondata::LuCheck, t!(reviews.fine)),
    };
    let waits = signal.due_on.filter(|_| !signal.due);
    let waits = waits.map(|on| t!(reviews.not_due, on = date(on, today)));
    let figure = signal.percent.map(|_| {
        view! { <span class="num font-medium">{words::percent(signal.percent)}</span> }
    });
    let rate = (room.may && signal.due).then(|| {
        let label = t!(reviews.rate_this, name = name);
        let press = Callback::new(move |()| room.rating.set(Some(kind)));
        view! { <Button small=true label on_press=press>{t!(reviews.rate)}</Button> }
    });
    let facts = facts(&signal);
    let parts = if signal.rating.is_some() { Vec::new() } else { parts(&signal) };
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <span class="font-medium">{name}</span>
                {figure}
                <Badge tone icon>{words}</Badge>
                <span class="know-row-actions">{rate}</span>
            </div>
            {signal.meaning.clone().map(|meaning| view! { <p class="text-soft">{meaning}</p> })}
            <Trend signal />
            {waits.map(|words| view! { <p class="text-muted">{words}</p> })}
            {facts.into_iter().map(|line| view! { <p class="text-soft">{line}</p> }).collect_view()}
            {(!parts.is_empty()).then(|| view! {
                <p class="text-muted">{parts.join(" · ")}</p>
            })}
        </li>
    }
}

/// Owner, source and decision, and what is missing of them.
fn facts(signal: &SignalReading) -> Vec<String> {
    let pair = |label: &str, value: &str| format!("{label}: {value}");
    let source = signal.source.clone();
    // What people rated was not computed.
    let computed = signal.measured && signal.rating.is_none();
    let source = source.or_else(|| computed.then(|| t!(reviews.computed).to_owned()));
    let mut line = Vec::new();
    line.extend(signal.owner_name.as_ref().map(|name| pair(t!(decisions.owner), name)));
    line.extend(source.map(|source| pair(t!(reviews.source), &source)));
    line.extend(signal.informs.as_ref().map(|what| pair(t!(reviews.informs), what)));
    let mut lines = vec![line.join(" · ")];
    if !signal.gaps.is_empty() {
        let gaps: Vec<String> = signal.gaps.iter().map(|gap| words::gap(*gap).to_owned()).collect();
        lines.push(t!(reviews.gaps, list = list(&gaps)));
    }
    lines.extend(signal.rating.as_ref().map(|rating| {
        let why: Vec<&str> = rating.evidence.iter().map(|one| one.text.as_str()).collect();
        t!(reviews.rated, n = rating.score, why = why.join("; "))
    }));
    lines.retain(|line| !line.is_empty());
    lines
}

/// What a figure consists of, each part in its unit.
fn parts(signal: &SignalReading) -> Vec<String> {
    let of = |n: String, all: Option<String>| match all {
        Some(all) => t!(reviews.parts_of, n = n, all = all),
        None => n,
    };
    let told = |part: &SignalPart| {
        let name = part.name.clone().unwrap_or_else(|| t!(reviews.elsewhere).to_owned());
        let (name, value) = match signal.kind {
            SignalKind::StrategicFit
            | SignalKind::ResourceAllocation
            | SignalKind::ChannelFocus => {
                // Nothing was planned for what went elsewhere.
                let all = part.of.filter(|of| *of > 0).map(effort);
                let spent = effort(part.count);
                // More than was planned is no part of it.
                let said = match all {
                    Some(all) => t!(reviews.parts_planned, n = spent, all = all),
                    None => spent,
                };
                (name, said)
            }
            SignalKind::PipelineContribution => {
                let money = Money { amount_minor: part.count, currency: name };
                (t!(reviews.revenue).to_owned(), money_short(&money))
            }
            _ => (known(&name), of(count(part.count), part.of.map(count))),
        };
        format!("{name} {value}")
    };
    signal.parts.iter().filter(|part| part.count > 0 || part.of != Some(0)).map(told).collect()
}

/// The name of a part that the server names by a word of its own.
fn known(name: &str) -> String {
    let fit = LeadFit::named(name).map(words::fit);
    let words = fit.or(match name {
        "verdicts" => Some(t!(reviews.part_verdicts)),
        "revisions" => Some(t!(reviews.part_revisions)),
        "handoffs" => Some(t!(reviews.part_handoffs)),
        _ => None,
    });
    words.unwrap_or(name).to_owned()
}
