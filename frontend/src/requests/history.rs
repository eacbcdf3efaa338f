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
    view! {
        <Panel title=t!(requests.history)>
            <Loaded of=events.standing() rows=3>
                <ul class="panel-rows">
                    <For each=move || rows().unwrap_or_default() key=|one| one.id let:one>
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
    let who = one.member_name.clone().unwrap_or_else(|| t!(requests.the_asker).to_owned());
    view! {
        <li class="req-row">
            <p>{words::event(&one)}</p>
            {one.text.map(|text| view! { <p class="text-soft">{text}</p> })}
            <p class="text-xs text-muted">{format!("{who} · {at}")}</p>
        </li>
    }
}
