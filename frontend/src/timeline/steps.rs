//! The open next steps of an account: what, whose, until when; one press and it is done.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{AccountId, Page, Task};

use super::composer::changed;
use super::step_form::StepForm;
use crate::{
    api,
    format::relative,
    i18n::fault_words,
    query::{Query, use_query},
    session::use_today,
    t,
    ui::{Badge, Button, Dialog, Empty, Loaded, Panel, Tone, toast, toast_undo},
};

#[component]
pub(super) fn Steps(id: AccountId, may: bool) -> impl IntoView {
    let steps = use_query(move || api::open_tasks(id));
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<Task>);
    let add = Callback::new(move |()| {
        chosen.set(None);
        open.set(true);
    });
    let aside = move || {
        may.then(|| {
            view! {
                <Button small=true icon=icondata::LuPlus on_press=add>{t!(timeline.add)}</Button>
            }
        })
    };
    let rows = move || steps.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let title = Signal::derive(move || {
        let new = chosen.with(Option::is_none);
        String::from(if new { t!(timeline.add_step) } else { t!(timeline.change_step) })
    });
    view! {
        <Panel title=t!(timeline.steps) aside=aside>
            <Loaded of=steps.standing() rows=2>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! {
                        <Empty title=t!(timeline.no_steps) about=t!(timeline.no_steps_about) />
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|task| (task.id, task.version) let:task>
                            <Step id task steps chosen open may />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title>
            {move || view! { <StepForm id task=chosen.get_untracked() open /> }}
        </Dialog>
    }
}

/// Until when, and whether that is over.
fn until(task: &Task, today: NaiveDate) -> (Tone, String) {
    match task.due_on {
        None => (Tone::Warn, t!(timeline.no_day).to_owned()),
        Some(day) if day < today => (Tone::Bad, t!(timeline.overdue, day = relative(day, today))),
        Some(day) => (Tone::Plain, relative(day, today)),
    }
}

#[component]
fn Step(
    id: AccountId,
    task: Task,
    steps: Query<Page<Task>>,
    chosen: RwSignal<Option<Task>>,
    open: RwSignal<bool>,
    may: bool,
) -> impl IntoView {
    let (tone, day) = until(&task, use_today().get_untracked());
    let kept = StoredValue::new(task.clone());
    let edit = Callback::new(move |()| {
        chosen.set(Some(kept.get_value()));
        open.set(true);
    });
    let finish = Callback::new(move |()| finish(id, kept.get_value(), steps));
    let name = StoredValue::new(task.title.clone());
    let acts = may.then(|| {
        view! {
            <span class="tl-acts">
                <Button small=true variant=crate::ui::Variant::Ghost on_press=edit>
                    {t!(common.edit)}
                    <span class="sr-only">{format!(", {}", name.get_value())}</span>
                </Button>
                <Button small=true icon=icondata::LuCheck on_press=finish>
                    {t!(timeline.done)}
                    <span class="sr-only">{format!(", {}", name.get_value())}</span>
                </Button>
            </span>
        }
    });
    view! {
        <li class="tl-row">
            <p class="font-medium">{task.title}</p>
            <p class="tl-head text-muted">
                <span>{task.owner_name}</span>
                <Badge tone>{day}</Badge>
                {acts}
            </p>
        </li>
    }
}

/// Gone from the list at once; back if the server refuses, or on Undo.
fn finish(account: AccountId, task: Task, steps: Query<Page<Task>>) {
    let gone = task.id;
    let before = steps.update(|page| page.items.retain(|one| one.id != gone));
    leptos::task::spawn_local(async move {
        match api::finish_task(gone).await {
            Ok(_) => {
                toast_undo(t!(timeline.done_now, title = task.title), move || {
                    reopen(account, gone)
                });
            }
            Err(fault) => {
                if let Some(before) = before {
                    steps.set(before);
                }
                toast(fault_words(&fault));
            }
        }
        changed(account);
    });
}

fn reopen(account: AccountId, task: shared::api::TaskId) {
    leptos::task::spawn_local(async move {
        match api::reopen_task(task).await {
            Ok(_) => toast(t!(timeline.reopened)),
            Err(fault) => toast(fault_words(&fault)),
        }
        changed(account);
    });
}
