//! How time draws on a pool: the price of an hour, and in which steps. Source: domain 1.6, 1.7.
use leptos::prelude::*;
use shared::api::{MinuteRounding, Unit};

use super::pool_fields::{PoolFields, Typed, at, read_amount};
use crate::t;
use crate::ui::{Checkbox, Form, OneOf, TextInput};

/// What an hour draws from money, and whether the rates of people come first.
#[component]
pub(super) fn Hourly(form: Form, pool: PoolFields, place: usize, typed: Typed) -> impl IntoView {
    let read = read_amount(pool.hourly_rate, typed);
    // Time does not draw while it is empty.
    let hint = Signal::derive(move || {
        let read = read.get();
        if read.is_empty() { t!(retainers.hourly_hint).to_owned() } else { read }
    });
    view! {
        <TextInput
            form
            at=at(place, "hourly_rate_minor")
            label=t!(retainers.hourly)
            hint
            inputmode="decimal"
            optional=true
            value=pool.hourly_rate
        />
        <Checkbox
            form
            at=at(place, "by_rate_card")
            label=t!(retainers.by_rate_card)
            hint=t!(retainers.by_rate_card_hint)
            value=pool.by_rate_card
        />
    }
}

/// In which steps entries draw, where time draws at all.
#[component]
pub(super) fn Steps(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
    const WAYS: [MinuteRounding; 3] =
        [MinuteRounding::Up, MinuteRounding::Nearest, MinuteRounding::Down];
    let chosen = Signal::derive(move || {
        let way = pool.step_rounding.get();
        WAYS.iter().position(|one| *one == way).unwrap_or(0)
    });
    let pick = Callback::new(move |place: usize| {
        if let Some(way) = WAYS.get(place) {
            pool.step_rounding.set(*way);
        }
    });
    let stepped = move || pool.step.with(|step| !step.trim().is_empty());
    let takes_time = move || matches!(pool.unit.get(), Unit::Minutes | Unit::Money);
    let labels = [t!(retainers.partial_up), t!(retainers.step_nearest), t!(retainers.partial_down)];
    view! {
        <Show when=takes_time>
            <div class="form-pair">
                <TextInput
                    form
                    at=at(place, "time_step/minutes")
                    label=t!(retainers.step)
                    hint=t!(retainers.step_hint)
                    inputmode="numeric"
                    optional=true
                    value=pool.step
                />
                <Show when=stepped>
                    <OneOf
                        form
                        at=at(place, "time_step/rounding")
                        label=t!(retainers.step_rounding)
                        hint=""
                        labels=labels.to_vec()
                        chosen
                        pick
                    />
                </Show>
            </div>
        </Show>
    }
}
