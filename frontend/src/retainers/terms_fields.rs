//! The fields of the terms, shared by a new retainer and an amendment.
use leptos::prelude::*;

use super::pool_fields::{PoolFields, Typed, read_amount};
use super::pool_form::PoolForm;
use super::terms_draft::TermsDraft;
use crate::format::fraction_digits;
use crate::t;
use crate::ui::{Form, TextInput};

/// The fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub struct TermsFields {
    price: RwSignal<String>,
    currency: RwSignal<String>,
    pools: RwSignal<Vec<PoolFields>>,
    grace_days: RwSignal<String>,
}

impl TermsFields {
    /// Fields that hold `draft`.
    pub fn new(draft: TermsDraft) -> Self {
        Self {
            price: RwSignal::new(draft.price),
            currency: RwSignal::new(draft.currency),
            pools: RwSignal::new(draft.pools.into_iter().map(PoolFields::new).collect()),
            grace_days: RwSignal::new(draft.grace_days),
        }
    }

    /// What stands in the fields now.
    pub fn draft(self) -> TermsDraft {
        TermsDraft {
            price: self.price.get(),
            currency: self.currency.get(),
            pools: self.pools.get().into_iter().map(PoolFields::draft).collect(),
            grace_days: self.grace_days.get(),
        }
    }

    /// How many decimals the currency has.
    pub fn digits(self) -> u32 {
        self.currency.with(|code| fraction_digits(code.trim()))
    }

    fn typed(self) -> Typed {
        Typed {
            currency: Signal::derive(move || self.currency.get().trim().to_uppercase()),
            digits: Signal::derive(move || self.digits()),
        }
    }
}

/// Price, and the pools it buys.
#[component]
pub fn TermsForm(
    /// Where they belong.
    form: Form,
    /// The fields.
    fields: TermsFields,
    /// The currency is given and stays.
    #[prop(optional)]
    currency_fixed: bool,
) -> impl IntoView {
    let typed = fields.typed();
    let currency = (!currency_fixed).then(|| {
        view! {
            <TextInput
                form
                at="/terms/price/currency"
                label=t!(retainers.currency)
                hint=t!(retainers.currency_hint)
                value=fields.currency
            />
        }
    });
    let pools = move || fields.pools.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div class="grid grid-cols-[1fr_7rem] gap-4">
            <TextInput
                form
                at="/terms/price/amount_minor"
                label=t!(retainers.price)
                hint=read_amount(fields.price, typed)
                inputmode="decimal"
                value=fields.price
            />
            {currency}
        </div>
        // A pool that moves up is drawn anew: its fields have the place in their names.
        <For each=pools key=|(place, pool)| (*place, pool.id) let((place, pool))>
            <PoolForm form pool place typed />
        </For>
    }
}

/// How long a finished cycle still takes its own late time.
#[component]
pub fn GraceInput(
    /// Where it belongs.
    form: Form,
    /// The fields.
    fields: TermsFields,
) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/terms/grace_days"
            label=t!(retainers.grace)
            hint=t!(retainers.grace_hint)
            inputmode="numeric"
            value=fields.grace_days
        />
    }
}
