//! The fields of the terms, shared by a new retainer and an amendment.
use leptos::prelude::*;
use shared::api::{Model, Money, OverageMode};

use super::more::More;
use super::radios::{Radio, Radios};
use super::terms_draft::{CapKind, TermsDraft};
use super::words::carry_limits;
use crate::format::{BareNumber, amount_of, effort, fraction_digits, money, parse_effort};
use crate::t;
use crate::ui::{Form, TextInput};

/// The fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub struct TermsFields {
    model: RwSignal<Model>,
    allowance: RwSignal<String>,
    price: RwSignal<String>,
    currency: RwSignal<String>,
    carry_percent: RwSignal<String>,
    cap: RwSignal<CapKind>,
    cap_hours: RwSignal<String>,
    cap_percent: RwSignal<String>,
    lapses: RwSignal<bool>,
    max_cycles: RwSignal<String>,
    overage: RwSignal<OverageMode>,
    rate: RwSignal<String>,
    grace_days: RwSignal<String>,
}

impl TermsFields {
    /// Fields that hold `draft`.
    pub fn new(draft: TermsDraft) -> Self {
        Self {
            model: RwSignal::new(draft.model),
            allowance: RwSignal::new(draft.allowance),
            price: RwSignal::new(draft.price),
            currency: RwSignal::new(draft.currency),
            carry_percent: RwSignal::new(draft.carry_percent),
            cap: RwSignal::new(draft.cap),
            cap_hours: RwSignal::new(draft.cap_hours),
            cap_percent: RwSignal::new(draft.cap_percent),
            lapses: RwSignal::new(draft.lapses),
            max_cycles: RwSignal::new(draft.max_cycles),
            overage: RwSignal::new(draft.overage),
            rate: RwSignal::new(draft.rate),
            grace_days: RwSignal::new(draft.grace_days),
        }
    }

    /// What stands in the fields now.
    pub fn draft(self) -> TermsDraft {
        TermsDraft {
            model: self.model.get(),
            allowance: self.allowance.get(),
            price: self.price.get(),
            currency: self.currency.get(),
            carry_percent: self.carry_percent.get(),
            cap: self.cap.get(),
            cap_hours: self.cap_hours.get(),
            cap_percent: self.cap_percent.get(),
            lapses: self.lapses.get(),
            max_cycles: self.max_cycles.get(),
            overage: self.overage.get(),
            rate: self.rate.get(),
            grace_days: self.grace_days.get(),
        }
    }

    /// How many decimals the currency has.
    pub fn digits(self) -> u32 {
        self.currency.with(|code| fraction_digits(code.trim()))
    }
}

/// What an effort field was read as, or its hint while it is empty or not readable.
fn read_effort(value: RwSignal<String>, hint: &'static str) -> Signal<String> {
    Signal::derive(move || match value.with(|text| parse_effort(text, BareNumber::Hours)) {
        Some(minutes) => t!(retainers.read_as, value = effort(minutes)),
        None => hint.to_owned(),
    })
}

/// What an amount field was read as.
fn read_amount(fields: TermsFields, value: RwSignal<String>) -> Signal<String> {
    Signal::derive(move || {
        let read = value.with(|text| amount_of(text, fields.digits()));
        let currency = fields.currency.get().trim().to_uppercase();
        match read.filter(|_| currency.len() == 3) {
            Some(amount_minor) => {
                t!(retainers.read_as, value = money(&Money { amount_minor, currency }))
            }
            None => String::new(),
        }
    })
}

/// Model, allowance, price, rollover, overage, grace.
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
        <fieldset class="form-part">
            <legend>{t!(retainers.section_promise)}</legend>
            <ModelChoice form fields />
            <div class="form-pair">
                <TextInput
                    form
                    at="/terms/allowance_minutes"
                    label=t!(retainers.allowance)
                    hint=read_effort(fields.allowance, t!(retainers.allowance_hint))
                    value=fields.allowance
                />
                <div class="grid grid-cols-[1fr_7rem] gap-4">
                    <TextInput
                        form
                        at="/terms/price/amount_minor"
                        label=t!(retainers.price)
                        hint=read_amount(fields, fields.price)
                        inputmode="decimal"
                        value=fields.price
                    />
                    {currency}
                </div>
            </div>
        </fieldset>
        <Show when=move || fields.model.get() == Model::RolloverHours>
            <fieldset class="form-part">
                <legend>{t!(retainers.section_end)}</legend>
                <Rollover form fields />
            </fieldset>
        </Show>
        <fieldset class="form-part">
            <legend>{t!(retainers.section_over)}</legend>
            <OverageChoice form fields />
            <Show when=move || fields.overage.get() == OverageMode::Bill>
                <TextInput
                    form
                    at="/terms/overage_rate_minor"
                    label=t!(retainers.rate)
                    hint=read_amount(fields, fields.rate)
                    inputmode="decimal"
                    value=fields.rate
                />
            </Show>
        </fieldset>
    }
}

#[component]
fn ModelChoice(form: Form, fields: TermsFields) -> impl IntoView {
    let choices = vec![
        Radio {
            value: Model::RolloverHours,
            label: t!(retainers.rollover_hours),
            hint: t!(retainers.rollover_hours_hint),
        },
        Radio {
            value: Model::FixedHours,
            label: t!(retainers.fixed_hours),
            hint: t!(retainers.fixed_hours_hint),
        },
    ];
    view! { <Radios form at="/terms/model" legend=t!(retainers.model) value=fields.model choices /> }
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

#[component]
fn Rollover(form: Form, fields: TermsFields) -> impl IntoView {
    let lapses = vec![
        Radio {
            value: true,
            label: t!(retainers.lapse_after),
            hint: t!(retainers.lapse_after_hint),
        },
        Radio {
            value: false,
            label: t!(retainers.lapse_never),
            hint: t!(retainers.lapse_never_hint),
        },
    ];
    view! {
        <div class="form-pair">
            <Radios
                form
                at="/terms/rollover/lapse"
                legend=t!(retainers.lapse)
                value=fields.lapses
                choices=lapses
            />
            <Show when=move || fields.lapses.get()>
                <TextInput
                    form
                    at="/terms/rollover/max_cycles"
                    label=t!(retainers.max_cycles)
                    inputmode="numeric"
                    value=fields.max_cycles
                />
            </Show>
        </div>
        <CarryLimits form fields />
    }
}

/// How much carries: everything, unless somebody says otherwise.
#[component]
fn CarryLimits(form: Form, fields: TermsFields) -> impl IntoView {
    let caps = vec![
        Radio {
            value: CapKind::None,
            label: t!(retainers.cap_nothing),
            hint: t!(retainers.cap_nothing_hint),
        },
        Radio {
            value: CapKind::Hours,
            label: t!(retainers.cap_hours),
            hint: t!(retainers.cap_hours_hint),
        },
        Radio {
            value: CapKind::Percent,
            label: t!(retainers.cap_percent),
            hint: t!(retainers.cap_percent_hint),
        },
    ];
    let words = Signal::derive(move || {
        // Only what is folded away; the lapse stands above.
        let draft = TermsDraft { lapses: false, ..fields.draft() };
        draft.carry_rule().map(|rule| carry_limits(&rule)).unwrap_or_default()
    });
    view! {
        <More
            form
            title=t!(retainers.limits)
            words
            fields=&[
                "/terms/rollover/carry_percent",
                "/terms/rollover/cap_minutes",
                "/terms/rollover/cap_percent",
            ]
        >
            <div class="form-pair">
                <div class="form-part">
                    <Radios
                        form
                        at="/terms/rollover"
                        legend=t!(retainers.cap)
                        value=fields.cap
                        choices=caps
                    />
                    <CapAmount form fields />
                </div>
                <TextInput
                    form
                    at="/terms/rollover/carry_percent"
                    label=t!(retainers.carry)
                    hint=t!(retainers.carry_hint)
                    inputmode="numeric"
                    value=fields.carry_percent
                />
            </div>
        </More>
    }
}

#[component]
fn CapAmount(form: Form, fields: TermsFields) -> impl IntoView {
    move || match fields.cap.get() {
        CapKind::None => ().into_any(),
        CapKind::Hours => view! {
            <TextInput
                form
                at="/terms/rollover/cap_minutes"
                label=t!(retainers.cap_hours_label)
                hint=read_effort(fields.cap_hours, "")
                value=fields.cap_hours
            />
        }
        .into_any(),
        CapKind::Percent => view! {
            <TextInput
                form
                at="/terms/rollover/cap_percent"
                label=t!(retainers.cap_percent_label)
                inputmode="numeric"
                value=fields.cap_percent
            />
        }
        .into_any(),
    }
}

#[component]
fn OverageChoice(form: Form, fields: TermsFields) -> impl IntoView {
    let choices = vec![
        Radio {
            value: OverageMode::Absorb,
            label: t!(retainers.overage_absorb),
            hint: t!(retainers.overage_absorb_hint),
        },
        Radio {
            value: OverageMode::Bill,
            label: t!(retainers.overage_bill),
            hint: t!(retainers.overage_bill_hint),
        },
        Radio {
            value: OverageMode::Block,
            label: t!(retainers.overage_block),
            hint: t!(retainers.overage_block_hint),
        },
    ];
    view! {
        <Radios form at="/terms/overage" legend=t!(retainers.overage) value=fields.overage choices />
    }
}
