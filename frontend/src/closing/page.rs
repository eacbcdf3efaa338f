//! The screen: which cycle, which step, and what closing it does.
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use shared::api::{Cycle, CycleStatus, Page, Retainer, RetainerId};

use super::close_href;
use super::made::Made;
use super::state::Draft;
use super::steps::{STEPS, Steps};
use super::summary::Summary;
use crate::format::cycle_range;
use crate::i18n::code_words;
use crate::keys::use_digits;
use crate::query::{Query, use_all, use_query_when};
use crate::retainers::{retainer_href, today};
use crate::shell::Area;
use crate::ui::{Badge, ButtonLink, Empty, Loaded, PageHeader, Tab, TabLinks, Tone, icon};
use crate::{api, t};

/// `/accounts/:account/retainers/:retainer/close?cycle=SEQ&step=N`
#[component]
pub fn ClosePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("retainer")?.parse::<RetainerId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => {
            view! { <div class="page"><Empty title=t!(retainers.not_found) /></div> }.into_any()
        }
    }
}

#[component]
fn Screen(id: RetainerId) -> impl IntoView {
    let address = use_query_map();
    let retainer = use_query_when(move || Some(api::retainer(id)));
    let cycles: Query<Page<Cycle>> = use_all(move || Some(api::cycles(id)));
    let asked = Memo::new(move |_| {
        address.with(|query| query.get("cycle").and_then(|seq| seq.parse::<i64>().ok()))
    });
    let cycle = Memo::new(move |_| {
        let asked = asked.get();
        cycles.with(|page| wanted(&page?.items, asked).cloned())
    });
    let which = Memo::new(move |_| cycle.with(|cycle| cycle.as_ref().map(|cycle| cycle.id)));
    let title = Signal::derive(move || {
        cycle.with(|cycle| match cycle {
            Some(cycle) if cycle.status == CycleStatus::Closed => {
                t!(closing.title_made, seq = cycle.seq)
            }
            Some(cycle) => t!(closing.title, seq = cycle.seq),
            None => t!(closing.nothing_title).to_owned(),
        })
    });
    let days = move || {
        let cycle = cycle.get()?;
        let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
        Some(view! { <Badge tone=Tone::Plain icon=icondata::LuCalendar>{days}</Badge> })
    };
    let whose = Signal::derive(move || {
        let names = |one: &Retainer| format!("{}, {}", one.name, one.account_name);
        retainer.with(|retainer| retainer.map(names)).unwrap_or_default()
    });
    let body = move || match which.get() {
        Some(id) => {
            let draft = Draft::new(retainer, id);
            view! { <Strip draft /> }.into_any()
        }
        None => view! { <Nothing asked /> }.into_any(),
    };
    let body = StoredValue::new(body);
    view! {
        <PageHeader title area=Area::Accounts about=whose status=move || view! { {days} }>
            <BackLink retainer cycle />
        </PageHeader>
        <div class="page">
            <Loaded of=cycles.standing() rows=8>{move || body.with_value(|body| body())}</Loaded>
        </div>
    }
}

/// The cycle in the address; without one the oldest that waits, or the last that was closed.
/// `cycles` are newest first.
fn wanted(cycles: &[Cycle], asked: Option<i64>) -> Option<&Cycle> {
    if let Some(seq) = asked {
        return cycles.iter().find(|cycle| cycle.seq == seq);
    }
    let today = today();
    let waits = |cycle: &&Cycle| cycle.status == CycleStatus::Open && cycle.ends_on <= today;
    let closed = |cycle: &&Cycle| cycle.status == CycleStatus::Closed;
    cycles.iter().rev().find(waits).or_else(|| cycles.iter().find(closed))
}

#[component]
fn BackLink(retainer: Query<Retainer>, cycle: Memo<Option<Cycle>>) -> impl IntoView {
    move || {
        let seq = cycle.with(|cycle| cycle.as_ref().map(|cycle| cycle.seq));
        retainer.with(|retainer| {
            let retainer = retainer?;
            let page = retainer_href(retainer.account_id, retainer.id);
            let href = match seq {
                Some(seq) => format!("{page}?cycle={seq}"),
                None => page,
            };
            let words = t!(closing.back);
            Some(view! { <ButtonLink href icon=icondata::LuArrowLeft>{words}</ButtonLink> })
        })
    }
}

#[component]
fn Nothing(asked: Memo<Option<i64>>) -> impl IntoView {
    let title = match asked.get_untracked() {
        Some(_) => t!(closing.no_such_cycle),
        None => t!(closing.nothing_title),
    };
    view! { <Empty icon=icondata::LuCalendarCheck title=title about=t!(closing.nothing_about) /> }
}

/// The steps beside what closing does; once it is closed by hand, what was decided and said.
#[component]
fn Strip(draft: Draft) -> impl IntoView {
    let made = Memo::new(move |_| {
        draft.closing.with(|closing| closing.as_ref().is_some_and(|one| one.made.is_some()))
    });
    view! {
        <Loaded of=draft.standing() rows=8>
            <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
                {move || match made.get() {
                    true => view! { <Made draft /> }.into_any(),
                    false => view! { <Guided draft /> }.into_any(),
                }}
                <Summary draft />
            </div>
        </Loaded>
    }
}

#[component]
fn Guided(draft: Draft) -> impl IntoView {
    let address = use_query_map();
    let navigate = use_navigate();
    let step = Memo::new(move |_| {
        let asked = address.with(|query| query.get("step").and_then(|n| n.parse::<usize>().ok()));
        asked.map_or(0, |n| n.saturating_sub(1).min(STEPS - 1))
    });
    let href = move |place: usize| {
        let seq = draft.closing.with(|closing| closing.as_ref().map(|one| one.cycle.seq));
        let base = draft.retainer.with(|retainer| {
            retainer.map(|one| close_href(one.account_id, one.id, seq.unwrap_or(1)))
        });
        format!("{}&step={}", base.unwrap_or_default(), place + 1)
    };
    let go = Callback::new(move |place: usize| {
        if place < STEPS {
            let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
            navigate(&untrack(|| href(place)), options);
        }
    });
    use_digits(t!(closing.steps_keys), "1–9", move |place| go.run(place));
    let tabs = Signal::derive(move || {
        let names = [
            t!(closing.step_late),
            t!(closing.step_rest),
            t!(closing.step_overage),
            t!(closing.step_invoice),
            t!(closing.step_recap),
            t!(closing.step_next),
        ];
        let tab = |(place, name): (usize, &str)| Tab {
            href: href(place),
            label: name.to_owned(),
            count: None,
            current: step.get() == place,
        };
        names.into_iter().enumerate().map(tab).collect::<Vec<_>>()
    });
    let refused = move || {
        let code = draft.closing.with(|closing| closing.as_ref()?.refused)?;
        let words = code_words(code);
        Some(view! { <p class="note note-bad">{icon(icondata::LuCircleAlert)} {words}</p> })
    };
    let frozen = move || {
        let words = t!(closing.frozen);
        draft.frozen().then(|| {
            view! { <p class="note">{icon(icondata::LuLock)} {words}</p> }
        })
    };
    view! {
        <div class="stack">
            {refused}
            {frozen}
            <div class="panel close-steps overflow-hidden"><TabLinks label=t!(closing.steps) tabs /></div>
            <Steps draft step go />
        </div>
    }
}
