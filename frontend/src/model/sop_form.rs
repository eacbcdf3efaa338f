//! Writing a routine, and writing it anew.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::{NewSop, NewSopVersion, NewTrial, Page, Sop, SopBody, Workflow};

use super::inputs::{InputFields, InputsDraft};
use super::lines::{field, lines, people, said, send, some, text};
use super::words;
use crate::query::{self, Query, use_query};
use crate::ui::{
    Checkbox, Choice, Conflict, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
};
use crate::{api, t};

/// Lists that are typed into one field.
const LISTS: [&str; 2] = ["/body/quality", "/body/steps"];

/// The text of a routine as it is typed.
#[derive(Clone, Copy)]
struct Draft {
    purpose: RwSignal<String>,
    inputs: InputsDraft,
    quality: RwSignal<String>,
    steps: RwSignal<String>,
    exceptions: RwSignal<String>,
    review_days: RwSignal<String>,
}

impl Draft {
    fn of(body: Option<&SopBody>) -> Self {
        let days = body.map_or(90, |body| body.review_days);
        Self {
            purpose: text(body.map_or("", |body| &body.purpose)),
            inputs: InputsDraft::new("/body/inputs", body.map_or(&[], |body| &body.inputs)),
            quality: field(body.map_or(&[], |body| &body.quality)),
            steps: field(body.map_or(&[], |body| &body.steps)),
            exceptions: text(body.map_or("", |body| &body.exceptions)),
            review_days: RwSignal::new(days.to_string()),
        }
    }

    fn read(self) -> SopBody {
        SopBody {
            purpose: said(self.purpose),
            inputs: self.inputs.read(),
            quality: lines(self.quality),
            steps: lines(self.steps),
            exceptions: said(self.exceptions),
            // What is no number is out of range, and told so.
            review_days: said(self.review_days).parse().unwrap_or(0),
        }
    }
}

#[component]
fn BodyFields(form: Form, draft: Draft) -> impl IntoView {
    // What is typed is read again with each letter: the guide speaks while there is time.
    let warnings = move || {
        for signal in [draft.purpose, draft.quality, draft.steps, draft.exceptions] {
            signal.track();
        }
        let all = draft.read().warnings().into_iter();
        all.map(|warning| view! { <p>{words::warning(warning)}</p> }).collect_view()
    };
    view! {
        <TextInput
            form
            at="/body/purpose"
            label=t!(model.purpose)
            hint=t!(model.purpose_hint)
            value=draft.purpose
        />
        <InputFields form draft=draft.inputs />
        <TextArea
            form
            at="/body/quality"
            label=t!(model.quality)
            hint=t!(model.quality_hint)
            value=draft.quality
            rows=3
        />
        <TextArea
            form
            at="/body/steps"
            label=t!(model.steps)
            hint=t!(model.one_a_line)
            value=draft.steps
            rows=5
        />
        <TextArea
            form
            at="/body/exceptions"
            label=t!(model.exceptions)
            value=draft.exceptions
            rows=2
        />
        <TextInput
            form
            at="/body/review_days"
            label=t!(model.review_days)
            hint=t!(model.review_days_hint)
            value=draft.review_days
            inputmode="numeric"
        />
        <div role="status" class="know-guide">{warnings}</div>
    }
}

/// Whether the dialog of a new routine is open, for its form, which is loaded later.
#[derive(Clone, Copy)]
pub(super) struct Writing(pub(super) RwSignal<bool>);

/// The form of a new routine, inside its dialog.
#[component]
pub fn NewSop() -> impl IntoView {
    let Writing(open) = expect_context();
    view! { <NewSopForm open /> }
}

#[component]
fn NewSopForm(open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("sop");
    let draft = Draft::of(None);
    let (name, owner) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (replaces, none) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (retire_on, trial) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let cycles = RwSignal::new("3".to_owned());
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let replaces_id = replaces.get_untracked().parse().ok();
        let workflow = trial.get_untracked().parse().ok();
        let body = NewSop {
            name: said(name),
            owner_id: owner.get_untracked().parse().ok(),
            body: draft.read(),
            watches: Vec::new(),
            replaces_id,
            replaces_none: none.get_untracked(),
            retire_on: retire_on.get_untracked().parse().ok().filter(|_| replaces_id.is_some()),
            trial: workflow.map(|workflow_id| NewTrial {
                workflow_id,
                cycles: said(cycles).parse().unwrap_or(0),
            }),
        };
        let navigate = navigate.clone();
        let work = async |body: NewSop| api::add_sop(&body).await;
        send(form, &LISTS, body, work, move |sop: Sop| {
            query::invalidate("/sops");
            query::invalidate("/workflows");
            open.try_set(false);
            toast(t!(model.sop_added, name = sop.name.as_str()));
            navigate(&format!("/model/sops/{}", sop.id), Default::default());
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput form at="/name" label=t!(model.name) value=name autofocus=true />
            <Select
                form
                at="/owner_id"
                label=t!(model.owner)
                value=owner
                choices=people()
                nothing=t!(model.owner_me)
            />
            <BodyFields form draft />
            <Replaces form replaces none retire_on />
            <TrialFields form trial cycles />
            <FormFaults form />
            <FormActions form open verb=t!(model.sop_add) />
        </form>
    }
}

/// Which routine goes: each new one says so. Source: requirement S3-30.
#[component]
fn Replaces(
    form: Form,
    replaces: RwSignal<String>,
    none: RwSignal<bool>,
    retire_on: RwSignal<String>,
) -> impl IntoView {
    let sops = use_query(|| api::sops(None));
    let choices = Signal::derive(move || {
        sops.with(|page: Option<&Page<Sop>>| {
            let one = |sop: &Sop| Choice::new(sop.id.to_string(), sop.name.clone());
            page.map(|page| page.items.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <fieldset class="form-part">
            <legend>{t!(model.replaces_title)}</legend>
            <Select
                form
                at="/replaces_id"
                label=t!(model.replaces)
                hint=t!(model.replaces_hint)
                value=replaces
                choices
                nothing=t!(model.replaces_choose)
            />
            <Checkbox form at="/replaces_none" label=t!(model.replaces_none) value=none />
            <Show when=move || !replaces.get().is_empty()>
                <TextInput
                    form
                    at="/retire_on"
                    label=t!(model.retire_on)
                    hint=t!(model.retire_on_hint)
                    value=retire_on
                    kind="date"
                    optional=true
                />
            </Show>
        </fieldset>
    }
}

#[component]
fn TrialFields(form: Form, trial: RwSignal<String>, cycles: RwSignal<String>) -> impl IntoView {
    let workflows = use_query(api::workflows);
    let choices = Signal::derive(move || {
        workflows.with(|page: Option<&Page<Workflow>>| {
            let one = |one: &Workflow| Choice::new(one.id.to_string(), one.name.clone());
            page.map(|page| page.items.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <div class="form-pair">
            <Select
                form
                at="/trial/workflow_id"
                label=t!(model.trial)
                hint=t!(model.trial_hint)
                value=trial
                choices
                nothing=t!(model.trial_none)
            />
            <Show when=move || !trial.get().is_empty()>
                <TextInput
                    form
                    at="/trial/cycles"
                    label=t!(model.trial_cycles)
                    value=cycles
                    inputmode="numeric"
                />
            </Show>
        </div>
    }
}

/// Writes a routine anew: the text before is archived.
#[component]
pub(super) fn RewriteForm(sop: Query<Sop>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("rewrite");
    let Some(first) = sop.get_untracked() else { return ().into_any() };
    let draft = Draft::of(Some(&first.body));
    let why = RwSignal::new(String::new());
    let (id, version) = (first.id, RwSignal::new(first.version));
    let write = move || {
        let body = NewSopVersion { body: draft.read(), why: some(why) };
        let seen = version.get_untracked();
        let work = async move |body: NewSopVersion| api::rewrite_sop(id, seen, &body).await;
        send(form, &LISTS, body, work, move |_: Sop| {
            query::invalidate("/sops");
            query::invalidate("/request-types");
            query::invalidate("/workflows");
            open.try_set(false);
            toast(t!(common.saved));
        });
    };
    let theirs = Signal::derive(move || {
        sop.with(|sop| {
            let Some(sop) = sop else { return Vec::new() };
            vec![
                (t!(model.purpose), sop.body.purpose.clone()),
                (t!(model.steps), sop.body.steps.join("; ")),
            ]
        })
    });
    let again = Callback::new(move |()| {
        version.set(sop.get_untracked().map_or(version.get_untracked(), |sop| sop.version));
        write();
    });
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                write();
            }
        >
            <BodyFields form draft />
            <TextInput form at="/why" label=t!(model.why_anew) value=why optional=true />
            <FormFaults form />
            <Conflict form theirs refresh=Callback::new(move |()| sop.refetch()) again />
            <FormActions form open verb=t!(model.sop_rewrite) />
        </form>
    }
    .into_any()
}
