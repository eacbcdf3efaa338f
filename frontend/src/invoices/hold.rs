//! Holding a draft back from being issued with the others.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{InvoiceChange, InvoiceId, InvoiceSummary, Page};

use super::words::may_draft;
use crate::i18n::fault_words;
use crate::query::{self, Query};
use crate::ui::toast;
use crate::{api, t};

/// Holds a draft back, for everybody, or lets it go with the others.
#[component]
pub(super) fn Hold(
    id: InvoiceId,
    drafts: Query<Page<InvoiceSummary>>,
    whose: String,
) -> impl IntoView {
    let (busy, may) = (RwSignal::new(false), may_draft());
    let now = move || {
        let of = |page: Option<&Page<InvoiceSummary>>| {
            let one = page?.items.iter().find(|one| one.id == id)?;
            Some((one.held, one.version))
        };
        drafts.with(of)
    };
    let say = move |held: bool, version: i64| {
        drafts.update(|page| {
            for one in page.items.iter_mut().filter(|one| one.id == id) {
                (one.held, one.version) = (held, version);
            }
        });
    };
    let change = move |event: leptos::ev::Event| {
        let Some((before, version)) = untrack(now) else { return };
        let held = event_target_checked(&event);
        say(held, version);
        busy.set(true);
        spawn_local(async move {
            let body = InvoiceChange { lines: None, note: None, held: Some(held) };
            match api::change_invoice(id, version, &body).await {
                Ok(made) => say(held, made.version),
                Err(fault) => {
                    say(before, version);
                    toast(fault_words(&fault));
                    query::invalidate("/invoices?");
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <label class="grid min-h-6 min-w-6 place-items-center">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=move || now().is_some_and(|(held, _)| held)
                aria-disabled=move || busy.get().to_string()
                disabled=move || may.with(Option::is_some)
                on:click=move |event| if busy.get_untracked() { event.prevent_default() }
                on:change=change
            />
            <span class="sr-only">{t!(invoices.held_back)} {whose}</span>
        </label>
    }
}
