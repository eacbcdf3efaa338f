//! What happened to a request, the newest first.
use leptos::prelude::*;
use shared::api::{Page, RequestEvent};

use super::state::Shown;
use super::words;
use crate::format::moment;
use crate::query::use_query;
use crate::ui::{Loaded, Panel};
use crate::{api, t};

#[component]
pub(super) fn History(shown: Shown) -> impl IntoView {
    let events = use_query(move || api::request_events(shown.id));
    let rows = move || {
        events.with(|page: Option<&Page<RequestEvent>>| page.map(|page| page.items.clone()))
    };
    // Decided elsewhere, by the side whose business it is.
    let order = move || {
        let triage = shown.request.with(|one| one.and_then(|one| one.triage.clone()))?;
        let (who, at) = triage.scope_change_decided_by.zip(triage.scope_change_decided_at)?;
        let number = triage.scope_change_number?;
        let state = triage.scope_change_state.map(words::order)?;
        let at = moment(at, &shown.zone.get_value(), shown.today);
        Some(view! {
            <li class="req-row">
                <p>{format!("{}: {}", t!(requests.to_order, number = number), state.1)}</p>
                <p class="text-xs text-muted">{format!("{who} · {at}")}</p>
            </li>
        })
    };
    let order_at = move || {
        let triage = shown.request.with(|one| one.and_then(|one| one.triage.clone()))?;
        triage.scope_change_decided_at
    };
    let split = move |later: bool| {
        let all = rows().unwrap_or_default();
        let since = order_at();
        let keep = move |one: &RequestEvent| since.is_some_and(|at| one.at >= at) == later;
        all.into_iter().filter(keep).collect::<Vec<_>>()
    };
    view! {
        <Panel title=t!(requests.history)>
            <Loaded of=events.standing() rows=3>
                <ul class="panel-rows">
                    <For each=move || split(true) key=|one| one.id let:one>
                        <Row shown one />
                    </For>
                    {order}
                    <For each=move || split(false) key=|one| one.id let:one>
                        <Row shown one />
                    </For>
                </ul>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(shown: Shown, one: RequestEvent) -> impl IntoView {
    let at = moment(one.at, &shown.zone.get_value(), shown.today);
    let asker = || untrack(|| shown.request.with(|of| of.and_then(|of| of.asker_name.clone())));
    let who = one.member_name.clone().or_else(asker);
    let who = who.unwrap_or_else(|| t!(requests.the_asker).to_owned());
    view! {
        <li class="req-row">
            <p>{words::event(&one)}</p>
            {one.text.map(|text| view! { <p class="text-soft">{text}</p> })}
            <p class="text-xs text-muted">{format!("{who} · {at}")}</p>
        </li>
    }
}
