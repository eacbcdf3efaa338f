//! What a cancelled or missed session does.
use leptos::prelude::*;
use shared::api::CancellationOutcome;

use super::more::More;
use super::pool_fields::{PoolFields, at};
use super::terms_words;
use crate::t;
use crate::ui::{Form, OneOf, TextInput};

const OUTCOMES: [CancellationOutcome; 3] =
    [CancellationOutcome::Release, CancellationOutcome::Charge, CancellationOutcome::Carry];

/// The rules of cancellation, folded with what they say.
#[component]
pub(super) fn Cancelling(form: Form, pool: PoolFields, place: usize) -> impl IntoView {
    let words = Signal::derive(move || {
        let read = pool.draft().cancellation_rule();
        read.map(|(rule, cycles)| terms_words::cancellation(&rule, cycles)).unwrap_or_default()
    });
    let fields = [
        "cancellation",
        "cancellation/notice_hours",
        "cancellation/charge_percent",
        "makeup_cycles",
    ];
    let has = move |outcome| {
        [pool.in_time, pool.late, pool.no_show].iter().any(|signal| signal.get() == outcome)
    };
    view! {
        <More
            form
            title=t!(retainers.section_cancel)
            words
            fields=fields.map(|field| at(place, field)).to_vec()
        >
            <div class="form-pair">
                <TextInput
                    form
                    at=at(place, "cancellation/notice_hours")
                    label=t!(retainers.notice)
                    hint=t!(retainers.notice_hint)
                    inputmode="numeric"
                    value=pool.notice_hours
                />
                <Outcome
                    form
                    at=at(place, "cancellation/in_time")
                    label=t!(retainers.cancel_in_time)
                    value=pool.in_time
                />
                <Outcome
                    form
                    at=at(place, "cancellation/late")
                    label=t!(retainers.cancel_late)
                    value=pool.late
                />
                <Outcome
                    form
                    at=at(place, "cancellation/no_show")
                    label=t!(retainers.cancel_no_show)
                    value=pool.no_show
                />
                <Show when=move || has(CancellationOutcome::Charge)>
                    <TextInput
                        form
                        at=at(place, "cancellation/charge_percent")
                        label=t!(retainers.charge_percent)
                        hint=t!(retainers.charge_percent_hint)
                        inputmode="numeric"
                        value=pool.charge_percent
                    />
                </Show>
                <Show when=move || has(CancellationOutcome::Carry)>
                    <TextInput
                        form
                        at=at(place, "makeup_cycles")
                        label=t!(retainers.makeup)
                        inputmode="numeric"
                        value=pool.makeup_cycles
                    />
                </Show>
            </div>
        </More>
    }
}

#[component]
fn Outcome(
    form: Form,
    at: &'static str,
    label: &'static str,
    value: RwSignal<CancellationOutcome>,
) -> impl IntoView {
    let labels =
        vec![t!(retainers.choose_release), t!(retainers.choose_charge), t!(retainers.choose_carry)];
    let chosen = Signal::derive(move || {
        OUTCOMES.iter().position(|outcome| *outcome == value.get()).unwrap_or(0)
    });
    let pick = Callback::new(move |place: usize| {
        if let Some(outcome) = OUTCOMES.get(place) {
            value.set(*outcome);
        }
    });
    view! { <OneOf form at label labels chosen pick /> }
}
