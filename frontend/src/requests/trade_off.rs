//! What a swap would push out: dragged onto the card, or put off by a button.
use leptos::prelude::*;
use shared::api::{RequestOptions, RequestVerdict, VerdictRefusal};

use super::triage::{Displaced, Draft};
use crate::format::Measure;
use crate::t;
use crate::ui::{announce, icon};

/// Something that could make room.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    what: Displaced,
    title: String,
    frees: String,
}

fn rows(options: &RequestOptions) -> Vec<Row> {
    let measure = options.pool.as_ref().map(Measure::of).unwrap_or_default();
    // What would free nothing makes no room.
    let frees = |units: i64| options.pool.is_none() || units > 0;
    let items = options.items.iter().filter(|one| frees(one.frees)).map(|one| Row {
        what: Displaced::Item(one.id),
        // A card is told from a request of the same number.
        title: format!("{} · {}", t!(requests.to_card, number = one.number), one.title),
        frees: measure.say(one.frees),
    });
    let priorities = options.priorities.iter().filter(|one| frees(one.frees)).map(|one| Row {
        what: Displaced::Priority(one.id),
        title: t!(requests.priority_row, title = one.title.as_str()),
        frees: measure.say(one.frees),
    });
    items.chain(priorities).collect()
}

#[component]
pub(super) fn TradeOff(draft: Draft, options: StoredValue<RequestOptions>) -> impl IntoView {
    let all = StoredValue::new(options.with_value(rows));
    let dragged = RwSignal::new(None::<usize>);
    let over = RwSignal::new(false);
    let choose = Callback::new(move |place: usize| {
        let Some(row) = all.with_value(|all| all.get(place).cloned()) else { return };
        draft.displaced.set(Some(row.what));
        draft.verdict.set(Some(RequestVerdict::Swap));
        draft.form.touched("/displaces_item_id");
        draft.form.touched("/displaces_priority_id");
        announce(t!(requests.displaced_now, title = row.title));
    });
    let enter = move |event: leptos::ev::DragEvent| {
        if dragged.get_untracked().is_some() {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(place) = dragged.get_untracked() {
            choose.run(place);
        }
        dragged.set(None);
    };
    let chosen = move || {
        let what = draft.displaced.get()?;
        all.with_value(|all| all.iter().find(|row| row.what == what).map(|row| row.title.clone()))
    };
    let clear = move |_| draft.displaced.set(None);
    let list = move || {
        let row = |(place, row): (usize, Row)| view! { <Offer draft place row dragged choose /> };
        all.get_value().into_iter().enumerate().map(row).collect_view()
    };
    // Where a swap is refused whatever is put off, there is nothing to offer.
    let shut = Memo::new(move |_| {
        let swap = options.with_value(|options| draft.effect(options, RequestVerdict::Swap));
        let refused = swap.and_then(|swap| swap.refused);
        refused.is_some_and(|why| why != VerdictRefusal::DoesNotFit)
    });
    let any = all.with_value(|all| !all.is_empty());
    let body = move || {
        view! {
            <section class="req-trade" aria-label=t!(requests.trade_off)>
                <p class="field-label">{t!(requests.trade_off)}</p>
                <div
                    class="req-drop"
                    class:is-over=move || over.get()
                    on:dragenter=enter
                    on:dragover=enter
                    on:dragleave=move |_| over.set(false)
                    on:drop=drop
                >
                    {move || match chosen() {
                        Some(title) => view! {
                            <span>{t!(requests.pushes_out, title = title)}</span>
                            <button type="button" class="btn btn-sm" on:click=clear>
                                {t!(requests.keep)}
                            </button>
                        }.into_any(),
                        None => view! { <span class="text-muted">{t!(requests.drop_here)}</span> }
                            .into_any(),
                    }}
                </div>
                <ul class="req-offers">{list}</ul>
            </section>
        }
    };
    move || (any && !shut.get()).then(body)
}

#[component]
fn Offer(
    draft: Draft,
    place: usize,
    row: Row,
    dragged: RwSignal<Option<usize>>,
    choose: Callback<usize>,
) -> impl IntoView {
    let what = row.what;
    let chosen = move || draft.displaced.get() == Some(what);
    let begin = move |event: leptos::ev::DragEvent| {
        dragged.set(Some(place));
        // Firefox drags nothing that carries no data.
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data("text/plain", &place.to_string());
        }
    };
    let label = t!(requests.put_off_label, title = row.title.as_str());
    view! {
        <li
            class="req-offer"
            class:is-chosen=chosen
            draggable="true"
            on:dragstart=begin
            on:dragend=move |_| dragged.set(None)
        >
            {icon(icondata::LuGripVertical)}
            <span class="req-offer-title">{row.title}</span>
            <span class="num text-muted">{t!(requests.frees, amount = row.frees)}</span>
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| choose.run(place)
            >
                {t!(requests.put_off)}
            </button>
        </li>
    }
}
