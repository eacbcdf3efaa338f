//! Noting a review of a workflow: what was found, what was used, what changes. Source:
//! requirements S0-43, S3-13, S3-14.
use leptos::prelude::*;
use shared::api::{NewWorkflowReview, Workflow};

use super::lines::{said, some};
use crate::format::date;
use crate::query;
use crate::session::use_today;
use crate::ui::{Checkbox, Form, FormActions, FormFaults, TextArea, pointer, toast};
use crate::{api, t};

#[component]
pub(super) fn ReviewForm(workflow: Workflow, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("review");
    let (found, changed) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let parts = workflow.terms.parts.iter();
    let used: Vec<(String, String, RwSignal<bool>)> =
        parts.map(|part| (part.key.clone(), part.name.clone(), RwSignal::new(true))).collect();
    let kept = StoredValue::new(used.clone());
    let id = workflow.id;
    let today = use_today();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let used = kept.with_value(|used| {
            let chosen = used.iter().filter(|(_, _, on)| on.get_untracked());
            chosen.map(|(key, ..)| key.clone()).collect::<Vec<_>>()
        });
        let body = NewWorkflowReview { found: said(found), changed: some(changed), used, on: None };
        let work = async move |body: NewWorkflowReview| api::review_workflow(id, &body).await;
        form.send(body, work, move |held: Workflow| {
            query::invalidate("/workflows");
            open.try_set(false);
            let on = date(held.next_review_on, today.get_untracked());
            toast(t!(model.review_held, on = on));
        });
    };
    let ticks = used.into_iter().enumerate().map(|(n, (_, name, on))| {
        view! { <Checkbox form at=pointer(&format!("/used/{n}")) label=name value=on /> }
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            <dl class="facts">
                <dt>{t!(model.good)}</dt>
                <dd>{workflow.terms.good}</dd>
                <dt>{t!(model.evidence)}</dt>
                <dd>{workflow.terms.evidence}</dd>
                <dt>{t!(model.if_poor)}</dt>
                <dd>{workflow.terms.if_poor}</dd>
            </dl>
            <TextArea form at="/found" label=t!(model.found) value=found rows=2 />
            <TextArea
                form
                at="/changed"
                label=t!(model.changed)
                hint=t!(model.changed_hint)
                value=changed
                optional=true
                rows=2
            />
            <fieldset class="form-part">
                <legend>{t!(model.used_parts)}</legend>
                {ticks.collect_view()}
            </fieldset>
            <FormFaults form />
            <FormActions form open verb=t!(model.review_save) />
        </form>
    }
}
