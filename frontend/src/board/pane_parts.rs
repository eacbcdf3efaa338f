//! The parts of a card: what it is, who sits where, what it needs, and how it was looked at.
use leptos::prelude::*;
use shared::api::{
    BlockerKind, Held, NewWorkWaiting, Seat, WorkArea, WorkBlocker, WorkColumn, WorkHandoff,
    WorkItem, WorkSettled,
};

use super::pane::{Edit, Shown};
use super::{step_forms, words};
use crate::format::{date, effort, moment};
use crate::retainers::today;
use crate::session::use_me;
use crate::ui::{Button, icon};
use crate::{api, t};

/// A part with a heading, and a button where it can be changed.
#[component]
fn Part(
    shown: Shown,
    #[prop(into)] title: String,
    /// What its button changes, and the button's words.
    #[prop(optional)]
    edit: Option<(Edit, &'static str)>,
    /// Whether there is something to change.
    #[prop(default = true.into(), into)]
    open: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let button = edit.filter(|_| shown.state.may).map(|(edit, words)| {
        let press = Callback::new(move |()| shown.edit.set(Some(edit)));
        view! {
            <Show when=move || open.get()>
                <Button small=true on_press=press>{words}</Button>
            </Show>
        }
    });
    let label = title.clone();
    view! {
        <section class="pane-part" aria-label=label>
            <div class="pane-part-head"><h3>{title}</h3> {button}</div>
            {children()}
        </section>
    }
}

fn row(name: &'static str, value: Option<String>) -> Option<impl IntoView> {
    value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
}

#[component]
pub(super) fn Facts(shown: Shown) -> impl IntoView {
    let facts = move || {
        let item = shown.item.get()?;
        let spent = match item.estimate {
            Some(estimate) => {
                t!(board.of_estimate, drawn = effort(item.drawn), estimate = effort(estimate))
            }
            None => effort(item.drawn),
        };
        let cycle = item.cycle_seq.map(crate::format::count);
        let loose = || t!(board.unprioritised).to_owned();
        let priority = item.priority_title.unwrap_or_else(loose);
        Some(view! {
            <dl class="pane-facts">
                {row(t!(board.goal), item.goal)}
                {row(t!(board.criteria), item.criteria)}
                {row(t!(board.priority), Some(priority))}
                {row(t!(board.effort), Some(spent))}
                {row(t!(board.item), item.item)}
                {row(t!(board.due), item.due_on.map(|day| date(day, today())))}
                {row(t!(board.cycle), cycle)}
                {row(t!(board.channel), item.channel)}
            </dl>
        })
    };
    view! { {facts} }
}

#[component]
pub(super) fn Seats(shown: Shown) -> impl IntoView {
    let rows = move || {
        let seats = shown.item.with(|item| item.map(|item| item.seats.clone()))?;
        let all = [seats.decision, seats.execution, seats.input, seats.review];
        let row = |(seat, held): (&Seat, Option<Held>)| {
            let name = held.map_or_else(|| t!(board.nobody).to_owned(), |held| held.name);
            view! { <div><dt>{words::seat(*seat)}</dt><dd>{name}</dd></div> }
        };
        let also: Vec<String> = seats.contributors.into_iter().map(|held| held.name).collect();
        let also = (!also.is_empty()).then(|| crate::format::list(&also));
        Some(view! {
            <dl class="pane-facts">
                {Seat::ALL.iter().zip(all).map(row).collect_view()}
                {self::row(t!(board.contributors), also)}
            </dl>
        })
    };
    view! {
        <Part shown title=t!(board.seats) edit=(Edit::Seats, t!(board.give_seats))>{rows}</Part>
    }
}

#[component]
pub(super) fn Inputs(shown: Shown) -> impl IntoView {
    let rows = move || {
        let inputs = shown.item.with(|item| item.map(|item| item.inputs.clone()))?;
        let row = |input: &shared::api::WorkInput| {
            let mark = match input.supplied.is_some() {
                true => icon(icondata::LuCircleCheck),
                false => icon(icondata::LuCircle),
            };
            let state = match (&input.supplied, &input.supplied_by) {
                (Some(text), Some(by)) => format!("{text} ({by})"),
                (Some(text), None) => text.clone(),
                (None, _) if input.required => t!(board.required_missing).to_owned(),
                (None, _) => t!(board.optional_missing).to_owned(),
            };
            view! { <li>{mark} <span><strong>{input.name.clone()}</strong> " " {state}</span></li> }
        };
        let none = inputs.is_empty().then(|| view! { <p class="muted">{t!(board.no_inputs)}</p> });
        Some(view! { {none} <ul class="pane-list">{inputs.iter().map(row).collect_view()}</ul> })
    };
    view! {
        <Part shown title=t!(board.inputs) edit=(Edit::Inputs, t!(board.edit_inputs))>{rows}</Part>
    }
}

#[component]
pub(super) fn Level(shown: Shown) -> impl IntoView {
    let words = move || {
        let level = shown.item.with(|item| item.map(|item| item.level.clone()))?;
        let chosen = level.chosen_by.as_ref().map(|by| {
            let why = level.chosen_why.clone().unwrap_or_default();
            t!(board.level_chosen, by = by, why = why)
        });
        let proposed = t!(
            board.level_proposed,
            level = words::level(level.proposed),
            why = words::reason(level.reason),
        );
        let prompt = level.prompt.map(|prompt| {
            view! { <p class="pane-prompt">{words::prompt(prompt)}</p> }
        });
        Some(view! {
            <p><strong>{words::level(level.level)}</strong></p>
            <p class="muted">{proposed}</p>
            {chosen.map(|words| view! { <p class="muted">{words}</p> })}
            {prompt}
        })
    };
    view! {
        <Part shown title=t!(board.level) edit=(Edit::Level, t!(board.choose_level))>{words}</Part>
    }
}

/// Review, revisions, decision and verdict.
#[component]
pub(super) fn Steps(shown: Shown) -> impl IntoView {
    let review = move || {
        let item = shown.item.get()?;
        let words = match (item.review.first_stage, item.review.passed, item.review.required) {
            (_, true, _) => t!(board.review_passed),
            (Some(_), false, _) => t!(board.review_open),
            (None, false, true) => t!(board.review_required),
            (None, false, false) => t!(board.review_none),
        };
        let rounds = t!(board.rounds, n = crate::format::count(item.revisions));
        let guide = item.guide.map(|_| view! { <p class="pane-prompt">{t!(board.guide)}</p> });
        let revise = Callback::new(move |()| shown.edit.set(Some(Edit::Revision)));
        let open = item.decision.is_none() && shown.state.may;
        let button = open.then(|| {
            view! { <Button small=true on_press=revise>{t!(board.add_round)}</Button> }
        });
        Some(view! { <p>{words}</p> <p class="pane-line">{rounds} {button}</p> {guide} })
    };
    let decision = move || {
        let item = shown.item.get()?;
        Some(match item.decision {
            Some(made) => {
                let recorded = t!(board.decided_by, owner = made.owner_name, by = made.recorded_by);
                let why = made.reason.or(made.evidence);
                view! { <p>{recorded}</p> <p class="muted">{why}</p> }.into_any()
            }
            None => view! { <p class="muted">{t!(board.undecided)}</p> }.into_any(),
        })
    };
    let open = Memo::new(move |_| {
        let open = |item: &WorkItem| !step_forms::decisions(item).is_empty();
        shown.item.with(|item| item.is_some_and(open))
    });
    view! {
        <Part shown title=t!(board.review) edit=(Edit::Review, t!(board.add_review))>{review}</Part>
        <Part
            shown
            title=t!(board.decision)
            edit=(Edit::Decision, t!(board.decide))
            open
        >{decision}</Part>
        <VerdictPart shown />
    }
}

#[component]
fn VerdictPart(shown: Shown) -> impl IntoView {
    let delivered = Memo::new(move |_| {
        shown.item.with(|item| item.is_some_and(|item| item.column == WorkColumn::Delivered))
    });
    let words = move || {
        let verdict = shown.item.with(|item| item?.verdict.clone());
        match verdict {
            None => view! { <p class="muted">{t!(board.no_verdict)}</p> }.into_any(),
            Some(verdict) => {
                let found = verdict.found;
                let all = [
                    (t!(board.fits_business), Some(found.business_fit)),
                    (t!(board.is_clear), Some(found.clarity)),
                    (t!(board.is_reliable), Some(found.execution_reliability)),
                    (t!(board.brings_leads), found.lead_quality),
                    (t!(board.helps_decide), Some(found.better_decisions)),
                ];
                let row = |(name, holds): (&'static str, Option<bool>)| {
                    holds.map(|holds| {
                        let (mark, words) = match holds {
                            true => (icon(icondata::LuCircleCheck), t!(common.yes)),
                            false => (icon(icondata::LuCircleX), t!(common.no)),
                        };
                        view! { <li>{mark} <span>{name} ": " {words}</span></li> }
                    })
                };
                view! {
                    <ul class="pane-list">{all.map(row).collect_view()}</ul>
                    <p class="muted">{found.note} " " {verdict.member_name}</p>
                }
                .into_any()
            }
        }
    };
    view! {
        <Show when=move || delivered.get()>
            <Part shown title=t!(board.verdict) edit=(Edit::Verdict, t!(board.judge))>{words}</Part>
        </Show>
    }
}

pub(super) fn blocker_words(kind: BlockerKind) -> &'static str {
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

pub(super) fn area_words(area: WorkArea) -> &'static str {
    match area {
        WorkArea::Marketing => t!(board.area_marketing),
        WorkArea::Sales => t!(board.area_sales),
        WorkArea::Operations => t!(board.area_operations),
        WorkArea::Finance => t!(board.area_finance),
        WorkArea::Product => t!(board.area_product),
        WorkArea::Leadership => t!(board.area_leadership),
        WorkArea::Partner => t!(board.area_partner),
    }
}

/// What is in its way, for whom it waits, and to whom it was handed.
#[component]
pub(super) fn Flow(shown: Shown) -> impl IntoView {
    let of = move |part: fn(&WorkItem) -> Vec<AnyOf>| {
        shown.item.with(|item| item.map(part).unwrap_or_default())
    };
    let blockers = move || {
        let all = of(|item| item.blockers.iter().cloned().map(AnyOf::Blocker).collect());
        all.into_iter().map(|one| view! { <FlowRow shown one /> }).collect_view()
    };
    let handoffs = move || {
        let all = of(|item| item.handoffs.iter().cloned().map(AnyOf::Handoff).collect());
        all.into_iter().map(|one| view! { <FlowRow shown one /> }).collect_view()
    };
    let waiting = move || {
        let waiting = shown.item.with(|item| item.map(|item| item.waiting.clone()))?;
        let total = t!(board.waited, time = words::lasting(waiting.seconds));
        let resume = Callback::new(move |()| {
            let id = shown.id;
            shown.act(async move { api::wait_work(id, &NewWorkWaiting { waits_for: None }).await });
        });
        let now = waiting.waits_for.map(|whom| t!(board.waits_for, whom = whom));
        let button = (now.is_some() && shown.state.may).then(|| {
            view! { <Button small=true on_press=resume>{t!(board.resume)}</Button> }
        });
        Some(view! { <p class="pane-line">{now.unwrap_or_default()} " " {total} {button}</p> })
    };
    view! {
        <Part shown title=t!(board.waiting) edit=(Edit::Waiting, t!(board.wait))>{waiting}</Part>
        <Part shown title=t!(board.blockers) edit=(Edit::Blocker, t!(board.add_blocker))>
            <ul class="pane-list">{blockers}</ul>
        </Part>
        <Part shown title=t!(board.handoffs) edit=(Edit::Handoff, t!(board.add_handoff))>
            <ul class="pane-list">{handoffs}</ul>
        </Part>
    }
}

/// A blocker or a handoff.
#[derive(Clone)]
enum AnyOf {
    Blocker(WorkBlocker),
    Handoff(WorkHandoff),
}

#[component]
fn FlowRow(shown: Shown, one: AnyOf) -> impl IntoView {
    let id = shown.id;
    // Who cannot sign in accepts by a word of evidence.
    let by_contact = matches!(&one, AnyOf::Handoff(one) if one.receiver.holder.contact().is_some());
    let (words, note, number, done) = match one {
        AnyOf::Blocker(one) => {
            let age = words::lasting(one.age_seconds);
            let kind = blocker_words(one.kind);
            let words = t!(board.blocker_row, kind = kind, owner = one.owner.name, age = age);
            (words, one.note, (one.number, true), one.cleared_at.is_some())
        }
        AnyOf::Handoff(one) => {
            let words = t!(
                board.handoff_row,
                from = area_words(one.from_area),
                to = area_words(one.to_area),
                giver = one.giver.name,
                receiver = one.receiver.name,
            );
            let accepted = one.accepted_at.map(|at| {
                let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
                let who = one.accepted_by.unwrap_or_default();
                t!(board.handoff_accepted, who = who, at = moment(at, &zone, today()))
            });
            let note = [one.note, accepted].into_iter().flatten().collect::<Vec<_>>().join(". ");
            let note = Some(note).filter(|note| !note.is_empty());
            (words, note, (one.number, false), one.accepted_at.is_some())
        }
    };
    let (number, blocker) = number;
    let press = Callback::new(move |()| {
        if by_contact {
            return shown.edit.set(Some(Edit::Acceptance(number)));
        }
        let body = WorkSettled { number, note: None };
        shown.act(async move {
            match blocker {
                true => api::clear_work(id, &body).await,
                false => api::accept_work(id, &body).await,
            }
        });
    });
    let verb = if blocker { t!(board.clear) } else { t!(board.accept) };
    let button = (!done && shown.state.may).then(|| {
        view! { <Button small=true on_press=press>{verb}</Button> }
    });
    let mark = match done {
        true => icon(icondata::LuCircleCheck),
        false => icon(icondata::LuCircle),
    };
    view! {
        <li>
            {mark}
            <span class:is-done=done>{words} {note.map(|note| format!(". {note}"))}</span>
            {button}
        </li>
    }
}
