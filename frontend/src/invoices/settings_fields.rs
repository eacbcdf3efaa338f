//! What is typed of how the organisation bills: its taxes, and when an invoice is due.
use leptos::prelude::*;
use shared::api::{FieldError, PaymentTerms, TAXES_MAX, TaxRate};

use crate::browser;
use crate::t;
use crate::ui::{Button, Form, OneOf, TextInput, Variant, pointer};

/// What is typed of when an invoice is due.
#[derive(Clone, Copy)]
pub(super) struct Due {
    /// The place of the kind in `KINDS`.
    kind: RwSignal<usize>,
    days: RwSignal<String>,
}

/// The kinds of terms that ask for a number, by their place.
const WITH_NUMBER: [usize; 3] = [1, 2, 4];

impl Due {
    pub(super) fn of(terms: PaymentTerms) -> Self {
        let (kind, days) = match terms {
            PaymentTerms::OnReceipt => (0, None),
            PaymentTerms::NetDays { days } => (1, Some(days)),
            PaymentTerms::DayOfMonth { day } => (2, Some(day)),
            PaymentTerms::EndOfMonth => (3, None),
            PaymentTerms::NetDaysEom { days } => (4, Some(days)),
        };
        let days = days.map(|days| days.to_string()).unwrap_or_default();
        Self { kind: RwSignal::new(kind), days: RwSignal::new(days) }
    }

    /// What was said, or the field that cannot be read.
    pub(super) fn said(self) -> Result<PaymentTerms, FieldError> {
        let kind = self.kind.get_untracked();
        let number = self.days.with_untracked(|text| text.trim().parse::<u32>().ok());
        let days = match number {
            Some(days) => days,
            None if WITH_NUMBER.contains(&kind) => {
                return Err(FieldError::new("/terms/days", "invalid"));
            }
            None => 0,
        };
        let terms = match kind {
            0 => PaymentTerms::OnReceipt,
            1 => PaymentTerms::NetDays { days },
            2 => PaymentTerms::DayOfMonth { day: days },
            3 => PaymentTerms::EndOfMonth,
            _ => PaymentTerms::NetDaysEom { days },
        };
        if terms.possible() {
            Ok(terms)
        } else {
            Err(FieldError::new("/terms/days", "out_of_range"))
        }
    }
}

#[component]
pub(super) fn DueFields(form: Form, due: Due) -> impl IntoView {
    let labels = vec![
        t!(invoices.on_receipt),
        t!(invoices.net_days),
        t!(invoices.day_of_month),
        t!(invoices.end_of_month),
        t!(invoices.net_eom),
    ];
    let pick = Callback::new(move |kind| {
        due.kind.set(kind);
        form.touched("/terms/days");
    });
    let asks = Memo::new(move |_| due.kind.with(|kind| WITH_NUMBER.contains(kind)));
    let number = move || {
        let day = due.kind.with(|kind| *kind == 2);
        let label = if day { t!(invoices.day_number) } else { t!(invoices.days) };
        view! { <TextInput form at="/terms/days" label inputmode="numeric" value=due.days /> }
    };
    view! {
        <div class="form-pair">
            <OneOf
                form
                at="/terms"
                label=t!(invoices.terms)
                labels
                chosen=due.kind.into()
                pick
            />
            <Show when=move || asks.get()>{number}</Show>
        </div>
    }
}

/// What is typed of a tax.
#[derive(Clone, Copy)]
struct TypedTax {
    id: u32,
    code: RwSignal<String>,
    percent: RwSignal<String>,
}

/// What is typed of all of them.
#[derive(Clone, Copy)]
pub(super) struct Taxes(RwSignal<Vec<TypedTax>>);

impl Taxes {
    pub(super) fn of(taxes: &[TaxRate]) -> Self {
        let typed = |tax: &TaxRate| TypedTax {
            id: browser::next_id(),
            code: RwSignal::new(tax.code.clone()),
            percent: RwSignal::new(tax.percent.clone()),
        };
        Self(RwSignal::new(taxes.iter().map(typed).collect()))
    }

    pub(super) fn said(self) -> Vec<TaxRate> {
        let tax = |tax: &TypedTax| TaxRate {
            code: tax.code.with_untracked(|text| text.trim().to_owned()),
            // A comma is a point to many.
            percent: tax.percent.with_untracked(|text| text.trim().replace(',', ".")),
        };
        self.0.with_untracked(|taxes| taxes.iter().map(tax).collect())
    }
}

#[component]
pub(super) fn TaxFields(form: Form, taxes: Taxes) -> impl IntoView {
    let rows = move || taxes.0.get().into_iter().enumerate().collect::<Vec<_>>();
    let room = move || taxes.0.with(|taxes| taxes.len() < TAXES_MAX);
    let add = Callback::new(move |()| {
        let empty = || RwSignal::new(String::new());
        let new = TypedTax { id: browser::next_id(), code: empty(), percent: empty() };
        taxes.0.update(|taxes| taxes.push(new));
    });
    view! {
        <For each=rows key=|(place, tax)| (*place, tax.id) let((place, tax))>
            <TaxRow form taxes tax place />
        </For>
        <Show when=room>
            <div>
                <Button small=true icon=icondata::LuPlus on_press=add>
                    {t!(invoices.tax_add)}
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn TaxRow(form: Form, taxes: Taxes, tax: TypedTax, place: usize) -> impl IntoView {
    let at = |field: &str| pointer(&format!("/taxes/{place}/{field}"));
    let remove = Callback::new(move |()| {
        taxes.0.update(|taxes| taxes.retain(|one| one.id != tax.id));
        form.clear();
        form.touched("/taxes");
    });
    let n = place + 1;
    view! {
        <div class="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <TextInput form at=at("code") label=t!(invoices.tax_code, n = n) value=tax.code />
            <TextInput
                form
                at=at("percent")
                label=t!(invoices.percent)
                hint=t!(invoices.percent_hint)
                inputmode="decimal"
                value=tax.percent
            />
            <div class="pt-6">
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuTrash2
                    label=t!(invoices.tax_remove, n = n)
                    on_press=remove
                />
            </div>
        </div>
    }
}
