//! What the signals of a retainer read when they were reviewed last. Source: requirement S0-4.
use leptos::prelude::*;
use shared::api::SignalReading;

use super::page::Shown;
use crate::format::date;
use crate::query::{use_query, use_query_when};
use crate::retainers::today;
use crate::reviews::signal_words;
use crate::ui::{Badge, Loaded, Panel, Tone};
use crate::{api, t};

/// The last readings, and the way to the review that read them.
#[component]
pub(super) fn SignalsPanel(shown: Shown) -> impl IntoView {
    let held = use_query(move || api::last_review(shown.id));
    let last = Memo::new(move |_| held.with(|page| page?.items.first().cloned()));
    let room =
        use_query_when(move || last.with(|last| last.as_ref().map(|one| api::review(one.id))));
    let aside = move || {
        let review = last.get()?;
        let href = format!("/reviews/{}", review.id);
        let words = date(review.held_on, today());
        Some(view! { <a class="link text-xs num" href=href>{words}</a> })
    };
    let rows = move || room.with(|now| Some(now?.observed.signals.clone())).unwrap_or_default();
    let none = || view! { <p class="panel-body text-soft">{t!(scope.signals_none)}</p> }.into_any();
    // What has no figure yet says nothing here.
    let read = move || {
        let mut rows = rows();
        rows.retain(|one| one.percent.is_some());
        match rows.is_empty() {
            true => none(),
            false => {
                let rows = rows.into_iter().map(row).collect_view();
                view! { <ul class="panel-rows">{rows}</ul> }.into_any()
            }
        }
    };
    let body = move || match last.with(Option::is_some) {
        true => view! { <Loaded of=room.standing() rows=4>{read}</Loaded> }.into_any(),
        false => none(),
    };
    view! {
        <Panel title=t!(reviews.signals) aside=aside>
            <Loaded of=held.standing() rows=4>{body}</Loaded>
        </Panel>
    }
}

fn row(signal: SignalReading) -> impl IntoView {
    let (name, percent) = signal_words(&signal);
    let (tone, icon, words) = match signal.weak {
        true => (Tone::Warn, icondata::LuTrendingDown, t!(reviews.weak)),
        false => (Tone::Ok, icondata::LuCheck, t!(reviews.fine)),
    };
    view! {
        <li class="panel-body flex items-center justify-between gap-3">
            <span>{name}</span>
            <span class="flex items-center gap-2">
                <span class="num font-medium">{percent}</span>
                <Badge tone icon>{words}</Badge>
            </span>
        </li>
    }
}
