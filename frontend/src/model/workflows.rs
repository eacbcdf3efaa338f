//! Workflows: what each is for, how it really runs, and the way to its review.
use leptos::prelude::*;
use shared::api::{PartState, Workflow, WorkflowPart, WorkflowTerms};

use super::page::Model;
use super::review::ReviewForm;
use super::words;
use super::workflow_form::WorkflowForm;
use crate::format::date;
use crate::session::use_today;
use crate::ui::{Badge, Button, Dialog, Empty, Loaded, Panel, Tone, Variant};
use crate::{t, tn};

/// Which layer is open, about which workflow.
#[derive(Clone, Copy)]
struct Layers {
    editing: RwSignal<bool>,
    reviewing: RwSignal<bool>,
    chosen: RwSignal<Option<Workflow>>,
}

impl Layers {
    fn edit(self, workflow: Option<Workflow>) {
        self.chosen.set(workflow);
        self.editing.set(true);
    }
    fn review(self, workflow: Workflow) {
        self.chosen.set(Some(workflow));
        self.reviewing.set(true);
    }
}

#[component]
pub(super) fn Workflows(model: Model) -> impl IntoView {
    let layers = Layers {
        editing: RwSignal::new(false),
        reviewing: RwSignal::new(false),
        chosen: RwSignal::new(None),
    };
    let add = Callback::new(move |()| layers.edit(None));
    let may = model.may;
    let aside = move || {
        may.then(|| {
            view! {
                <Button small=true icon=icondata::LuPlus on_press=add>
                    {t!(model.workflow_new)}
                </Button>
            }
        })
    };
    let title = Signal::derive(move || {
        layers.chosen.with(|one| match one {
            Some(one) => one.name.clone(),
            None => t!(model.workflow_new).to_owned(),
        })
    });
    view! {
        <Panel title=t!(model.workflows) aside=aside>
            <Loaded of=model.workflows.standing() rows=4>
                <Show
                    when=move || !model.workflows().is_empty()
                    fallback=move || view! {
                        <Empty
                            icon=icondata::LuWorkflow
                            title=t!(model.workflows_none)
                            about=t!(model.workflows_about)
                        >
                            {may.then(|| view! {
                                <Button variant=Variant::Primary on_press=add>
                                    {t!(model.workflow_new)}
                                </Button>
                            })}
                        </Empty>
                    }
                >
                    <ul class="panel-rows">
                        <For
                            each=move || model.workflows()
                            key=drawn
                            let:workflow
                        >
                            <WorkflowRow workflow layers may />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=layers.editing title wide=true>
            <WorkflowForm model before=layers.chosen.get_untracked() open=layers.editing />
        </Dialog>
        <Dialog open=layers.reviewing title wide=true>
            {move || layers.chosen.get_untracked().map(|workflow| {
                view! { <ReviewForm workflow open=layers.reviewing /> }
            })}
        </Dialog>
    }
}

/// What is drawn anew when it changes: frictions, uses and the role of its owner come and go without a new version.
fn drawn(one: &Workflow) -> (shared::api::WorkflowId, i64, bool, i64, i64) {
    let sum = |pick: fn(&PartState) -> i64| one.parts.iter().map(pick).sum();
    let (used, frictions) = (sum(|part| part.used), sum(|part| part.frictions));
    (one.id, one.version, one.owner_may_change, used, frictions)
}

#[component]
fn WorkflowRow(workflow: Workflow, layers: Layers, may: bool) -> impl IntoView {
    let today = use_today().get_untracked();
    let kept = StoredValue::new(workflow.clone());
    let edit = Callback::new(move |()| layers.edit(Some(kept.get_value())));
    let review = Callback::new(move |()| layers.review(kept.get_value()));
    let due = (workflow.next_review_on <= today).then(|| {
        view! { <Badge tone=Tone::Warn icon=icondata::LuBellRing>{t!(model.review_due)}</Badge> }
    });
    let ownerless = (!workflow.owner_may_change && !workflow.archived)
        .then(|| view! { <p class="note note-warn">{t!(model.owner_powerless)}</p> });
    let (name, terms) = (workflow.name.clone(), workflow.terms.clone());
    let (of_review, of_edit) = (format!(", {name}"), format!(", {name}"));
    let next = t!(model.next_review, on = date(workflow.next_review_on, today));
    let line = [words::improves(workflow.terms.improves), &workflow.owner_name, &next].join(" · ");
    let last = workflow.reviews.first().map(|one| {
        let changed = one.changed.clone().map(|text| t!(model.then_changed, what = text));
        let found = t!(model.last_found, on = date(one.on, today), what = one.found.as_str());
        view! {
            <p class="text-soft">{found}</p>
            {changed.map(|text| view! { <p class="text-soft">{text}</p> })}
        }
    });
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <p class="font-medium">{workflow.name}</p>
                {due}
                {may.then(|| view! {
                    <span class="know-row-actions">
                        <Button small=true on_press=review>
                            {t!(model.review)}
                            <span class="sr-only">{of_review}</span>
                        </Button>
                        <Button small=true on_press=edit>
                            {t!(common.edit)}
                            <span class="sr-only">{of_edit}</span>
                        </Button>
                    </span>
                })}
            </div>
            <p>{workflow.terms.outcome.words}</p>
            <p class="text-muted">{line}</p>
            {ownerless}
            {last}
            <Meant terms />
            <Parts parts=workflow.terms.parts states=workflow.parts />
        </li>
    }
}

/// What it is for, and what follows from what is seen. Source: requirement S3-7.
#[component]
fn Meant(terms: WorkflowTerms) -> impl IntoView {
    let rows = [
        (t!(model.work), terms.work),
        (t!(model.why), terms.why),
        (t!(model.good), terms.good),
        (t!(model.evidence), terms.evidence),
        (t!(model.if_poor), terms.if_poor),
    ];
    let row = |(name, words): (&'static str, String)| view! { <dt>{name}</dt> <dd>{words}</dd> };
    view! {
        <details>
            <summary>{t!(model.what_for)}</summary>
            <dl class="facts">{rows.into_iter().map(row).collect_view()}</dl>
        </details>
    }
}

/// The map of how it really runs. Source: requirement S3-8.
#[component]
fn Parts(parts: Vec<WorkflowPart>, states: Vec<PartState>) -> impl IntoView {
    let count = parts.len() as i64;
    let offered = states.iter().filter(|state| state.removal.is_some()).count() as i64;
    let row = |(part, state): (WorkflowPart, PartState)| {
        let serves = part.serves.map(|what| t!(model.serves, what = words::improves(what)));
        let removal = state.removal.map(|why| {
            let words = words::removal(why);
            view! { <Badge tone=Tone::Warn icon=icondata::LuScissors>{words}</Badge> }
        });
        let frictions = (state.frictions > 0).then(|| {
            let words = tn!(state.frictions, model.frictions_one, model.frictions_other);
            view! { <Badge tone=Tone::Bad icon=icondata::LuTriangleAlert>{words}</Badge> }
        });
        let sop = state.sop.map(|sop| {
            let mark = match (sop.retired, sop.superseded) {
                (true, _) => Some(t!(model.link_retired)),
                (false, true) => Some(t!(model.link_superseded)),
                (false, false) => None,
            };
            view! {
                <a class="link" href=format!("/model/sops/{}", sop.id)>{sop.name}</a>
                {mark.map(|words| view! {
                    <Badge tone=Tone::Warn icon=icondata::LuArchive>{words}</Badge>
                })}
            }
        });
        view! {
            <li>
                <p class="know-row-head">
                    <span>{words::part(part.kind)} ": " {part.name}</span>
                    {sop}
                    {removal}
                    {frictions}
                </p>
                <p class="text-muted">
                    {serves}
                    {part.constraint.map(|why| format!(" {}", t!(model.without_it, why = why)))}
                </p>
            </li>
        }
    };
    let offered = (offered > 0).then(|| tn!(offered, model.offered_one, model.offered_other));
    let summary = [Some(tn!(count, model.parts_one, model.parts_other)), offered];
    let summary: Vec<String> = summary.into_iter().flatten().collect();
    let rows = parts.into_iter().zip(states).map(row).collect_view();
    (count > 0).then(|| {
        view! {
            <details>
                <summary>{summary.join(" · ")}</summary>
                <ul class="know-list">{rows}</ul>
            </details>
        }
    })
}
