//! What becomes of what is unused, and of use beyond what is available.
use leptos::prelude::*;
use shared::api::{BorrowExcess, OverageMode, Unit};

use super::more::More;
use super::pool_draft::{CapKind, PoolDraft};
use super::pool_fields::{PoolFields, Typed, at, read_amount, read_units};
use super::radios::{Radio, Radios};
use super::slide::{Reach, SlideNumber, SlideRate, SlideUnits};
use super::terms_words::carry_limits;
use crate::t;
use crate::ui::{Checkbox, Form, TextInput};

/// For how long and how much carries over.
#[component]
pub(super) fn Carry(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    view! {
        <Checkbox
            form
            at=at(place, "rollover/compounding")
            label=t!(retainers.compounding)
            hint=t!(retainers.compounding_hint)
            value=pool.compounding
        />
        <Show when=move || pool.compounding.get()>
            <Lapse form pool place />
        </Show>
        <Checkbox
            form
            at=at(place, "rollover/only_if_renewed")
            label=t!(retainers.only_if_renewed)
            hint=t!(retainers.carry_renewed)
            value=pool.only_if_renewed
        />
        <CarryLimits form pool place typed />
    }
}

/// For how long what is carried lasts, where it may be carried again.
#[component]
fn Lapse(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
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
                at=at(place, "rollover/lapse")
                legend=t!(retainers.lapse)
                value=pool.lapses
                choices=lapses
            />
            <Show when=move || pool.lapses.get()>
                <div>
                    <TextInput
                        form
                        at=at(place, "rollover/max_cycles")
                        label=t!(retainers.max_cycles)
                        inputmode="numeric"
                        value=pool.max_cycles
                    />
                    <SlideNumber
                        label=t!(play.slide_cycles)
                        reach=Reach { min: 1, step: 1, max: 12 }
                        value=pool.max_cycles
                    />
                </div>
            </Show>
        </div>
    }
}

/// How much carries: everything, unless somebody says otherwise.
#[component]
fn CarryLimits(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    let caps = vec![
        Radio {
            value: CapKind::None,
            label: t!(retainers.cap_nothing),
            hint: t!(retainers.cap_nothing_hint),
        },
        Radio {
            value: CapKind::Units,
            label: t!(retainers.cap_units),
            hint: t!(retainers.cap_units_hint),
        },
        Radio {
            value: CapKind::Percent,
            label: t!(retainers.cap_percent),
            hint: t!(retainers.cap_percent_hint),
        },
    ];
    let words = Signal::derive(move || {
        // Only what is folded away; the rest stands above.
        let draft = PoolDraft { lapses: false, only_if_renewed: false, ..pool.draft() };
        let rule = draft.carry_rule(typed.digits.get());
        let currency = typed.currency.get();
        rule.map(|rule| carry_limits(&rule, draft.unit, &currency)).unwrap_or_default()
    });
    let fields = [
        "rollover/carry_percent",
        "rollover/cap_units",
        "rollover/cap_percent",
        "rollover/partial_cycle_rolls",
    ];
    view! {
        <More
            form
            title=t!(retainers.limits)
            words
            fields=fields.map(|field| at(place, field)).to_vec()
        >
            <div class="form-pair">
                <div class="form-part">
                    <Radios
                        form
                        at=at(place, "rollover/cap")
                        legend=t!(retainers.cap)
                        value=pool.cap
                        choices=caps
                    />
                    <CapAmount form pool place typed />
                </div>
                <div class="form-part">
                    <div>
                        <TextInput
                            form
                            at=at(place, "rollover/carry_percent")
                            label=t!(retainers.carry)
                            hint=t!(retainers.carry_hint)
                            inputmode="numeric"
                            value=pool.carry_percent
                        />
                        <SlideNumber
                            label=t!(play.slide_share)
                            reach=Reach { min: 0, step: 5, max: 100 }
                            value=pool.carry_percent
                        />
                    </div>
                    <Checkbox
                        form
                        at=at(place, "rollover/partial_cycle_rolls")
                        label=t!(retainers.partial_rolls)
                        hint=t!(retainers.partial_rolls_hint)
                        value=pool.partial_rolls
                    />
                </div>
            </div>
        </More>
    }
}

#[component]
fn CapAmount(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    move || match pool.cap.get() {
        CapKind::None => ().into_any(),
        CapKind::Units => view! {
            <TextInput
                form
                at=at(place, "rollover/cap_units")
                label=t!(retainers.cap_units_label)
                hint=read_units(pool.unit, pool.cap_units, typed, |_| "")
                value=pool.cap_units
            />
            <SlideUnits
                label=t!(play.slide_cap)
                unit=pool.unit
                value=pool.cap_units
                typed
            />
        }
        .into_any(),
        CapKind::Percent => view! {
            <TextInput
                form
                at=at(place, "rollover/cap_percent")
                label=t!(retainers.cap_percent_label)
                inputmode="numeric"
                value=pool.cap_percent
            />
            <SlideNumber
                label=t!(play.slide_cap)
                reach=Reach { min: 0, step: 5, max: 200 }
                value=pool.cap_percent
            />
        }
        .into_any(),
    }
}

/// What becomes of use beyond what is available.
#[component]
pub(super) fn Overage(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
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
            value: OverageMode::Borrow,
            label: t!(retainers.overage_borrow),
            hint: t!(retainers.overage_borrow_hint),
        },
        Radio {
            value: OverageMode::Ask,
            label: t!(retainers.overage_ask),
            hint: t!(retainers.overage_ask_hint),
        },
        Radio {
            value: OverageMode::Block,
            label: t!(retainers.overage_block),
            hint: t!(retainers.overage_block_hint),
        },
    ];
    view! {
        <Radios
            form
            at=at(place, "overage/mode")
            legend=t!(retainers.overage)
            value=pool.overage
            choices
        />
        <Show when=move || pool.overage.get() == OverageMode::Borrow>
            <Borrowing form pool place typed />
        </Show>
        <Show when=move || pool.overage.get() == OverageMode::Ask>
            <Excess form pool place legend=t!(retainers.ask_then) />
        </Show>
        <Show when=move || pool.has_rate()>
            <Rate form pool place typed />
        </Show>
    }
}

/// How much is taken from the next cycle, and what becomes of what is more.
#[component]
fn Borrowing(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    view! {
        <div class="form-pair">
            <div>
                <TextInput
                    form
                    at=at(place, "overage/borrow_cap")
                    label=t!(retainers.borrow_cap)
                    hint=read_units(pool.unit, pool.borrow_cap, typed, borrow_cap_hint)
                    optional=true
                    value=pool.borrow_cap
                />
                <SlideUnits
                    label=t!(play.slide_borrow)
                    unit=pool.unit
                    value=pool.borrow_cap
                    typed
                />
            </div>
            <Excess form pool place legend=t!(retainers.excess) />
        </div>
    }
}

/// Whether what goes beyond is billed, where that is not all there is to say.
#[component]
fn Excess(form: Form, pool: PoolFields, place: usize, legend: &'static str) -> impl IntoView {
    let rest = vec![
        Radio {
            value: BorrowExcess::Bill,
            label: t!(retainers.excess_bill),
            hint: t!(retainers.excess_bill_hint),
        },
        Radio {
            value: BorrowExcess::Absorb,
            label: t!(retainers.excess_absorb),
            hint: t!(retainers.overage_absorb_hint),
        },
    ];
    view! {
        <Radios
            form
            at=at(place, "overage/borrow_excess")
            legend
            value=pool.borrow_excess
            choices=rest
        />
    }
}

fn borrow_cap_hint(_: Unit) -> &'static str {
    t!(retainers.borrow_cap_hint)
}

/// The price of what is billed, and the step it is rounded up to.
#[component]
fn Rate(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    let minutes = move || pool.unit.get() == Unit::Minutes;
    move || {
        let (rate, step, step_hint) = if minutes() {
            (
                t!(retainers.rate),
                t!(retainers.increment_minutes),
                t!(retainers.increment_minutes_hint),
            )
        } else {
            (t!(retainers.rate_each), t!(retainers.increment), t!(retainers.increment_hint))
        };
        view! {
            <div class="form-pair">
                <div>
                    <TextInput
                        form
                        at=at(place, "overage/rate_minor")
                        label=rate
                        hint=read_amount(pool.rate, typed)
                        inputmode="decimal"
                        value=pool.rate
                    />
                    <SlideRate label=t!(play.slide_rate) value=pool.rate typed />
                </div>
                <TextInput
                    form
                    at=at(place, "overage/increment")
                    label=step
                    hint=step_hint
                    inputmode="numeric"
                    optional=true
                    value=pool.increment
                />
            </div>
        }
    }
}
