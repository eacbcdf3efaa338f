//! The six verdicts as cards, each with what it would do; and the fields of a change of scope.
use leptos::prelude::*;
use shared::api::{RequestOptions, RequestVerdict, ScopeMatch, VerdictRefusal};

use super::triage::Draft;
use super::words;
use crate::t;
use crate::ui::{Checkbox, TextInput, announce};

#[component]
pub(super) fn VerdictCards(draft: Draft, options: StoredValue<RequestOptions>) -> impl IntoView {
    let cards = RequestVerdict::ALL.map(|verdict| view! { <Card draft options verdict /> });
    view! {
        <fieldset class="req-verdicts">
            <legend class="field-label">{t!(requests.verdict)}</legend>
            {cards.into_iter().collect_view()}
        </fieldset>
    }
}

#[component]
fn Card(
    draft: Draft,
    options: StoredValue<RequestOptions>,
    verdict: RequestVerdict,
) -> impl IntoView {
    let effect = Memo::new(move |_| options.with_value(|options| draft.effect(options, verdict)));
    let refused = move || effect.get().and_then(|effect| effect.refused);
    // A swap that frees too little may still be given something else to displace.
    let closed = move || {
        let small = Some(VerdictRefusal::DoesNotFit);
        refused().is_some() && (verdict != RequestVerdict::Swap || refused() != small)
    };
    let lines = move || {
        let effect = effect.get()?;
        let told = options.with_value(|options| {
            let about = (options.pool.as_ref(), options.currency.as_str());
            words::effect(&effect, about, options.footing.today)
        });
        Some(told.into_iter().map(|line| view! { <span>{line}</span> }).collect_view())
    };
    let why = move || {
        refused().map(|why| view! { <span class="field-fault">{words::refusal(why)}</span> })
    };
    // What is not open any more, since another line was chosen, is not chosen either.
    Effect::new(move |_| {
        if closed() {
            draft.verdict.update(|chosen| {
                if *chosen == Some(verdict) {
                    *chosen = None;
                    announce(t!(requests.verdict_closed, verdict = words::verdict(verdict)));
                }
            });
        }
    });
    let id = draft.form.id(&format!("/verdict/{}", words::verdict(verdict)));
    let (name, about) = (format!("{id}-name"), format!("{id}-about"));
    view! {
        <label class="req-verdict" class:is-closed=closed>
            <input
                type="radio"
                name="verdict"
                id=id
                aria-labelledby=name.clone()
                aria-describedby=about.clone()
                disabled=closed
                prop:checked=move || draft.verdict.get() == Some(verdict)
                on:change=move |_| {
                    draft.verdict.set(Some(verdict));
                    draft.form.touched("/verdict");
                }
            />
            <span class="font-medium" id=name>{words::verdict(verdict)}</span>
            <span class="req-effect num" id=about>{lines} {why}</span>
        </label>
    }
}

/// The day, the line, the time and the fee of a change of scope.
#[component]
pub(super) fn OrderFields(draft: Draft) -> impl IntoView {
    let form = draft.form;
    let excluded = move || draft.kind() == ScopeMatch::Excluded;
    view! {
        <div class="form-part req-order">
            <div class="form-pair">
                <TextInput
                    form
                    at="/change/effective_on"
                    label=t!(requests.effective)
                    kind="date"
                    value=draft.effective
                />
                <TextInput
                    form
                    at="/change/minutes"
                    label=t!(requests.minutes)
                    optional=true
                    value=draft.minutes
                />
                <TextInput
                    form
                    at="/change/fee_minor"
                    label=t!(requests.fee)
                    inputmode="decimal"
                    optional=true
                    value=draft.fee
                />
            </div>
            <TextInput form at="/change/line" label=t!(requests.line) value=draft.line />
            <Show when=excluded>
                <Checkbox
                    form
                    at="/change/ends_exclusion"
                    label=t!(requests.ends)
                    value=draft.ends
                />
            </Show>
        </div>
    }
}
