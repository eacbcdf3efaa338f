//! A slider beside a figure that is typed: dragging it is another way to type.
use leptos::prelude::*;
use shared::api::{Money, Unit};

use crate::format::{amount_of, money, quantity, read_quantity, typed_amount, typed_quantity};
use crate::retainers::pool_fields::Typed;

/// How far a slider reaches, and in which steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The smallest.
    pub(super) min: i64,
    /// The step.
    pub(super) step: i64,
    /// The largest, unless something larger is typed.
    pub(super) max: i64,
}

/// That of an allowance, or of a cap on it.
pub(super) fn of_unit(unit: Unit, digits: u32) -> Reach {
    let (step, max) = match unit {
        Unit::Minutes => (60, 60 * 60),
        Unit::Sessions | Unit::Deliverables => (1, 24),
        Unit::Credits => (1, 100),
        Unit::Money => (100 * 10_i64.pow(digits), 10_000 * 10_i64.pow(digits)),
    };
    Reach { min: 0, step, max }
}

/// That of the price of an hour or a unit: 0 to 500 in fives of the currency.
fn of_rate(digits: u32) -> Reach {
    let one = 10_i64.pow(digits);
    Reach { min: 0, step: 5 * one, max: 500 * one }
}

impl Reach {
    /// The same, further where something larger is typed: twice as far, until it fits.
    pub(super) fn for_value(self, value: i64) -> Self {
        let mut reach = self;
        while reach.max < value && reach.max <= i64::MAX / 4 {
            (reach.max, reach.step) = (reach.max * 2, reach.step * 2);
        }
        reach
    }
}

/// Slides a quantity of a unit.
#[component]
pub(super) fn SlideUnits(
    /// What it is.
    label: &'static str,
    unit: RwSignal<Unit>,
    value: RwSignal<String>,
    typed: Typed,
) -> impl IntoView {
    let number = Signal::derive(move || {
        value.with(|text| read_quantity(unit.get(), text, typed.digits.get()))
    });
    let say = Signal::derive(move || {
        number.get().map(|n| quantity(unit.get(), &typed.currency.get(), n)).unwrap_or_default()
    });
    let reach = Signal::derive(move || of_unit(unit.get(), typed.digits.get()));
    let take = Callback::new(move |n: i64| {
        value.set(untrack(|| typed_quantity(unit.get(), n, typed.digits.get())));
    });
    view! { <Slide label number reach say take /> }
}

/// Slides the price of an hour or a unit.
#[component]
pub(super) fn SlideRate(
    /// What it is.
    label: &'static str,
    value: RwSignal<String>,
    typed: Typed,
) -> impl IntoView {
    let number = Signal::derive(move || value.with(|text| amount_of(text, typed.digits.get())));
    let say = Signal::derive(move || {
        let price = |n| Money { amount_minor: n, currency: typed.currency.get() };
        number.get().map(|n| money(&price(n))).unwrap_or_default()
    });
    let reach = Signal::derive(move || of_rate(typed.digits.get()));
    let take = Callback::new(move |n: i64| {
        value.set(typed_amount(n, typed.digits.get_untracked()));
    });
    view! { <Slide label number reach say take /> }
}

/// Slides a plain number: cycles, or per cent.
#[component]
pub(super) fn SlideNumber(
    /// What it is.
    label: &'static str,
    reach: Reach,
    value: RwSignal<String>,
) -> impl IntoView {
    let number = Signal::derive(move || value.with(|text| text.trim().parse::<i64>().ok()));
    let say = Signal::derive(move || value.get());
    let take = Callback::new(move |n: i64| value.set(n.to_string()));
    view! { <Slide label number reach=Signal::stored(reach) say take /> }
}

/// Slides a figure.
#[component]
pub(super) fn Slide(
    /// What it is.
    label: &'static str,
    /// Where it stands.
    number: Signal<Option<i64>>,
    /// How far it goes.
    reach: Signal<Reach>,
    /// Where it stands, in words.
    say: Signal<String>,
    /// Takes where it is dragged to.
    take: Callback<i64>,
) -> impl IntoView {
    // It reaches further when more is typed, and does not shrink under the hand that drags it.
    let reached = Memo::new(move |before: Option<&Reach>| {
        let reach = reach.get();
        let wanted = reach.for_value(number.get().unwrap_or(0));
        match before {
            Some(before) if before.min == reach.min && before.step % reach.step == 0 => {
                if before.max > wanted.max { *before } else { wanted }
            }
            _ => wanted,
        }
    });
    view! {
        <input
            type="range"
            class="slide"
            aria-label=label
            aria-valuetext=move || say.get()
            min=move || reached.get().min.to_string()
            max=move || reached.get().max.to_string()
            step=move || reached.get().step.to_string()
            prop:value=move || number.get().unwrap_or(0).to_string()
            on:input=move |event| {
                if let Ok(n) = event_target_value(&event).parse() {
                    take.run(n);
                }
            }
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_reaches_as_far_as_what_is_typed() {
        let hours = of_unit(Unit::Minutes, 2);
        assert_eq!((hours.step, hours.max), (60, 3_600));
        assert_eq!(hours.for_value(600), hours);
        let far = hours.for_value(200 * 60);
        assert_eq!((far.step, far.max), (240, 240 * 60));
        assert_eq!(of_unit(Unit::Money, 0).max, 10_000);
        assert!(hours.for_value(i64::MAX).max > 0);
        let rate = of_rate(2);
        assert_eq!((rate.step, rate.for_value(15_000).max), (500, 50_000));
        assert_eq!(rate.for_value(60_000).max, 100_000);
    }
}
