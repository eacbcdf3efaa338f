//! What got in the way: logged, and resolved by a change of the process. Source: requirements
//! S0-43, S3-9.
use leptos::prelude::*;
use shared::api::{Friction, FrictionChange, FrictionKind, NewFriction};

use super::lines::{said, some};
use super::page::Model;
use super::words;
use crate::format::date;
use crate::query::{self, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{
    Button, Choice, Dialog, Empty, Form, FormActions, FormFaults, Loaded, Panel, Select, TextArea,
    TextInput, toast,
};
use crate::{api, t};

/// After something about frictions was saved.
fn done(open: RwSignal<bool>, words: &'static str) {
    for path in ["/frictions", "/workflows", "/sops"] {
        query::invalidate(path);
    }
    open.try_set(false);
    toast(words);
}

#[component]
pub(super) fn Frictions(model: Model) -> impl IntoView {
    let frictions = use_query(api::open_frictions);
    let (logging, resolving) = (RwSignal::new(false), RwSignal::new(false));
    let chosen = RwSignal::new(None::<Friction>);
    let works = use_me().with_untracked(|me| words::works(me.role));
    let aside = move || {
        works.then(|| {
            view! {
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| logging.set(true))
                >
                    {t!(model.friction_log)}
                </Button>
            }
        })
    };
    let rows =
        move || frictions.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let resolve = Callback::new(move |one: Friction| {
        chosen.set(Some(one));
        resolving.set(true);
    });
    view! {
        <Panel title=t!(model.frictions) aside=aside>
            <Loaded of=frictions.standing() rows=3>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! {
                        <Empty title=t!(model.frictions_none) about=t!(model.frictions_about) />
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.id, one.version) let:friction>
                            <FrictionRow friction may=model.may resolve />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=logging title=t!(model.friction_log)>
            <LogForm model open=logging />
        </Dialog>
        <Dialog open=resolving title=t!(model.friction_resolve)>
            {move || chosen.get_untracked().map(|friction| {
                view! { <ResolveForm friction open=resolving /> }
            })}
        </Dialog>
    }
}

#[component]
fn FrictionRow(friction: Friction, may: bool, resolve: Callback<Friction>) -> impl IntoView {
    let today = use_today().get_untracked();
    let places = [&friction.workflow_name, &friction.sop_name, &friction.retainer_name];
    let mut line: Vec<String> = places.into_iter().flatten().cloned().collect();
    line.push(date(friction.noticed_on, today));
    line.push(friction.logged_by.clone());
    let kept = StoredValue::new(friction.clone());
    let press = Callback::new(move |()| resolve.run(kept.get_value()));
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <p>
                    <span class="font-medium">{words::friction(friction.kind)}</span>
                    ": "
                    {friction.note.clone()}
                </p>
                {may.then(|| view! {
                    <Button small=true on_press=press>
                        {t!(model.friction_resolve_short)}
                        <span class="sr-only">{format!(", {}", friction.note)}</span>
                    </Button>
                })}
            </div>
            <p class="text-muted">{line.join(" · ")}</p>
        </li>
    }
}

#[component]
fn LogForm(model: Model, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("friction");
    let kind = RwSignal::new(String::new());
    let (note, on) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (workflow, step) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sop = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(kind) = FrictionKind::named(&kind.get_untracked()) else {
            return form.refuse(vec![shared::api::FieldError::new("/kind", "required")]);
        };
        let workflow_id = workflow.get_untracked().parse().ok();
        let body = NewFriction {
            kind,
            note: said(note),
            workflow_id,
            step: some(step).filter(|_| workflow_id.is_some()),
            sop_id: sop.get_untracked().parse().ok(),
            retainer_id: None,
            noticed_on: on.get_untracked().parse().ok(),
        };
        let work = async |body: NewFriction| api::log_friction(&body).await;
        form.send(body, work, move |_: Friction| done(open, t!(model.friction_logged)));
    };
    let kinds = words::choices(FrictionKind::ALL, FrictionKind::name, words::friction);
    let workflows = Signal::derive(move || {
        let one = |one: shared::api::Workflow| Choice::new(one.id.to_string(), one.name);
        model.workflows().into_iter().map(one).collect::<Vec<_>>()
    });
    let steps = Signal::derive(move || {
        let id = workflow.get();
        let of = model.workflows().into_iter().find(|one| one.id.to_string() == id);
        let parts = of.map(|one| one.terms.parts).unwrap_or_default();
        parts.into_iter().map(|part| Choice::new(part.key, part.name)).collect::<Vec<_>>()
    });
    let sops = Signal::derive(move || {
        let one = |one: shared::api::Sop| Choice::new(one.id.to_string(), one.name);
        model.sops().into_iter().map(one).collect::<Vec<_>>()
    });
    let nowhere = t!(model.nowhere);
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select form at="/kind" label=t!(model.friction_kind) value=kind choices=kinds />
            <TextArea form at="/note" label=t!(model.friction_note) value=note rows=2 />
            <div class="form-pair">
                <Select
                    form
                    at="/workflow_id"
                    label=t!(model.workflow)
                    value=workflow
                    choices=workflows
                    nothing=nowhere
                />
                <Select
                    form
                    at="/step"
                    label=t!(model.friction_step)
                    value=step
                    choices=steps
                    nothing=nowhere
                />
            </div>
            <div class="form-pair">
                <Select
                    form
                    at="/sop_id"
                    label=t!(model.sop)
                    value=sop
                    choices=sops
                    nothing=nowhere
                />
                <TextInput
                    form
                    at="/noticed_on"
                    label=t!(model.friction_on)
                    hint=t!(model.today_if_empty)
                    value=on
                    kind="date"
                    optional=true
                />
            </div>
            <FormFaults form />
            <FormActions form open verb=t!(model.friction_log) />
        </form>
    }
}

#[component]
fn ResolveForm(friction: Friction, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("resolve");
    let resolution = RwSignal::new(String::new());
    let (id, version) = (friction.id, friction.version);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = FrictionChange { resolution: Some(said(resolution)), ..Default::default() };
        let work = async move |body: FrictionChange| api::change_friction(id, version, &body).await;
        form.send(body, work, move |_: Friction| done(open, t!(model.friction_resolved)));
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{friction.note}</p>
            <TextArea
                form
                at="/resolution"
                label=t!(model.resolution)
                hint=t!(model.resolution_hint)
                value=resolution
                rows=2
            />
            <FormFaults form />
            <FormActions form open verb=t!(model.friction_resolve_short) />
        </form>
    }
}
