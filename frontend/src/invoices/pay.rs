//! Recording a payment of an invoice: what is open, less of it, or more.
use leptos::prelude::*;
use shared::api::{
    FieldError, Invoice, InvoiceSummary, Money, NewPayment, PaidInvoice, Payment, PaymentMethod,
};

use super::words::{self, may_issue, method_words};
use crate::api::{self, Fault};
use crate::format::{amount_of, fraction_digits, typed_amount};
use crate::keys::{Group, use_action};
use crate::query::{self, Query};
use crate::session::use_today;
use crate::t;
use crate::ui::{Button, Dialog, Form, FormActions, FormFaults, OneOf, TextInput, Variant, toast};

/// Where a payment's amount is in its body.
const AMOUNT: &str = "/amount/amount_minor";

/// Renews what shows money that came, went, or is open.
pub(super) fn money_moved() {
    for prefix in ["/invoice", "/payments", "/credit-notes", "/accounts/"] {
        query::invalidate(prefix);
    }
}

/// Records a payment, while something is open.
#[component]
pub(super) fn Pay(invoice: Query<Invoice>) -> impl IntoView {
    let open = RwSignal::new(false);
    let waits = Memo::new(move |_| invoice.with(|made| made.is_some_and(|made| owed(made) > 0)));
    view! {
        <Show when=move || waits.get()>
            <PayButton open />
        </Show>
        <Dialog open title=t!(invoices.pay)>
            <PayForm invoice open />
        </Dialog>
    }
}

fn owed(made: &Invoice) -> i64 {
    made.summary.balance_minor
}

#[component]
fn PayButton(open: RwSignal<bool>) -> impl IntoView {
    let reason = may_issue();
    use_action(Group::Here, t!(invoices.pay), "y", move || {
        if reason.with_untracked(Option::is_none) {
            open.set(true);
        }
    });
    view! {
        <Button
            variant=Variant::Primary
            keys="y"
            reason
            on_press=Callback::new(move |()| open.set(true))
        >
            {t!(invoices.pay)}
        </Button>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    amount: RwSignal<String>,
    paid_on: RwSignal<String>,
    /// The place in `PaymentMethod::ALL`.
    method: RwSignal<usize>,
    reference: RwSignal<String>,
    /// Decimals of the currency.
    digits: u32,
}

impl Draft {
    fn of(of: &InvoiceSummary) -> Self {
        let digits = fraction_digits(&of.currency);
        Self {
            amount: RwSignal::new(typed_amount(of.balance_minor, digits)),
            paid_on: RwSignal::new(use_today().get_untracked().to_string()),
            method: RwSignal::new(0),
            reference: RwSignal::default(),
            digits,
        }
    }

    /// What was said: the invoice is paid first, and the rest is credit.
    fn said(self, of: &InvoiceSummary) -> Result<NewPayment, Vec<FieldError>> {
        let amount = self.amount.with_untracked(|text| amount_of(text, self.digits));
        let day = self.paid_on.with_untracked(|text| text.parse());
        let (Some(amount_minor), Ok(paid_on)) = (amount, day) else {
            let faulty = [(AMOUNT, amount.is_none()), ("/paid_on", day.is_err())];
            let faulty = faulty.into_iter().filter(|(_, faulty)| *faulty);
            return Err(faulty.map(|(at, _)| FieldError::new(at, "invalid")).collect());
        };
        let part = amount_minor.min(of.balance_minor);
        let part = PaidInvoice { invoice_id: of.id, amount_minor: part };
        let reference = self.reference.with_untracked(|text| text.trim().to_owned());
        Ok(NewPayment {
            account_id: of.account_id,
            amount: Money { amount_minor, currency: of.currency.clone() },
            paid_on,
            method: PaymentMethod::ALL[self.method.get_untracked()],
            reference: Some(reference).filter(|text| !text.is_empty()),
            note: None,
            invoices: Some(Some(part).filter(|part| part.amount_minor > 0).into_iter().collect()),
        })
    }

    /// What becomes of the amount, where it is not what is open.
    fn effect(self, of: &InvoiceSummary) -> Option<String> {
        let typed = self.amount.with(|text| amount_of(text, self.digits))?;
        match of.balance_minor - typed {
            0 => None,
            rest if rest > 0 => {
                Some(t!(invoices.pay_rest, amount = words::amount(rest, &of.currency)))
            }
            over => {
                let amount = words::amount(-over, &of.currency);
                Some(t!(invoices.pay_over, amount = amount, name = of.account_name))
            }
        }
    }
}

/// What is wrong with the part for the invoice is wrong with the amount: there is one field.
fn at_amount(mut fault: Fault) -> Fault {
    if let Fault::Problem(problem) = &mut fault {
        for error in problem.errors.iter_mut().filter(|one| one.field.starts_with("/invoices")) {
            AMOUNT.clone_into(&mut error.field);
        }
    }
    fault
}

#[component]
fn PayForm(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    let Some(made) = invoice.get_untracked() else { return ().into_any() };
    let form = Form::new("pay");
    let draft = Draft::of(&made.summary);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(made) = invoice.get_untracked() else { return };
        let body = match draft.said(&made.summary) {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async move |body: NewPayment| {
            let answer = api::record_payment(&body).await;
            // Somebody may have recorded one meanwhile: the effect is told anew.
            if answer.as_ref().is_err_and(|fault| !fault.fields().is_empty()) {
                invoice.refetch();
            }
            answer.map_err(at_amount)
        };
        form.send(body, work, move |_: Payment| {
            open.try_set(false);
            money_moved();
            toast(t!(invoices.pay_done));
        });
    };
    let hint = Signal::derive(move || invoice.with(|made| draft.effect(&made?.summary)));
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput
                form
                at=AMOUNT
                label=t!(invoices.amount)
                hint
                inputmode="decimal"
                value=draft.amount
                autofocus=true
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/paid_on"
                    label=t!(invoices.paid_on)
                    kind="date"
                    value=draft.paid_on
                />
                <Method form method=draft.method />
            </div>
            <TextInput
                form
                at="/reference"
                label=t!(invoices.reference)
                value=draft.reference
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(invoices.pay) />
        </form>
    }
    .into_any()
}

/// How it was paid.
#[component]
pub(super) fn Method(
    form: Form,
    /// The place in `PaymentMethod::ALL`.
    method: RwSignal<usize>,
) -> impl IntoView {
    let labels = PaymentMethod::ALL.iter().map(|one| method_words(*one)).collect();
    view! {
        <OneOf
            form
            at="/method"
            label=t!(invoices.method)
            labels
            chosen=method.into()
            pick=Callback::new(move |place| method.set(place))
        />
    }
}
