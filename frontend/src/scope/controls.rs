//! Settings: how strict the gate of activation is. Source: requirements S0-1, S3-26.
use leptos::prelude::*;
use shared::api::{Controls, ControlsKept, Gate};

use crate::members::may_administer;
use crate::query::{self, Query, use_query};
use crate::retainers::radios::{Radio, Radios};
use crate::ui::{Button, Conflict, Form, FormFaults, Loaded, Panel, Variant, toast};
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

#[component]
fn Edit(kept: Query<ControlsKept>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("controls");
    let version = StoredValue::new(first.version);
    let gate = RwSignal::new(first.controls.gate);
    let reason = may_administer();
    let send = move || {
        let seen = version.get_value();
        let work = async move |body: Controls| api::set_controls(seen, &body).await;
        form.send(Controls { gate: gate.get_untracked() }, work, move |now: ControlsKept| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/retainers");
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
        vec![(t!(scope.gate), gate.unwrap_or_default().to_owned())]
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
