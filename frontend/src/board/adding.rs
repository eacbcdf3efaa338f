//! The form that puts a piece of work on a board.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{FieldError, NewWorkItem, RetainerId, WorkItem, WorkItemChange};

use super::state::State;
use crate::format::{BareNumber, effort, parse_effort};
use crate::query::use_query_when;
use crate::ui::{
    Choice, Dialog, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
};
use crate::{api, t};

/// The dialog that adds.
#[component]
pub(super) fn AddDialog(state: State, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(board.add)>
            <AddForm state open />
        </Dialog>
    }
}

/// An estimate as it was typed; nothing for no text.
///
/// # Errors
/// A text that is no time.
pub(super) fn estimate_of(text: &str) -> Result<Option<i64>, FieldError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let minutes = parse_effort(text, BareNumber::Hours).filter(|minutes| *minutes > 0);
    minutes.map(Some).ok_or_else(|| FieldError::new("/estimate", "out_of_range"))
}

#[component]
fn AddForm(state: State, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("add-work");
    let [title, goal, estimate, due] = [(); 4].map(|()| RwSignal::new(String::new()));
    let retainer = RwSignal::new(state.retainer.map(|id| id.to_string()).unwrap_or_default());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let of = retainer.with_untracked(|id| id.parse::<RetainerId>().ok());
        let Some(retainer_id) = of else {
            return form.refuse(vec![FieldError::new("/retainer_id", "required")]);
        };
        let minutes = match estimate.with_untracked(|text| estimate_of(text)) {
            Ok(minutes) => minutes,
            Err(fault) => return form.refuse(vec![fault]),
        };
        let goal = goal.get_untracked().trim().to_owned();
        let due_on = due.with_untracked(|day| day.parse::<NaiveDate>().ok());
        let details = WorkItemChange {
            goal: (!goal.is_empty()).then_some(goal),
            estimate: minutes.map(Some),
            due_on: due_on.map(Some),
            ..Default::default()
        };
        let new = NewWorkItem {
            retainer_id,
            title: title.get_untracked().trim().to_owned(),
            column: None,
            details,
            seats: Default::default(),
            inputs: Vec::new(),
        };
        let work = async move |new: NewWorkItem| api::add_work(&new).await;
        form.send(new, work, move |item: WorkItem| {
            open.set(false);
            toast(t!(board.added, title = item.title));
            state.refresh();
        });
    };
    let read = Signal::derive(move || match estimate.with(|text| estimate_of(text)) {
        Ok(Some(minutes)) => t!(time.read_as, value = effort(minutes)),
        _ => t!(time.effort_hint).to_owned(),
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            <RetainerSelect state form retainer />
            <TextInput form at="/title" label=t!(board.title_label) value=title autofocus=true />
            <TextArea
                form
                at="/details/goal"
                label=t!(board.goal)
                hint=t!(board.goal_hint)
                optional=true
                rows=2
                value=goal
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/estimate"
                    label=t!(board.estimate)
                    hint=read
                    optional=true
                    value=estimate
                />
                <TextInput
                    form
                    at="/due_on"
                    label=t!(board.due)
                    kind="date"
                    optional=true
                    value=due
                />
            </div>
            <FormFaults form />
            <FormActions form open verb=t!(board.add) />
        </form>
    }
}

/// On the board of all: of which retainer.
#[component]
fn RetainerSelect(state: State, form: Form, retainer: RwSignal<String>) -> impl IntoView {
    let wanted = state.retainer.is_none();
    let all =
        use_query_when(move || wanted.then(|| api::retainers(&api::RetainerFilter::default())));
    let choices = Signal::derive(move || {
        all.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let running = items.iter().filter(|one| one.state != shared::api::RetainerState::Ended);
            let name = |one: &shared::api::RetainerSummary| {
                Choice::new(one.id.to_string(), format!("{} · {}", one.account_name, one.name))
            };
            running.map(name).collect::<Vec<_>>()
        })
    });
    wanted.then(|| {
        view! {
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=retainer
                choices
                nothing=t!(board.choose)
            />
        }
    })
}
