//! New terms, from the next cycle on or from today: the same fields, what they move, and why.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Check, Effective, FirstPartial, NewAmendment, Retainer};
use shared::rules::cycle::{Anchor, Series};

use super::actions::renewed;
use super::amend_cycle::{CycleFields, CycleInputs};
use super::amend_moves::Moves;
use super::page::Shown;
use super::play::{PlayPanel, Playable};
use super::presets_view::Presets;
use super::radios::{Radio, Radios};
use super::terms_draft::TermsDraft;
use super::terms_fields::{TermsFields, TermsForm};
use super::{today, words};
use crate::format::{date, fraction_digits};
use crate::ui::{
    Button, Dialog, Form, FormFaults, Lazy, Place, TextArea, Variant, announce_now, toast,
};
use crate::{api, screens, t};

/// What the dialog is about, for its content, which is loaded later and takes nothing else.
#[derive(Clone, Copy)]
struct Amending {
    shown: Shown,
    open: RwSignal<bool>,
}

/// The dialog that amends the terms.
#[component]
pub(super) fn AmendDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    provide_context(Amending { shown, open });
    view! {
        <Dialog open title=t!(retainers.amend_title) wide=true>
            <Lazy load=screens::amend place=Place::Dialog />
        </Dialog>
    }
}

/// What the dialog holds.
#[component]
pub(crate) fn AmendTerms() -> impl IntoView {
    let Amending { shown, open } = expect_context();
    let retainer = shown.retainer.get_untracked();
    retainer.map(|retainer| view! { <AmendForm retainer shown open /> })
}

#[component]
fn AmendForm(retainer: Retainer, shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("amend");
    let from = retainer.balances.first().map(|balance| balance.ends_on);
    // What would hold anyway is the base: an amendment made twice adds up.
    let base = retainer.next_terms.as_ref().unwrap_or(&retainer.terms);
    let digits = fraction_digits(&base.terms.price.currency);
    let fields = TermsFields::new(TermsDraft::of(&base.terms, digits));
    let cycles = CycleFields::new(&retainer);
    let last = retainer.rhythms.last().copied();
    let begin = coming(&retainer, from);
    let playable = Memo::new(move |_| {
        let (start, ends_on, first) = begin;
        let interval = cycles.interval();
        let kept = last.filter(|last| last.interval == interval).map(|last| last.anchor);
        let anchor = kept.unwrap_or(Anchor::Anniversary);
        let series = Series::new(start, interval, anchor, ends_on, Vec::new()).ok()?;
        Some(Playable::of(&fields.draft(), digits, (series, first)))
    });
    let reason = RwSignal::new(String::new());
    let effective = RwSignal::new(Effective::default());
    // What moves the running cycle cannot be taken back: it is asked for twice.
    let sure = RwSignal::new(false);
    // Only a cycle that runs can change today.
    let running = !retainer.balances.is_empty();
    let id = retainer.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.draft().read(digits)) {
            Err(faults) => form.refuse(words::with_words(faults)),
            Ok(terms) => {
                let reason = reason.get_untracked().trim().to_owned();
                let reason = (!reason.is_empty()).then_some(reason);
                let effective = effective.get_untracked();
                let amendment = untrack(|| cycles.amendment(terms));
                let body = NewAmendment { effective, reason, ..amendment };
                if effective == Effective::Now && !sure.get_untracked() && body.check().is_ok() {
                    sure.set(true);
                    return announce_now(t!(changes.amend_final));
                }
                let work = async move |body: NewAmendment| api::amend_retainer(id, &body).await;
                form.send(body, work, move |retainer: Retainer| {
                    let day = retainer.next_terms.as_ref().map(|next| next.effective_from);
                    renewed(shown, retainer);
                    open.set(false);
                    match (effective, day) {
                        (Effective::Now, _) => toast(t!(changes.amended_now)),
                        (_, Some(day)) => toast(t!(retainers.amended, day = date(day, today()))),
                        (_, None) => {}
                    }
                });
            }
        }
    };
    let about = about(&retainer, from);
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Show when=move || effective.get() == Effective::NextCycle>
                <p class="text-soft">{about.clone()}</p>
            </Show>
            <Presets form fields />
            <TermsForm form fields currency_fixed=true />
            <PlayPanel playable />
            <CycleInputs form fields cycles />
            {running.then(|| view! { <When form effective /> })}
            <Moves retainer=retainer.clone() fields cycles digits effective />
            <TextArea
                form
                at="/reason"
                label=t!(retainers.amend_reason)
                hint=t!(retainers.amend_reason_hint)
                optional=true
                value=reason
            />
            <FormFaults form />
            <Save form open typed=playable effective sure />
        </form>
    }
}

/// What the next cycle is, or that there is none.
fn about(retainer: &Retainer, from: Option<NaiveDate>) -> String {
    match from {
        Some(day) if retainer.ends_on != Some(day) => {
            t!(retainers.amend_from, day = date(day, today()))
        }
        Some(_) => t!(retainers.amend_last).to_owned(),
        None => String::new(),
    }
}

/// From the next cycle on, or from today.
#[component]
fn When(form: Form, effective: RwSignal<Effective>) -> impl IntoView {
    let radio = |value, label, hint| Radio { value, label, hint };
    let choices = vec![
        radio(Effective::NextCycle, t!(changes.effective_next), t!(changes.effective_next_hint)),
        radio(Effective::Now, t!(changes.effective_now), t!(changes.effective_now_hint)),
    ];
    view! { <Radios form at="/effective" legend=t!(changes.effective) value=effective choices /> }
}

/// The last line of the form: what cannot be taken back says so, and is pressed once more.
#[component]
fn Save(
    form: Form,
    open: RwSignal<bool>,
    typed: Memo<Option<Playable>>,
    effective: RwSignal<Effective>,
    sure: RwSignal<bool>,
) -> impl IntoView {
    // Whatever is changed is asked for again.
    Effect::new(move |_| {
        typed.track();
        effective.track();
        sure.set(false);
    });
    let cancel = Callback::new(move |()| match sure.get_untracked() {
        true => sure.set(false),
        false => open.set(false),
    });
    let verb = move || match (effective.get(), sure.get()) {
        (Effective::NextCycle, _) => t!(retainers.amend_save),
        (Effective::Now, false) => t!(changes.amend_review),
        (Effective::Now, true) => t!(changes.amend_confirm),
    };
    let back = move || if sure.get() { t!(changes.amend_back) } else { t!(common.cancel) };
    view! {
        <Show when=move || sure.get()>
            <p class="note note-warn">{t!(changes.amend_final)}</p>
        </Show>
        <div class="form-actions">
            <Button on_press=cancel>{back}</Button>
            <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                {verb}
            </Button>
        </div>
    }
}

/// The days that the new terms would hold for, and what a first cycle in part brings.
fn coming(
    retainer: &Retainer,
    from: Option<NaiveDate>,
) -> (NaiveDate, Option<NaiveDate>, FirstPartial) {
    // The first cycle of all is among them only where none has begun.
    let first = if from.is_none() { retainer.first_partial } else { FirstPartial::default() };
    (from.unwrap_or(retainer.starts_on), retainer.ends_on, first)
}
