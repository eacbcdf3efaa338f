//! Agreeing on a workflow: its outcome, its owner, how it runs, how it is reviewed. Source:
//! requirements S3-1 to S3-8.
use leptos::prelude::*;
use shared::api::{
    Improves, MemberId, NewWorkflow, Outcome, OutcomeKind, Workflow, WorkflowChange, WorkflowTerms,
};

use super::lines::{field, lines, people, said, send, text};
use super::page::Model;
use super::parts::{PartFields, PartsDraft};
use super::words;
use crate::query;
use crate::ui::{
    Conflict, Form, FormActions, FormFaults, Select, Several, TextArea, TextInput, toast,
};
use crate::{api, t};

/// Lists that are typed into one field.
const LISTS: [&str; 5] = [
    "/terms/inputs",
    "/terms/actions",
    "/terms/stakeholders",
    "/terms/contributors",
    "/terms/reviewers",
];

#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    owner: RwSignal<String>,
    improves: RwSignal<String>,
    outcome_kind: RwSignal<String>,
    outcome: RwSignal<String>,
    work: RwSignal<String>,
    why: RwSignal<String>,
    inputs: RwSignal<String>,
    contributors: RwSignal<Vec<MemberId>>,
    reviewers: RwSignal<Vec<MemberId>>,
    stakeholders: RwSignal<String>,
    review_days: RwSignal<String>,
    actions: RwSignal<String>,
    good: RwSignal<String>,
    evidence: RwSignal<String>,
    if_poor: RwSignal<String>,
    parts: PartsDraft,
}

impl Draft {
    fn of(workflow: Option<&Workflow>) -> Self {
        let terms = workflow.map(|one| &one.terms);
        let of = |pick: fn(&WorkflowTerms) -> &str| text(terms.map_or("", pick));
        let list = |pick: fn(&WorkflowTerms) -> &Vec<String>| {
            field(terms.map_or(&[], |terms| pick(terms).as_slice()))
        };
        let people = |pick: fn(&WorkflowTerms) -> &Vec<MemberId>| {
            RwSignal::new(terms.map(|terms| pick(terms).clone()).unwrap_or_default())
        };
        Self {
            name: text(workflow.map_or("", |one| &one.name)),
            owner: RwSignal::new(workflow.map(|one| one.owner_id.to_string()).unwrap_or_default()),
            improves: of(|terms| terms.improves.name()),
            outcome_kind: of(|terms| terms.outcome.kind.name()),
            outcome: of(|terms| &terms.outcome.words),
            work: of(|terms| &terms.work),
            why: of(|terms| &terms.why),
            inputs: list(|terms| &terms.inputs),
            contributors: people(|terms| &terms.contributors),
            reviewers: people(|terms| &terms.reviewers),
            stakeholders: list(|terms| &terms.stakeholders),
            review_days: RwSignal::new(terms.map_or(14, |terms| terms.review_days).to_string()),
            actions: list(|terms| &terms.actions),
            good: of(|terms| &terms.good),
            evidence: of(|terms| &terms.evidence),
            if_poor: of(|terms| &terms.if_poor),
            parts: PartsDraft::new(terms.map_or(&[], |terms| terms.parts.as_slice())),
        }
    }

    /// What was typed; none while a choice is open.
    fn read(self) -> Result<WorkflowTerms, &'static str> {
        let improves = Improves::named(&self.improves.get_untracked()).ok_or("/terms/improves")?;
        let kind = OutcomeKind::named(&self.outcome_kind.get_untracked());
        let kind = kind.ok_or("/terms/outcome/kind")?;
        Ok(WorkflowTerms {
            improves,
            outcome: Outcome { kind, words: said(self.outcome) },
            work: said(self.work),
            why: said(self.why),
            inputs: lines(self.inputs),
            contributors: self.contributors.get_untracked(),
            reviewers: self.reviewers.get_untracked(),
            stakeholders: lines(self.stakeholders),
            review_days: said(self.review_days).parse().unwrap_or(0),
            actions: lines(self.actions),
            good: said(self.good),
            evidence: said(self.evidence),
            if_poor: said(self.if_poor),
            parts: self.parts.read(),
        })
    }
}

#[component]
pub(super) fn WorkflowForm(
    model: Model,
    before: Option<Workflow>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("workflow");
    let draft = Draft::of(before.as_ref());
    let known = before.map(|one| (one.id, RwSignal::new(one.version)));
    let done = move |_: Workflow| {
        query::invalidate("/workflows");
        query::invalidate("/sops");
        open.try_set(false);
        toast(t!(common.saved));
    };
    let save = move || {
        let terms = match draft.read() {
            Ok(terms) => terms,
            Err(at) => return form.refuse(vec![shared::api::FieldError::new(at, "required")]),
        };
        let (name, owner_id) = (said(draft.name), draft.owner.get_untracked().parse().ok());
        let Some((id, version)) = known else {
            let body = NewWorkflow { name, owner_id, terms, next_review_on: None };
            let work = async |body: NewWorkflow| api::add_workflow(&body).await;
            return send(form, &LISTS, body, work, done);
        };
        let body =
            WorkflowChange { name: Some(name), owner_id, terms: Some(terms), ..Default::default() };
        let seen = version.get_untracked();
        let work = async move |body: WorkflowChange| api::change_workflow(id, seen, &body).await;
        send(form, &LISTS, body, work, done);
    };
    let now =
        move || model.workflows().into_iter().find(|one| Some(one.id) == known.map(|(id, _)| id));
    let theirs = Signal::derive(move || {
        let told = |one: Workflow| {
            vec![(t!(model.name), one.name), (t!(model.outcome), one.terms.outcome.words)]
        };
        now().map(told).unwrap_or_default()
    });
    let again = Callback::new(move |()| {
        if let (Some((_, version)), Some(one)) = (known, untrack(now)) {
            version.set(one.version);
        }
        save();
    });
    let refresh = Callback::new(move |()| model.workflows.refetch());
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Purpose form draft />
            <People form draft />
            <Reviews form draft />
            <PartFields model form draft=draft.parts />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// What it is for.
#[component]
fn Purpose(form: Form, draft: Draft) -> impl IntoView {
    let decisions = words::choices(Improves::ALL, Improves::name, words::improves);
    let kinds = words::choices(OutcomeKind::ALL, OutcomeKind::name, words::outcome);
    view! {
        <TextInput form at="/name" label=t!(model.name) value=draft.name autofocus=true />
        <div class="form-pair">
            <Select
                form
                at="/terms/improves"
                label=t!(model.improves)
                value=draft.improves
                choices=decisions
            />
            <Select
                form
                at="/terms/outcome/kind"
                label=t!(model.outcome_kind)
                value=draft.outcome_kind
                choices=kinds
            />
        </div>
        <TextInput
            form
            at="/terms/outcome/words"
            label=t!(model.outcome)
            hint=t!(model.outcome_hint)
            value=draft.outcome
        />
        <TextArea form at="/terms/work" label=t!(model.work) value=draft.work rows=2 />
        <TextArea form at="/terms/why" label=t!(model.why) value=draft.why rows=2 />
        <TextArea
            form
            at="/terms/inputs"
            label=t!(model.workflow_inputs)
            hint=t!(model.one_a_line)
            value=draft.inputs
            rows=2
        />
    }
}

/// Who is in which seat.
#[component]
fn People(form: Form, draft: Draft) -> impl IntoView {
    let people = people();
    view! {
        <Select
            form
            at="/owner_id"
            label=t!(model.owner)
            hint=t!(model.workflow_owner_hint)
            value=draft.owner
            choices=people
            nothing=t!(model.owner_me)
        />
        <Several legend=t!(model.seat_executes) people chosen=draft.contributors />
        <Several legend=t!(model.seat_reviews) people chosen=draft.reviewers />
        <TextArea
            form
            at="/terms/stakeholders"
            label=t!(model.seat_input)
            hint=t!(model.one_a_line)
            value=draft.stakeholders
            optional=true
            rows=2
        />
    }
}

/// How it is reviewed.
#[component]
fn Reviews(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <TextArea form at="/terms/good" label=t!(model.good) value=draft.good rows=2 />
        <TextArea form at="/terms/evidence" label=t!(model.evidence) value=draft.evidence rows=2 />
        <TextArea form at="/terms/if_poor" label=t!(model.if_poor) value=draft.if_poor rows=2 />
        <TextInput
            form
            at="/terms/review_days"
            label=t!(model.review_days)
            hint=t!(model.review_days_hint)
            value=draft.review_days
            inputmode="numeric"
        />
        <TextArea
            form
            at="/terms/actions"
            label=t!(model.actions)
            hint=t!(model.one_a_line)
            value=draft.actions
            rows=2
        />
    }
}
