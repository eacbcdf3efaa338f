//! Lines that people write: what is typed of them, and their fields.
use leptos::prelude::*;
use shared::api::{FieldError, InvoiceLine, MANUAL_LINES_MAX, ManualLine};

use crate::browser;
use crate::format::{amount_of, typed_amount};
use crate::t;
use crate::ui::{Button, Form, TextInput, Variant, pointer};

/// What is typed of a line.
#[derive(Clone, Copy)]
struct Typed {
    /// Tells it from others while lines come and go.
    id: u32,
    text: RwSignal<String>,
    quantity: RwSignal<String>,
    price: RwSignal<String>,
}

/// What is typed of all of them.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    rows: RwSignal<Vec<Typed>>,
    /// Decimals of the currency.
    digits: u32,
}

impl Lines {
    pub(super) fn of(lines: &[InvoiceLine], digits: u32) -> Self {
        let typed = |line: &InvoiceLine| Typed {
            id: browser::next_id(),
            text: RwSignal::new(line.text.clone().unwrap_or_default()),
            quantity: RwSignal::new(line.quantity.to_string()),
            price: RwSignal::new(typed_amount(line.price_minor, digits)),
        };
        Self { rows: RwSignal::new(lines.iter().map(typed).collect()), digits }
    }

    fn add(self) {
        let empty = || RwSignal::new(String::new());
        let new = Typed {
            id: browser::next_id(),
            text: empty(),
            quantity: RwSignal::new("1".to_owned()),
            price: empty(),
        };
        self.rows.update(|rows| rows.push(new));
    }

    /// What was said; each figure that cannot be read at its field.
    pub(super) fn said(self) -> Result<Vec<ManualLine>, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut lines = Vec::new();
        for (place, row) in self.rows.get_untracked().into_iter().enumerate() {
            let quantity = row.quantity.with_untracked(|text| text.trim().parse().ok());
            let price = row.price.with_untracked(|text| amount_of(text, self.digits));
            for (field, known) in
                [("quantity", quantity.is_some()), ("price_minor", price.is_some())]
            {
                if !known {
                    faults.push(FieldError::new(&format!("/lines/{place}/{field}"), "invalid"));
                }
            }
            lines.push(ManualLine {
                text: row.text.with_untracked(|text| text.trim().to_owned()),
                quantity: quantity.unwrap_or(1),
                price_minor: price.unwrap_or_default(),
            });
        }
        if faults.is_empty() { Ok(lines) } else { Err(faults) }
    }
}

/// The lines, each with what removes it, and what adds one.
#[component]
pub(super) fn LineFields(form: Form, lines: Lines) -> impl IntoView {
    let rows = move || lines.rows.get().into_iter().enumerate().collect::<Vec<_>>();
    let full = move || lines.rows.with(|rows| rows.len() >= MANUAL_LINES_MAX);
    view! {
        <For each=rows key=|(place, row)| (*place, row.id) let((place, row))>
            <LineRow form lines row place />
        </For>
        <Show when=move || !full()>
            <div>
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| lines.add())
                >
                    {t!(invoices.line_add)}
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn LineRow(form: Form, lines: Lines, row: Typed, place: usize) -> impl IntoView {
    let at = |field: &str| pointer(&format!("/lines/{place}/{field}"));
    let remove = Callback::new(move |()| {
        lines.rows.update(|rows| rows.retain(|one| one.id != row.id));
        form.clear();
        form.touched("/lines");
    });
    let n = place + 1;
    view! {
        <TextInput form at=at("text") label=t!(invoices.line_text, n = n) value=row.text />
        <div class="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <TextInput
                form
                at=at("quantity")
                label=t!(invoices.line_quantity)
                inputmode="numeric"
                value=row.quantity
            />
            <TextInput
                form
                at=at("price_minor")
                label=t!(invoices.line_price)
                inputmode="decimal"
                value=row.price
            />
            <div class="pt-6">
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuTrash2
                    label=t!(invoices.line_remove, n = n)
                    on_press=remove
                />
            </div>
        </div>
    }
}
