//! The fields of a next step, in a note and alone.
use leptos::prelude::*;
use shared::api::{AccountId, Member, MemberId, NewTask, Task, TaskChange};

use super::composer::changed;
use super::words;
use crate::{
    api,
    query::use_query,
    session::use_me,
    t,
    ui::{Choice, Form, FormActions, FormFaults, Select, TextInput, pointer, toast},
};

/// What is typed of a next step.
#[derive(Clone, Copy)]
pub(super) struct StepDraft {
    /// Tells it from others in a list.
    pub(super) key: u32,
    pub(super) title: RwSignal<String>,
    pub(super) owner: RwSignal<String>,
    pub(super) due_on: RwSignal<String>,
}

impl StepDraft {
    /// Of the reader's own.
    pub(super) fn new(me: MemberId) -> Self {
        Self {
            key: crate::browser::next_id(),
            title: RwSignal::default(),
            owner: RwSignal::new(me.to_string()),
            due_on: RwSignal::default(),
        }
    }

    fn of(task: &Task) -> Self {
        let day = task.due_on.map(|day| day.to_string()).unwrap_or_default();
        Self {
            key: crate::browser::next_id(),
            title: RwSignal::new(task.title.clone()),
            owner: RwSignal::new(task.owner_id.to_string()),
            due_on: RwSignal::new(day),
        }
    }
}

/// What, whose, and until when; `at` is where it stands in the body.
#[component]
pub(super) fn StepFields(form: Form, at: &'static str, draft: StepDraft) -> impl IntoView {
    let members = use_query(api::active_members);
    let people = Signal::derive(move || {
        let one = |one: &Member| Choice::new(one.id.to_string(), one.name.clone());
        let may = |one: &&Member| words::keeps(one.role);
        members.with(|page| {
            page.map(|page| page.items.iter().filter(may).map(one).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    view! {
        <TextInput
            form
            at=pointer(&format!("{at}/title"))
            label=t!(timeline.step)
            value=draft.title
        />
        <div class="form-pair">
            <Select
                form
                at=pointer(&format!("{at}/owner_id"))
                label=t!(timeline.owner)
                value=draft.owner
                choices=people
            />
            <TextInput
                form
                at=pointer(&format!("{at}/due_on"))
                label=t!(timeline.due)
                value=draft.due_on
                kind="date"
                optional=true
            />
        </div>
    }
}

/// Writes a next step down, or changes one.
#[component]
pub(super) fn StepForm(id: AccountId, task: Option<Task>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("step");
    let me = use_me().with_untracked(|me| me.member_id);
    let draft = task.as_ref().map_or_else(|| StepDraft::new(me), StepDraft::of);
    let known = task.map(|task| (task.id, task.version));
    let done = move |_: Task| {
        changed(id);
        open.try_set(false);
        toast(t!(timeline.step_saved));
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let title = draft.title.get_untracked().trim().to_owned();
        let owner_id = draft.owner.get_untracked().parse().ok();
        let due_on = draft.due_on.get_untracked().parse().ok();
        match known {
            Some((task, version)) => {
                let body = TaskChange { title: Some(title), owner_id, due_on };
                let work =
                    async move |body: TaskChange| api::change_task(task, version, &body).await;
                form.send(body, work, done);
            }
            None => {
                let (retainer_id, note_id) = (None, None);
                let body =
                    NewTask { account_id: id, retainer_id, note_id, title, owner_id, due_on };
                form.send(body, async |body: NewTask| api::add_task(&body).await, done);
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <StepFields form at="" draft />
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}
