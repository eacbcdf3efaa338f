//! Writing a note, with the next steps that follow from it, in one go.
use leptos::prelude::*;
use shared::api::{AccountId, NewNote, Note, NoteKind, NoteTask};

use super::step_form::{StepDraft, StepFields};
use super::words;
use crate::{
    api,
    keys::{Group, use_action},
    query,
    session::use_me,
    t,
    ui::{
        Button, Checkbox, Choice, Dialog, Form, FormFaults, Panel, Select, TextArea, Variant,
        focus, pointer, toast,
    },
};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    kind: RwSignal<String>,
    text: RwSignal<String>,
    internal: RwSignal<bool>,
    steps: RwSignal<Vec<StepDraft>>,
}

impl Draft {
    fn new() -> Self {
        Self {
            kind: RwSignal::new(NoteKind::Note.name().to_owned()),
            text: RwSignal::default(),
            internal: RwSignal::new(true),
            steps: RwSignal::default(),
        }
    }

    fn read(self, account_id: AccountId) -> NewNote {
        let step = |one: &StepDraft| NoteTask {
            title: one.title.get_untracked().trim().to_owned(),
            owner_id: one.owner.get_untracked().parse().ok(),
            due_on: one.due_on.get_untracked().parse().ok(),
        };
        NewNote {
            account_id,
            retainer_id: None,
            kind: NoteKind::named(&self.kind.get_untracked()),
            happened_at: None,
            text: self.text.get_untracked().trim().to_owned(),
            internal: Some(self.internal.get_untracked()),
            tasks: self.steps.with_untracked(|steps| steps.iter().map(step).collect()),
        }
    }

    /// After it was saved: what was chosen stays for the next one.
    fn clear(self) {
        self.text.try_set(String::new());
        self.steps.try_set(Vec::new());
    }
}

/// After something of an account was written down.
pub(super) fn changed(account: AccountId) {
    query::invalidate(&format!("/accounts/{account}/timeline"));
    query::invalidate("/tasks");
    query::invalidate("/accounts?");
}

/// The form as a panel; `N` brings the focus to it.
#[component]
pub(super) fn Composer(id: AccountId) -> impl IntoView {
    let draft = Draft::new();
    let form = Form::new("note");
    let field = form.id("/text");
    use_action(Group::Here, t!(timeline.compose), "n", move || focus(&field));
    let done = Callback::new(move |()| draft.clear());
    view! {
        <Panel title=t!(timeline.compose)>
            <div class="panel-body">
                <NoteForm id form draft done />
            </div>
        </Panel>
    }
}

/// The same in a dialog.
#[component]
pub(super) fn ComposerDialog(id: AccountId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(timeline.compose) wide=true>
            <NoteForm
                id
                form=Form::new("note")
                draft=Draft::new()
                done=Callback::new(move |()| {
                    open.try_set(false);
                })
            />
        </Dialog>
    }
}

#[component]
fn NoteForm(id: AccountId, form: Form, draft: Draft, done: Callback<()>) -> impl IntoView {
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let work = async |body: NewNote| api::add_note(&body).await;
        form.send(draft.read(id), work, move |_: Note| {
            changed(id);
            toast(t!(timeline.saved));
            done.run(());
        });
    };
    let kinds = Signal::derive(|| {
        let one = |kind: &NoteKind| Choice::new(kind.name(), words::note_kind(*kind));
        NoteKind::ALL.iter().map(one).collect::<Vec<_>>()
    });
    let me = use_me().with_untracked(|me| me.member_id);
    let add = Callback::new(move |()| draft.steps.update(|steps| steps.push(StepDraft::new(me))));
    let steps = move || draft.steps.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextArea form at="/text" label=t!(timeline.text) value=draft.text rows=4 />
            <div class="form-pair">
                <Select form at="/kind" label=t!(timeline.kind) value=draft.kind choices=kinds />
                <Checkbox
                    form
                    at="/internal"
                    label=t!(timeline.internal)
                    hint=t!(timeline.internal_hint)
                    value=draft.internal
                />
            </div>
            <For each=steps key=|(place, step)| (*place, step.key) let((place, step))>
                <fieldset class="form tl-step">
                    <legend class="sr-only">{t!(timeline.step)}</legend>
                    <StepFields form at=pointer(&format!("/tasks/{place}")) draft=step />
                    <Button
                        small=true
                        variant=Variant::Ghost
                        icon=icondata::LuX
                        on_press=Callback::new(move |()| {
                            draft.steps.update(|steps| steps.retain(|one| one.key != step.key));
                        })
                    >
                        {t!(timeline.remove_step)}
                    </Button>
                </fieldset>
            </For>
            <FormFaults form />
            <div class="form-actions">
                <Button icon=icondata::LuPlus on_press=add>{t!(timeline.add_step)}</Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(timeline.send)}
                </Button>
            </div>
        </form>
    }
}
