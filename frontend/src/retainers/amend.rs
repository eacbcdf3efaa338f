//! New terms from the next cycle on: the same fields, and why.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Effective, NewAmendment, Retainer};
use shared::rules::cycle::Series;

use super::actions::renewed;
use super::page::Shown;
use super::play::{PlayPanel, Playable};
use super::presets_view::Presets;
use super::terms_draft::TermsDraft;
use super::terms_fields::{GraceInput, TermsFields, TermsForm};
use super::{today, words};
use crate::format::{date, fraction_digits};
use crate::ui::{Button, Dialog, Form, FormFaults, Lazy, Place, TextArea, Variant, toast};
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
    let series = coming(&retainer, from);
    let playable = Memo::new(move |_| Some(Playable::of(&fields.draft(), digits, series.clone()?)));
    let reason = RwSignal::new(String::new());
    let id = retainer.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.draft().read(digits)) {
            Err(faults) => form.refuse(words::with_words(faults)),
            Ok(terms) => {
                let reason = reason.get_untracked().trim().to_owned();
                let reason = (!reason.is_empty()).then_some(reason);
                let body = NewAmendment { terms, effective: Effective::NextCycle, reason };
                let work = async move |body: NewAmendment| api::amend_retainer(id, &body).await;
                form.send(body, work, move |retainer: Retainer| {
                    let day = retainer.next_terms.as_ref().map(|next| next.effective_from);
                    renewed(shown, retainer);
                    open.set(false);
                    if let Some(day) = day {
                        toast(t!(retainers.amended, day = date(day, today())));
                    }
                });
            }
        }
    };
    let about = match from {
        Some(day) if retainer.ends_on != Some(day) => {
            t!(retainers.amend_from, day = date(day, today()))
        }
        Some(_) => t!(retainers.amend_last).to_owned(),
        None => String::new(),
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{about}</p>
            <Presets form fields />
            <TermsForm form fields currency_fixed=true />
            <PlayPanel playable />
            <GraceInput form fields />
            <TextArea
                form
                at="/reason"
                label=t!(retainers.amend_reason)
                hint=t!(retainers.amend_reason_hint)
                optional=true
                value=reason
            />
            <FormFaults form />
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>{t!(common.cancel)}</Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(retainers.amend_save)}
                </Button>
            </div>
        </form>
    }
}

/// The cycles that the new terms would hold for.
fn coming(retainer: &Retainer, from: Option<NaiveDate>) -> Option<Series> {
    let from = from.unwrap_or(retainer.starts_on);
    Series::new(from, retainer.interval, retainer.anchor, retainer.ends_on, Vec::new()).ok()
}
