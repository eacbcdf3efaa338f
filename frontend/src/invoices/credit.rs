//! A credit note is written: what is taken of each line, why, and what it comes to.
use leptos::prelude::*;
use shared::api::{
    Check, CreditKind, CreditLine, CreditNote, FieldError, Invoice, InvoiceLine, NewCreditNote,
    TaxMode, TaxRate,
};
use shared::rules::RuleError;
use shared::rules::billing::Creditable;
use shared::rules::units::Minor;

use super::pay::money_moved;
use super::sums::Sums;
use super::words::{self, may_issue};
use crate::api::{self, Fault};
use crate::format::{amount_of, fraction_digits, typed_amount};
use crate::query::Query;
use crate::ui::{
    Button, Dialog, Form, FormActions, FormFaults, Lazy, OneOf, Place, TextArea, TextInput,
    pointer, toast,
};
use crate::{screens, t};

/// What the form is about, and what it closes; it is loaded when it is asked for.
#[derive(Clone, Copy)]
struct Crediting {
    invoice: Query<Invoice>,
    open: RwSignal<bool>,
}

/// Writes a credit note, while something is left of the invoice.
#[component]
pub(super) fn Credit(invoice: Query<Invoice>) -> impl IntoView {
    let open = RwSignal::new(false);
    provide_context(Crediting { invoice, open });
    let left = move || {
        invoice.with(|made| made.is_some_and(|made| made.lines.iter().any(|one| rest(one) != 0)))
    };
    let press = Callback::new(move |()| open.set(true));
    view! {
        <Show when=left>
            <Button reason=may_issue() on_press=press>{t!(invoices.credit)}</Button>
        </Show>
        <Dialog open title=t!(invoices.credit) wide=true>
            <Lazy load=screens::credit_form place=Place::Dialog />
        </Dialog>
    }
}

/// What is left of a line, without tax.
fn rest(line: &InvoiceLine) -> i64 {
    line.net_minor - line.credited_minor
}

/// A line with what is typed of it.
#[derive(Clone)]
struct Typed {
    line: InvoiceLine,
    amount: RwSignal<String>,
}

impl Typed {
    /// How much is taken: none if nothing is, a fault if that cannot be read. A line that took
    /// something off is credited below zero, whether the sign is typed or not.
    fn said(&self, digits: u32) -> Option<Result<i64, ()>> {
        let text = self.amount.get();
        let text = text.trim().trim_start_matches(['-', '\u{2212}']);
        let sign = if self.line.net_minor < 0 { -1 } else { 1 };
        (!text.is_empty()).then(|| amount_of(text, digits).map(|minor| minor * sign).ok_or(()))
    }
}

/// What a credit note comes to: without tax, each tax by its name, rate and amount.
pub(super) struct Preview {
    pub(super) net: i64,
    pub(super) taxes: Vec<(String, String, i64)>,
}

impl Preview {
    /// Of so much of each line, as the server will take it.
    fn of(taken: &[(&InvoiceLine, i64)], mode: TaxMode) -> Result<Self, RuleError> {
        let mut all = Self { net: 0, taxes: Vec::new() };
        for (line, net) in taken {
            let taxes = line.taxes.iter().map(TaxRate::tax).collect();
            let amounts = (Minor(line.amount_minor), Minor(line.net_minor));
            let credited = Minor(line.credited_minor);
            let (mut rest, owed) = Creditable::of_line(amounts, (taxes, mode), credited)?;
            all.net += net;
            for (tax, part) in owed.iter().zip(rest.take(Minor(*net))?.taxes) {
                let percent = tax.rate.to_string();
                let known =
                    |one: &&mut (String, String, i64)| one.0 == tax.code && one.1 == percent;
                match all.taxes.iter_mut().find(known) {
                    Some(one) => one.2 += part.0,
                    None => all.taxes.push((tax.code.clone(), percent, part.0)),
                }
            }
        }
        Ok(all)
    }

    fn total(&self) -> i64 {
        self.net + self.taxes.iter().map(|(_, _, tax)| tax).sum::<i64>()
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    lines: StoredValue<Vec<Typed>>,
    /// The place in `CreditKind::ALL`.
    kind: RwSignal<usize>,
    reason: RwSignal<String>,
    digits: u32,
    mode: TaxMode,
}

/// The field of a line.
fn at(place: usize) -> &'static str {
    pointer(&format!("/lines/{place}/net_minor"))
}

impl Draft {
    fn of(made: &Invoice) -> Self {
        let digits = fraction_digits(&made.summary.currency);
        let typed = |line: &InvoiceLine| Typed {
            line: line.clone(),
            amount: RwSignal::new(typed_amount(rest(line), digits)),
        };
        let left = made.lines.iter().filter(|line| rest(line) != 0);
        Self {
            lines: StoredValue::new(left.map(typed).collect()),
            kind: RwSignal::new(0),
            reason: RwSignal::default(),
            digits,
            mode: made.tax_mode,
        }
    }

    /// What is said of the lines, each with its place on the form; or the places at fault.
    fn said(self) -> Result<Vec<(usize, InvoiceLine, i64)>, Vec<usize>> {
        let (mut said, mut faulty) = (Vec::new(), Vec::new());
        for (place, typed) in self.lines.get_value().into_iter().enumerate() {
            match typed.said(self.digits) {
                Some(Ok(net)) => said.push((place, typed.line, net)),
                Some(Err(())) => faulty.push(place),
                None => {}
            }
        }
        if faulty.is_empty() { Ok(said) } else { Err(faulty) }
    }

    /// What it will come to; none while that cannot be told.
    fn preview(self) -> Option<Preview> {
        let said = self.said().ok()?;
        let taken: Vec<_> = said.iter().map(|(_, line, net)| (line, *net)).collect();
        Preview::of(&taken, self.mode).ok()
    }
}

/// The faults of a body at the fields of the form: a line that is left out has a field, and no
/// place in the body.
fn placed(faults: Vec<FieldError>, places: &[usize]) -> Vec<FieldError> {
    let place = |mut fault: FieldError| {
        // What is wrong with all of them is told at the first.
        let body = match fault.field.as_str() {
            "/lines" => Some(0),
            field => field.strip_prefix("/lines/").and_then(|rest| {
                rest.split('/').next().and_then(|number| number.parse::<usize>().ok())
            }),
        };
        if let Some(place) = body.and_then(|number| places.get(number)) {
            at(*place).clone_into(&mut fault.field);
        }
        fault
    };
    faults.into_iter().map(place).collect()
}

#[component]
pub(crate) fn CreditForm() -> impl IntoView {
    let Crediting { invoice, open } = expect_context();
    let Some(made) = invoice.get_untracked() else { return ().into_any() };
    let form = Form::new("credit");
    let draft = Draft::of(&made);
    let id = made.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let said = match untrack(move || draft.said()) {
            Ok(said) => said,
            Err(faulty) => {
                let fault = |place: usize| FieldError::new(at(place), "invalid");
                return form.refuse(faulty.into_iter().map(fault).collect());
            }
        };
        let places: Vec<usize> = said.iter().map(|(place, ..)| *place).collect();
        // A note that names no line would take all that is left.
        if said.is_empty() {
            return form.refuse(vec![FieldError::new(at(0), "required")]);
        }
        let line = |(_, line, net): (usize, InvoiceLine, i64)| CreditLine {
            position: line.position,
            net_minor: Some(net),
        };
        let body = NewCreditNote {
            kind: CreditKind::ALL[draft.kind.get_untracked()],
            reason: draft.reason.with_untracked(|text| text.trim().to_owned()),
            lines: said.into_iter().map(line).collect(),
        };
        if let Err(faults) = body.check() {
            return form.refuse(placed(faults, &places));
        }
        let work = async move {
            api::credit_invoice(id, &body).await.map_err(|mut fault| {
                if let Fault::Problem(problem) = &mut fault {
                    problem.errors = placed(std::mem::take(&mut problem.errors), &places);
                }
                fault
            })
        };
        form.run(work, move |note: CreditNote| {
            open.try_set(false);
            money_moved();
            toast(t!(invoices.issued_as, number = note.summary.number));
        });
    };
    let kinds = vec![t!(invoices.credit_correction), t!(invoices.credit_goodwill)];
    let kind = draft.kind;
    let about = Signal::derive(move || {
        let goodwill = kind.get() == 1;
        let words =
            if goodwill { t!(invoices.goodwill_about) } else { t!(invoices.correction_about) };
        Some(words.to_owned())
    });
    let currency = StoredValue::new(made.summary.currency.clone());
    let of = made.summary.clone();
    let fields = draft.lines.with_value(|lines| {
        let field = |(place, typed): (usize, &Typed)| {
            let left = words::amount(rest(&typed.line), &of.currency);
            let label = words::line_words(&typed.line, &of);
            let hint = t!(invoices.credit_up_to, amount = left);
            let value = typed.amount;
            view! { <TextInput form at=at(place) label hint inputmode="decimal" value /> }
        };
        lines.iter().enumerate().map(field).collect_view()
    });
    let balance = made.summary.balance_minor;
    let sums = move || {
        let preview = draft.preview()?;
        let said = |minor| currency.with_value(|currency| words::amount(minor, currency));
        let (total, beyond) = (preview.total(), preview.total() - balance);
        let freed = (beyond > 0).then(|| t!(invoices.credit_frees, amount = said(beyond)));
        let currency = currency.get_value();
        Some(view! {
            <section class="panel" aria-label=t!(invoices.credit_preview)>
                <Sums net=preview.net taxes=preview.taxes total currency />
                {freed.map(|words| view! { <p class="panel-body text-soft">{words}</p> })}
            </section>
        })
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <OneOf
                form
                at="/kind"
                label=t!(invoices.credit_kind)
                labels=kinds
                hint=about
                chosen=kind.into()
                pick=Callback::new(move |place| kind.set(place))
            />
            {fields}
            <TextArea form at="/reason" label=t!(invoices.credit_reason) value=draft.reason />
            {sums}
            <FormFaults form />
            <FormActions form open verb=t!(invoices.credit_issue) />
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use shared::api::InvoiceLineKind;

    use super::*;

    fn line(amount_minor: i64, percent: &str) -> InvoiceLine {
        InvoiceLine {
            position: 1,
            kind: InvoiceLineKind::Manual,
            scope_change_id: None,
            adjustment_id: None,
            expense_id: None,
            text: None,
            seq: None,
            starts_on: None,
            ends_on: None,
            cycle_id: None,
            pool: None,
            unit: None,
            quantity: 1,
            price_minor: amount_minor,
            price_per: 1,
            discount_minor: 0,
            amount_minor,
            taxes: vec![TaxRate { code: "VAT".into(), percent: percent.into() }],
            net_minor: amount_minor,
            tax_minor: 0,
            credited_minor: 0,
        }
    }

    /// Source: domain 5.8: 100.00 + 19.00 credited as 33.33, 33.33, 33.34.
    #[test]
    fn a_preview_takes_of_each_tax_what_the_rule_takes() {
        let mut fee = line(10_000, "19");
        let book = line(2_000, "7");
        let taxes_of = |fee: &InvoiceLine, net| {
            let all = Preview::of(&[(fee, net), (&book, 2_000)], TaxMode::Exclusive).unwrap();
            (all.taxes[0].2, all.taxes[1].2, all.total())
        };
        assert_eq!(taxes_of(&fee, 3_333), (633, 140, 3_333 + 633 + 2_140));
        fee.credited_minor = 3_333;
        assert_eq!(taxes_of(&fee, 3_333), (634, 140, 3_333 + 634 + 2_140));
        fee.credited_minor = 6_666;
        assert_eq!(taxes_of(&fee, 3_334), (633, 140, 3_334 + 633 + 2_140));
        assert!(Preview::of(&[(&fee, 3_335)], TaxMode::Exclusive).is_err(), "more than is left");
    }

    #[test]
    fn a_fault_of_the_body_is_told_at_the_field_of_its_line() {
        let faults = vec![
            FieldError::new("/lines/1/net_minor", "does_not_fit"),
            FieldError::new("/lines", "does_not_fit"),
        ];
        let placed = placed(faults, &[0, 3]);
        let fields: Vec<_> = placed.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["/lines/3/net_minor", "/lines/0/net_minor"]);
    }
}
