//! A payment is paid back, or taken back: the dialogs of a row of the history.
use leptos::prelude::*;
use shared::api::{FieldError, NewRefund, Payment, PaymentMethod, PaymentReversal, PaymentSummary};

use super::pay::{Method, money_moved};
use super::words;
use crate::format::{amount_of, fraction_digits, typed_amount};
use crate::session::use_today;
use crate::ui::{Form, FormActions, FormFaults, TextArea, TextInput, toast};
use crate::{api, t};

/// Pays back what is credit of a payment.
#[component]
pub(super) fn RefundForm(of: PaymentSummary, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("refund");
    let digits = fraction_digits(&of.currency);
    let amount = RwSignal::new(typed_amount(of.credit_minor, digits));
    let paid_on = RwSignal::new(use_today().get_untracked().to_string());
    let known = PaymentMethod::ALL.iter().position(|one| *one == of.method);
    let method = RwSignal::new(known.unwrap_or_default());
    let note = RwSignal::new(String::new());
    let id = of.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let minor = amount.with_untracked(|text| amount_of(text, digits));
        let day = paid_on.with_untracked(|text| text.parse());
        let (Some(amount_minor), Ok(paid_on)) = (minor, day) else {
            let faulty = [("/amount_minor", minor.is_none()), ("/paid_on", day.is_err())];
            let faulty = faulty.into_iter().filter(|(_, faulty)| *faulty);
            return form.refuse(faulty.map(|(at, _)| FieldError::new(at, "invalid")).collect());
        };
        let body = NewRefund {
            amount_minor,
            paid_on,
            method: PaymentMethod::ALL[method.get_untracked()],
            reference: None,
            note: note.with_untracked(|text| text.trim().to_owned()),
        };
        let work = async move |body: NewRefund| api::refund_payment(id, &body).await;
        form.send(body, work, move |_: Payment| {
            open.try_set(false);
            money_moved();
            toast(t!(invoices.refund_done));
        });
    };
    let hint = t!(invoices.credit_left, amount = words::amount(of.credit_minor, &of.currency));
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput
                form
                at="/amount_minor"
                label=t!(invoices.amount)
                hint
                inputmode="decimal"
                value=amount
                autofocus=true
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/paid_on"
                    label=t!(invoices.paid_on)
                    kind="date"
                    value=paid_on
                />
                <Method form method />
            </div>
            <TextArea form at="/note" label=t!(invoices.void_reason) value=note />
            <FormFaults form />
            <FormActions form open verb=t!(invoices.refund) />
        </form>
    }
}

/// Takes a payment or refund back.
#[component]
pub(super) fn ReverseForm(of: PaymentSummary, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("reverse");
    let on = RwSignal::new(use_today().get_untracked().to_string());
    let reason = RwSignal::new(String::new());
    let (id, version) = (of.id, of.version);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(on) = on.with_untracked(|text| text.parse()) else {
            return form.refuse(vec![FieldError::new("/on", "invalid")]);
        };
        let reason = reason.with_untracked(|text| text.trim().to_owned());
        let work =
            async move |body: PaymentReversal| api::reverse_payment(id, version, &body).await;
        form.send(PaymentReversal { on, reason }, work, move |_: Payment| {
            open.try_set(false);
            money_moved();
            toast(t!(invoices.reverse_done));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p>{t!(invoices.reverse_about)}</p>
            <TextInput
                form
                at="/on"
                label=t!(common.date)
                kind="date"
                value=on
                autofocus=true
            />
            <TextArea form at="/reason" label=t!(invoices.void_reason) value=reason />
            <FormFaults form />
            <FormActions form open verb=t!(invoices.reverse) />
        </form>
    }
}
