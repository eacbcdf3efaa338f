//! Who does what, what comes when, how much process work needs, and where people meet.
use leptos::prelude::*;
use shared::api::{MemberId, PartKind, Workflow, WorkflowPart};

use super::page::Model;
use super::words;
use crate::format::{date, effort, list};
use crate::query::use_query;
use crate::session::use_today;
use crate::ui::{Badge, Loaded, Panel, Tone};
use crate::{api, t};

/// Who decides, executes, gives input and reviews. Source: requirement S3-4.
#[component]
pub(super) fn Seats(model: Model) -> impl IntoView {
    let members = use_query(api::members);
    let names = move |ids: &[MemberId]| {
        members.with(|page| {
            let known = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let name = |id: &MemberId| known.iter().find(|one| one.id == *id);
            let names: Vec<String> =
                ids.iter().filter_map(name).map(|one| one.name.clone()).collect();
            list(&names)
        })
    };
    let row = move |one: Workflow| {
        let seats = [
            (t!(model.seat_decides), one.owner_name),
            (t!(model.seat_executes), names(&one.terms.contributors)),
            (t!(model.seat_reviews), names(&one.terms.reviewers)),
            (t!(model.seat_input), list(&one.terms.stakeholders)),
        ];
        let seats = seats.into_iter().filter(|(_, who)| !who.is_empty()).map(|(seat, who)| {
            view! {
                <dt>{seat}</dt>
                <dd>{who}</dd>
            }
        });
        view! {
            <li class="know-row">
                <p class="font-medium">{one.name}</p>
                <dl class="facts">{seats.collect_view()}</dl>
            </li>
        }
    };
    view! {
        <Panel title=t!(model.seats)>
            <Loaded of=model.workflows.standing() rows=3>
                <ul class="panel-rows">
                    {move || model.workflows().into_iter().map(row).collect_view()}
                </ul>
            </Loaded>
        </Panel>
    }
}

/// What is looked at next, in order.
#[component]
pub(super) fn Cadences(model: Model) -> impl IntoView {
    let today = use_today().get_untracked();
    let rows = move || {
        let reviews = model.workflows().into_iter().map(|one| {
            let name = t!(model.cadence_review, name = one.name.as_str());
            (one.next_review_on, name, String::from("/model"))
        });
        let checks = model.sops().into_iter().map(|one| {
            let name = t!(model.cadence_check, name = one.name.as_str());
            (one.next_check_on, name, format!("/model/sops/{}", one.id))
        });
        let mut all: Vec<_> = reviews.chain(checks).collect();
        all.sort();
        let row = |(on, name, href): (chrono::NaiveDate, String, String)| {
            let due = (on <= today).then(|| {
                view! { <Badge tone=Tone::Warn icon=icondata::LuBellRing>{t!(model.due)}</Badge> }
            });
            let name = match href.as_str() {
                "/model" => view! { <span>{name}</span> }.into_any(),
                _ => view! { <a class="link" href=href>{name}</a> }.into_any(),
            };
            view! {
                <li class="know-row">
                    <p class="know-row-head">{name} {due}</p>
                    <p class="text-muted">{date(on, today)}</p>
                </li>
            }
        };
        all.into_iter().map(row).collect_view()
    };
    view! {
        <Panel title=t!(model.cadences)>
            <Loaded of=model.workflows.standing() rows=3>
                <ul class="panel-rows">{rows}</ul>
            </Loaded>
        </Panel>
    }
}

/// How much process work needs. Source: requirements S0-28 to S0-31, UX 1.5.
#[component]
pub(super) fn Levels() -> impl IntoView {
    let levels = [
        (t!(model.level_light), t!(model.level_light_needs)),
        (t!(model.level_standard), t!(model.level_standard_needs)),
        (t!(model.level_detailed), t!(model.level_detailed_needs)),
    ];
    let row = |(name, needs): (&'static str, &'static str)| {
        view! {
            <li class="know-row">
                <p class="font-medium">{name}</p>
                <p class="text-soft">{needs}</p>
            </li>
        }
    };
    view! {
        <Panel title=t!(model.levels)>
            <ul class="panel-rows">{levels.map(row).collect_view()}</ul>
        </Panel>
    }
}

/// Recurring meetings with the decision they serve. Source: requirement S0-43.
#[component]
pub(super) fn Meetings(model: Model) -> impl IntoView {
    let all = move || {
        let of = |one: Workflow| {
            let name = one.name;
            let parts = one.terms.parts.into_iter();
            let parts = parts.filter(|part| part.kind == PartKind::Meeting);
            parts.map(move |part| (name.clone(), part)).collect::<Vec<_>>()
        };
        model.workflows().into_iter().flat_map(of).collect::<Vec<_>>()
    };
    let row = |(place, part): (String, WorkflowPart)| {
        let serves = match part.serves {
            Some(what) => t!(model.serves, what = words::improves(what)),
            None => t!(model.serves_nothing).to_owned(),
        };
        let minutes = part.monthly_minutes();
        let removal = part.removal().map(|reason| {
            let words = words::removal(reason);
            view! { <Badge tone=Tone::Warn icon=icondata::LuScissors>{words}</Badge> }
        });
        view! {
            <li class="know-row">
                <p class="know-row-head">
                    <span class="font-medium">{part.name}</span>
                    {removal}
                </p>
                <p class="text-soft">{serves}</p>
                <p class="text-muted num">
                    {place} " · " {t!(model.a_month, effort = effort(minutes))}
                </p>
            </li>
        }
    };
    let sum = move || all().iter().map(|(_, part)| part.monthly_minutes()).sum::<i64>();
    let aside = move || {
        view! { <span class="num">{t!(model.a_month, effort = effort(sum()))}</span> }
    };
    view! {
        <Panel title=t!(model.meetings) aside=aside>
            <Loaded of=model.workflows.standing() rows=2>
                <ul class="panel-rows">{move || all().into_iter().map(row).collect_view()}</ul>
                <Show when=move || all().is_empty()>
                    <p class="panel-body text-muted">{t!(model.meetings_none)}</p>
                </Show>
            </Loaded>
        </Panel>
    }
}
