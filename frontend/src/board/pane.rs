//! The card of the address, beside the board or as a full page.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FieldError, WorkItem, WorkItemId};

use super::forms::EditDialog;
use super::history::History;
use super::pane_parts::{Facts, Flow, Inputs, Level, Seats, Steps};
use super::state::{Asked, State};
use super::words;
use crate::api::{self, Fault};
use crate::i18n::fault_words;
use crate::query::{self, Query, use_query};
use crate::requests::request_href;
use crate::t;
use crate::time_entries::open_log_time_on;
use crate::ui::{Badge, Button, Loaded, Tone, Variant, focus, toast};

/// What is being changed about the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Details,
    Seats,
    Inputs,
    Level,
    Review,
    Revision,
    Decision,
    Handoff,
    /// The acceptance, by somebody without a sign-in, of the handoff of this number.
    Acceptance(i64),
    Blocker,
    Waiting,
    Verdict,
}

/// What every part of the pane needs.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) state: State,
    pub(super) id: WorkItemId,
    pub(super) item: Query<WorkItem>,
    pub(super) edit: RwSignal<Option<Edit>>,
}

impl Shown {
    /// Shows the card as the server answered it, here and on the board.
    pub(super) fn answered(self, item: WorkItem) {
        self.state.take_item(&item);
        query::put(&api::work_item(self.id), item);
        query::invalidate(api::work_events(self.id).path());
        self.state.refresh();
    }
    /// Does something that needs no form.
    pub(super) fn act(self, work: impl Future<Output = Result<WorkItem, Fault>> + 'static) {
        spawn_local(async move {
            match work.await {
                Ok(item) => self.answered(item),
                Err(fault) => toast(fault_words(&fault)),
            }
        });
    }
}

/// Which form has a field.
fn edit_of(field: &str) -> Edit {
    match field {
        "/goal" => Edit::Details,
        "/reviews" => Edit::Review,
        "/column" => Edit::Verdict,
        other if other.starts_with("/inputs") => Edit::Inputs,
        _ => Edit::Seats,
    }
}

#[component]
pub(super) fn Pane(state: State, id: WorkItemId) -> impl IntoView {
    let item = use_query(move || api::work_item(id));
    let shown = Shown { state, id, item, edit: RwSignal::new(None) };
    let title = move || {
        item.with(|item| item.map(|item| format!("#{} {}", item.number, item.title)))
            .unwrap_or_default()
    };
    request_animation_frame(|| focus("pane-title"));
    let close = Callback::new(move |()| {
        state.go.run(None);
        focus(super::card::card_id(id));
    });
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && shown.edit.with(Option::is_none)
        {
            event.prevent_default();
            close.run(());
        }
    };
    view! {
        <aside class="pane" aria-labelledby="pane-title" on:keydown=keys>
            <header class="pane-head">
                <h2 id="pane-title" tabindex="-1">{title}</h2>
                <Button
                    variant=Variant::Ghost
                    small=true
                    icon=icondata::LuX
                    label=t!(board.close_card)
                    on_press=close
                />
            </header>
            <div class="pane-body">
                <Loaded of=item.standing() rows=8>
                    <Body shown />
                </Loaded>
            </div>
        </aside>
        <EditDialog shown />
    }
}

#[component]
fn Body(shown: Shown) -> impl IntoView {
    let state = shown.state;
    let moves = Callback::new(move |()| state.asked.set(Some(Asked { id: shown.id, spot: None })));
    let edit = Callback::new(move |()| shown.edit.set(Some(Edit::Details)));
    let log = Callback::new(move |()| {
        if let Some(item) = shown.item.get_untracked() {
            open_log_time_on(item.retainer_id, item.id);
        }
    });
    view! {
        <Standing shown />
        <Source shown />
        {state.may.then(|| view! {
            <div class="pane-actions">
                <Button small=true keys="m" icon=icondata::LuMoveRight on_press=moves>
                    {t!(board.move_to)}
                </Button>
                <Button small=true icon=icondata::LuTimer on_press=log>{t!(shell.log_time)}</Button>
                <Button small=true icon=icondata::LuPencil on_press=edit>{t!(board.edit)}</Button>
            </div>
        })}
        <Missing shown />
        <Facts shown />
        <Seats shown />
        <Inputs shown />
        <Level shown />
        <Steps shown />
        <Flow shown />
        <History shown />
    }
}

/// How far it is, and what was decided of it.
#[component]
fn Standing(shown: Shown) -> impl IntoView {
    let badges = move || {
        let item = shown.item.get()?;
        let decided = item.decision.as_ref().map(|made| match made.decision {
            shared::api::WorkDecision::Approve => {
                view! { <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(board.approved)}</Badge> }
            }
            shared::api::WorkDecision::Stop => {
                view! { <Badge tone=Tone::Bad icon=icondata::LuBan>{t!(board.stopped)}</Badge> }
            }
        });
        let counts = item.counts_as_delivered.then(|| {
            view! { <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(board.counts)}</Badge> }
        });
        let late = item.review.late.then(|| {
            view! { <Badge tone=Tone::Warn icon=icondata::LuClock>{t!(board.late_review)}</Badge> }
        });
        let column = shown.state.column_name(item.column);
        Some(view! {
            <p class="pane-badges">
                <Badge tone=Tone::Plain icon=icondata::LuKanban>{column}</Badge>
                <span class="card-level">{words::level(item.level.level)}</span>
                {decided} {counts} {late}
            </p>
        })
    };
    view! { {badges} }
}

/// The request that it came of.
#[component]
fn Source(shown: Shown) -> impl IntoView {
    let from = move || {
        let request = shown.item.with(|item| item.and_then(|item| item.request.clone()))?;
        let words = t!(requests.of_request, number = request.number);
        Some(view! { <p><a class="link" href=request_href(request.id)>{words}</a></p> })
    };
    view! { {from} }
}

/// What is missing before it may be in progress, each thing with a way to give it. It is what the
/// rule of the gate says, which the server asks too.
#[component]
fn Missing(shown: Shown) -> impl IntoView {
    let state = shown.state;
    let missing = Memo::new(move |_| {
        shown.item.with(|item| item.map(|item| item.missing.clone()).unwrap_or_default())
    });
    let row = move |fault: FieldError| {
        let name =
            shown.item.with(|item| item.and_then(|item| words::input_of(&item.inputs, &fault)));
        let name = name.unwrap_or_else(|| words::field(&fault.field));
        let why = (fault.code != "required").then(|| crate::i18n::field_words(&fault));
        let to = edit_of(&fault.field);
        let give = Callback::new(move |()| shown.edit.set(Some(to)));
        let button = state.may.then(|| {
            view! { <Button small=true on_press=give>{t!(board.give)}</Button> }
        });
        view! { <li><span>{name} {why.map(|why| format!(": {why}"))}</span> {button}</li> }
    };
    view! {
        <Show when=move || !missing.with(Vec::is_empty)>
            <section class="note pane-missing" aria-label=t!(board.missing_title)>
                <p>{t!(board.missing_title)}</p>
                <ul>
                    <For
                        each=move || missing.get()
                        key=|fault| (fault.field.clone(), fault.code.clone())
                        children=row
                    />
                </ul>
            </section>
        </Show>
    }
}
