//! The six verdicts as cards, each with what it would do; and the fields of a change of scope.
use leptos::prelude::*;
use shared::api::{RequestOptions, RequestVerdict, ScopeMatch, VerdictEffect, VerdictRefusal};

use super::triage::Draft;
use super::words;
use crate::keys::use_digits;
use crate::t;
use crate::ui::{Checkbox, TextInput, announce, focus};

/// Offers 1 to 6 for the verdicts, in the order of the cards; one that is not open says why.
/// Source: UX.md, Requests inbox.
pub(super) fn use_verdict_keys(draft: Draft, options: StoredValue<RequestOptions>) {
    use_digits(t!(requests.verdict), "1–6", move |place| {
        let Some(verdict) = RequestVerdict::ALL.get(place).copied() else { return };
        match untrack(|| {
            options.with_value(|options| closed(draft.effect(options, verdict), verdict))
        }) {
            Some(why) => announce(format!("{}: {}", words::verdict(verdict), words::refusal(why))),
            None => {
                choose(draft, verdict);
                focus(radio_id(draft, verdict));
            }
        }
    });
}

fn choose(draft: Draft, verdict: RequestVerdict) {
    draft.verdict.set(Some(verdict));
    draft.form.touched("/verdict");
}

fn radio_id(draft: Draft, verdict: RequestVerdict) -> String {
    draft.form.id(&format!("/verdict/{}", words::verdict(verdict)))
}

/// Why a verdict may not be given. A swap that frees too little may: it can still be given
/// something else to displace.
fn closed(effect: Option<VerdictEffect>, verdict: RequestVerdict) -> Option<VerdictRefusal> {
    let small = verdict == RequestVerdict::Swap;
    effect?.refused.filter(|why| !(small && *why == VerdictRefusal::DoesNotFit))
}

/// The six cards; with `keys` each names its key.
#[component]
pub(super) fn VerdictCards(
    draft: Draft,
    options: StoredValue<RequestOptions>,
    keys: bool,
) -> impl IntoView {
    let cards = RequestVerdict::ALL.into_iter().enumerate().map(|(place, verdict)| {
        let key = keys.then_some(place + 1);
        view! { <Card draft options verdict key /> }
    });
    view! {
        <fieldset class="req-verdicts">
            <legend class="field-label">{t!(requests.verdict)}</legend>
            {cards.collect_view()}
        </fieldset>
    }
}

#[component]
fn Card(
    draft: Draft,
    options: StoredValue<RequestOptions>,
    verdict: RequestVerdict,
    key: Option<usize>,
) -> impl IntoView {
    let effect = Memo::new(move |_| options.with_value(|options| draft.effect(options, verdict)));
    let refused = move || effect.get().and_then(|effect| effect.refused);
    let closed = move || closed(effect.get(), verdict).is_some();
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
    let id = radio_id(draft, verdict);
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
                on:change=move |_| choose(draft, verdict)
            />
            <span>
                <span class="font-medium" id=name>{words::verdict(verdict)}</span>
                " "
                {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
            </span>
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
