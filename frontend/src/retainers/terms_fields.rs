//! The fields of the terms, shared by a new retainer and an amendment.
use leptos::prelude::*;
use shared::api::{POOLS_MAX, Unit};

use super::pool_draft::PoolDraft;
use super::pool_fields::{PoolFields, Typed, at, read_amount};
use super::pool_form::{PoolForm, UNITS};
use super::terms_draft::TermsDraft;
use crate::format::{fraction_digits, money};
use crate::t;
use crate::ui::{Button, Form, TextInput, focus, styles, toast_undo};

/// The fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub struct TermsFields {
    pub(super) price: RwSignal<String>,
    currency: RwSignal<String>,
    pub(super) pools: RwSignal<Vec<PoolFields>>,
    grace_days: RwSignal<String>,
    discount: RwSignal<String>,
    /// Pools that are added by a press live as long as the form, not as long as the press.
    owner: StoredValue<Option<Owner>>,
}

impl TermsFields {
    /// Fields that hold `draft`.
    pub fn new(draft: TermsDraft) -> Self {
        Self {
            price: RwSignal::new(draft.price),
            currency: RwSignal::new(draft.currency),
            pools: RwSignal::new(draft.pools.into_iter().map(PoolFields::new).collect()),
            grace_days: RwSignal::new(draft.grace_days),
            discount: RwSignal::new(draft.discount),
            owner: StoredValue::new(Owner::current()),
        }
    }

    /// What stands in the fields now.
    pub fn draft(self) -> TermsDraft {
        TermsDraft {
            price: self.price.get(),
            currency: self.currency.get(),
            pools: self.pools.get().into_iter().map(PoolFields::draft).collect(),
            grace_days: self.grace_days.get(),
            discount: self.discount.get(),
        }
    }

    /// How many decimals the currency has.
    pub fn digits(self) -> u32 {
        self.currency.with(|code| fraction_digits(code.trim()))
    }

    /// Puts other pools in place of those that are there.
    pub(super) fn replace(self, pools: Vec<PoolDraft>) {
        let make = || pools.into_iter().map(PoolFields::new).collect();
        if let Some(Some(owner)) = self.owner.try_get_value() {
            self.pools.try_set(owner.with(make));
        }
    }

    /// Adds a pool of a unit that is not there yet; answers with its place.
    fn add(self) -> usize {
        let units = self.pools.with_untracked(|pools| {
            pools.iter().map(|pool| pool.unit.get_untracked()).collect::<Vec<Unit>>()
        });
        let free = UNITS.into_iter().find(|unit| !units.contains(unit));
        let draft = PoolDraft::of_unit(free.unwrap_or_default());
        if let Some(Some(owner)) = self.owner.try_get_value() {
            let pool = owner.with(|| PoolFields::new(draft));
            self.pools.update(|pools| pools.push(pool));
        }
        units.len()
    }

    /// Takes a pool away, and offers to bring it back where it was.
    fn remove(self, pool: PoolFields, place: usize) {
        self.pools.update(|pools| pools.retain(|one| one.id != pool.id));
        let words = t!(retainers.pool_removed, name = untrack(|| pool.title()));
        toast_undo(words, move || {
            self.pools.try_update(|pools| {
                if pools.iter().all(|one| one.id != pool.id) {
                    pools.insert(place.min(pools.len()), pool);
                }
            });
        });
    }

    /// What a cycle costs after the discount, as far as both can be read.
    fn discounted(self) -> String {
        let (terms, _) = self.draft().read_what_can_be(self.digits());
        if terms.discount_hundredths == 0 || terms.price.amount_minor == 0 {
            return t!(retainers.discount_hint).to_owned();
        }
        t!(retainers.discount_read, amount = money(&terms.cycle_fee()))
    }

    pub(super) fn typed(self) -> Typed {
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
    styles::adopt(include_str!("../../styles/terms.css"));
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
        <TextInput
            form
            at="/terms/discount_hundredths"
            label=t!(retainers.discount)
            hint=Signal::derive(move || fields.discounted())
            inputmode="decimal"
            optional=true
            value=fields.discount
        />
        <Pools form fields typed />
    }
}

/// One to six pools, each with a way to take it away, and a way to add one.
#[component]
fn Pools(form: Form, fields: TermsFields, typed: Typed) -> impl IntoView {
    let pools = move || fields.pools.get().into_iter().enumerate().collect::<Vec<_>>();
    let count = move || fields.pools.with(Vec::len);
    let full = move || {
        let full = count() >= POOLS_MAX;
        if full { t!(retainers.pools_full, max = POOLS_MAX) } else { String::new() }
    };
    let add_id = form.id("/terms/pools");
    let add = Callback::new(move |()| {
        let place = fields.add();
        // Faults name places; these have moved.
        form.clear();
        focus(form.id(at(place, "unit")));
    });
    let back = add_id.clone();
    let remove = Callback::new(move |(pool, place): (PoolFields, usize)| {
        fields.remove(pool, place);
        form.clear();
        focus(back.clone());
    });
    view! {
        // A pool that moves up is drawn anew: its fields have the place in their names.
        <For each=pools key=|(place, pool)| (*place, pool.id) let((place, pool))>
            <PoolForm
                form
                pool
                place
                typed
                alone=Signal::derive(move || count() == 1)
                remove=Callback::new(move |()| remove.run((pool, place)))
            />
        </For>
        <div>
            <Button
                id=add_id
                icon=icondata::LuPlus
                reason=Signal::derive(full)
                on_press=add
            >
                {t!(retainers.pool_add)}
            </Button>
            {move || form.fault("/terms/pools").map(|words| view! {
                <p class="field-fault">{words}</p>
            })}
        </div>
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
