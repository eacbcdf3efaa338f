//! The fields of one pool: what matters is open, the rest is folded with what stands in it.
use leptos::prelude::*;
use shared::api::Unit;
use shared::rules::proration::UnitRounding;

use super::more::More;
use super::pool_fields::{PoolFields, Typed, at, read_units};
use super::pool_rules::{Carry, Overage};
use super::pool_sessions::Cancelling;
use super::pool_time::{Hourly, Steps};
use super::price_list::PriceList;
use super::radios::{Radio, Radios};
use super::slide::SlideUnits;
use super::terms_words;
use crate::format::unit_name;
use crate::t;
use crate::ui::{Button, Checkbox, Form, OneOf, TextInput, Variant};

/// The units in the order in which they are offered.
pub(super) const UNITS: [Unit; 5] =
    [Unit::Minutes, Unit::Sessions, Unit::Deliverables, Unit::Credits, Unit::Money];

/// The fields of a pool.
#[component]
pub(super) fn PoolForm(
    /// Where they belong.
    form: Form,
    /// The fields.
    pool: PoolFields,
    /// Its place among the pools.
    place: usize,
    /// The currency that is typed.
    typed: Typed,
    /// It is the only one, so it stays.
    alone: Signal<bool>,
    /// Takes it away.
    remove: Callback<()>,
) -> impl IntoView {
    let button = move || {
        (!alone.get()).then(|| {
            let label = t!(retainers.pool_remove, name = pool.title());
            view! {
                <Button
                    variant=Variant::Ghost
                    small=true
                    icon=icondata::LuTrash2
                    label=label
                    on_press=remove
                />
            }
        })
    };
    let more = move || match pool.unit.get() {
        Unit::Minutes => ().into_any(),
        Unit::Sessions => view! { <Cancelling form pool place /> }.into_any(),
        Unit::Deliverables | Unit::Credits => {
            view! { <PriceList form pool place typed /> }.into_any()
        }
        Unit::Money => view! { <Hourly form pool place typed /> }.into_any(),
    };
    view! {
        <fieldset class="pool-form form-part">
            <legend>{move || pool.title()}</legend>
            <div class="pool-remove">{button}</div>
            <div class="form-pair">
                <UnitChoice form pool place />
                <div>
                    <TextInput
                        form
                        at=at(place, "allowance")
                        label=t!(retainers.allowance)
                        hint=read_units(pool.unit, pool.allowance, typed, allowance_hint)
                        value=pool.allowance
                    />
                    <SlideUnits
                        label=t!(play.slide_allowance)
                        unit=pool.unit
                        value=pool.allowance
                        typed
                    />
                </div>
            </div>
            {more}
            <Radios
                form
                at=at(place, "rollover")
                legend=t!(retainers.unused)
                value=pool.rolls
                choices=vec![
                    Radio {
                        value: false,
                        label: t!(retainers.unused_lapses),
                        hint: t!(retainers.unused_lapses_hint),
                    },
                    Radio {
                        value: true,
                        label: t!(retainers.unused_carries),
                        hint: t!(retainers.unused_carries_hint),
                    },
                ]
            />
            <Show when=move || pool.rolls.get()>
                <Carry form pool place typed />
            </Show>
            <Overage form pool place typed />
            <Checkbox
                form
                at=at(place, "refund_at_end")
                label=t!(retainers.refund_at_end)
                value=pool.refund_at_end
            />
            <NameAndAlerts form pool place />
        </fieldset>
    }
}

pub(super) fn allowance_hint(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => t!(retainers.allowance_hint),
        Unit::Money => t!(retainers.allowance_money_hint),
        Unit::Sessions | Unit::Deliverables | Unit::Credits => t!(retainers.allowance_count_hint),
    }
}

/// What is counted; a pool that was agreed keeps its unit for good.
#[component]
fn UnitChoice(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
    let place_of = |unit: Unit| UNITS.iter().position(|one| *one == unit).unwrap_or(0);
    let chosen = Signal::derive(move || place_of(pool.unit.get()));
    let pick = Callback::new(move |place: usize| {
        if let Some(unit) = UNITS.get(place) {
            pool.unit.set(*unit);
        }
    });
    let hint = if pool.known { t!(retainers.unit_known) } else { t!(retainers.unit_hint) };
    view! {
        <OneOf
            form
            at=at(place, "unit")
            label=t!(retainers.unit)
            hint=hint
            labels=UNITS.map(unit_name).to_vec()
            chosen
            pick
            fixed=pool.known
        />
    }
}

/// A name, where the unit does not say enough, and the levels at which somebody is told.
#[component]
fn NameAndAlerts(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
    let words = Signal::derive(move || {
        let read = pool.draft().read_levels();
        let levels = read.map(|levels| terms_words::levels(&levels)).unwrap_or_default();
        t!(retainers.name_and_levels, name = pool.title(), levels = levels)
    });
    view! {
        <More
            form
            title=t!(retainers.section_name)
            words
            fields=["key", "name", "alert_levels", "partial_rounding", "time_step"].map(|field| at(place, field)).to_vec()
        >
            <div class="form-pair">
                <TextInput
                    form
                    at=at(place, "name")
                    label=t!(retainers.pool_name)
                    hint=t!(retainers.pool_name_hint)
                    optional=true
                    value=pool.name
                />
                <TextInput
                    form
                    at=at(place, "alert_levels")
                    label=t!(retainers.levels)
                    hint=t!(retainers.levels_hint)
                    optional=true
                    value=pool.levels
                />
            </div>
            <PartialRounding form pool place />
            <Steps form pool place />
        </More>
    }
}

/// How the share of a first, last or shortened cycle becomes whole units.
#[component]
fn PartialRounding(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
    const WAYS: [UnitRounding; 3] = [UnitRounding::HalfUp, UnitRounding::Up, UnitRounding::Down];
    let chosen = Signal::derive(move || {
        let way = pool.partial_rounding.get().unwrap_or_default();
        WAYS.iter().position(|one| *one == way).unwrap_or(0)
    });
    // What holds without a choice is not written down as one.
    let pick = Callback::new(move |place: usize| {
        let way = WAYS.get(place).copied();
        pool.partial_rounding.set(way.filter(|way| *way != UnitRounding::default()));
    });
    let labels =
        [t!(retainers.partial_nearest), t!(retainers.partial_up), t!(retainers.partial_down)];
    view! {
        <OneOf
            form
            at=at(place, "partial_rounding")
            label=t!(retainers.partial_rounding)
            hint=t!(retainers.partial_rounding_hint)
            labels=labels.to_vec()
            chosen
            pick
        />
    }
}
