//! Settings: how strict the gate of activation is, and how soon requests are answered.
//! Source: requirements S0-1, S3-26.
use leptos::prelude::*;
use shared::api::{Controls, ControlsKept, Gate};

use crate::members::may_administer;
use crate::query::{self, Query, use_query};
use crate::retainers::radios::{Radio, Radios};
use crate::ui::{Button, Conflict, Form, FormFaults, Loaded, Panel, TextInput, Variant, toast};
use crate::{api, t};

/// The section of the settings.
#[component]
pub(crate) fn ControlsPage() -> impl IntoView {
    let kept = use_query(api::controls);
    view! {
        <Panel title=t!(scope.controls)>
            <Loaded of=kept.standing() rows=3>
                <Edit kept />
            </Loaded>
        </Panel>
    }
}

fn name(gate: Gate) -> &'static str {
    match gate {
        Gate::Light => t!(scope.gate_light),
        Gate::Required => t!(scope.gate_required),
    }
}

/// What is typed; what is no number is refused as out of range.
fn hours_of(text: &str) -> Option<i64> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.parse().unwrap_or(0))
}

#[component]
fn Edit(kept: Query<ControlsKept>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("controls");
    let version = StoredValue::new(first.version);
    let gate = RwSignal::new(first.controls.gate);
    let hours = first.controls.answer_hours.map(|hours| hours.to_string());
    let hours = RwSignal::new(hours.unwrap_or_default());
    let reason = may_administer();
    let send = move || {
        let seen = version.get_value();
        let work = async move |body: Controls| api::set_controls(seen, &body).await;
        let answer_hours = hours.with_untracked(|text| hours_of(text));
        let body = Controls { gate: gate.get_untracked(), answer_hours };
        form.send(body, work, move |now: ControlsKept| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/retainers");
            query::invalidate("/requests");
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || {
        let gate = kept.with(|kept| kept.map(|kept| name(kept.controls.gate)));
        let hours = kept.with(|kept| kept?.controls.answer_hours.map(|hours| hours.to_string()));
        vec![
            (t!(scope.gate), gate.unwrap_or_default().to_owned()),
            (t!(scope.answer_hours), hours.unwrap_or_default()),
        ]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let choice = |value, hint| Radio { value, label: name(value), hint };
    let choices = vec![
        choice(Gate::Light, t!(scope.gate_light_hint)),
        choice(Gate::Required, t!(scope.gate_required_hint)),
    ];
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(scope.controls_about)}</p>
            <Radios form at="/gate" legend=t!(scope.gate) value=gate choices />
            <TextInput
                form
                at="/answer_hours"
                label=t!(scope.answer_hours)
                hint=t!(scope.answer_hint)
                value=hours
                inputmode="numeric"
                optional=true
            />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button
                    submit=true
                    variant=Variant::Primary
                    keys="mod enter"
                    reason
                    busy=form.busy()
                >
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}
