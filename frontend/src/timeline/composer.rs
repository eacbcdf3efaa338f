//! Writing a note, with the next steps and the message that follow from it, in one go.
use leptos::prelude::*;
use shared::api::{AccountId, Check, FieldError, NewNote, Note, NoteKind, NoteTask};

use super::step_form::{StepDraft, StepFields};
use super::words;
use crate::{
    api,
    keys::{Group, use_action},
    messages::{self, Letter, LetterFields},
    query,
    session::use_me,
    t,
    ui::{
        Button, Checkbox, Choice, Dialog, Form, FormFaults, Panel, Segments, Select, TextArea,
        Variant, focus, pointer, toast,
    },
};

/// The places of what becomes of a message that follows.
const SENT: usize = 0;
const KEPT: usize = 1;

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    kind: RwSignal<String>,
    text: RwSignal<String>,
    internal: RwSignal<bool>,
    steps: RwSignal<Vec<StepDraft>>,
    /// A message follows from it.
    follows: RwSignal<bool>,
    letter: Letter,
    /// What becomes of that message; nothing leaves the house unless somebody says so.
    way: RwSignal<usize>,
}

impl Draft {
    fn new() -> Self {
        Self {
            kind: RwSignal::new(NoteKind::Note.name().to_owned()),
            text: RwSignal::default(),
            internal: RwSignal::new(true),
            steps: RwSignal::default(),
            follows: RwSignal::default(),
            letter: Letter::default(),
            way: RwSignal::new(KEPT),
        }
    }

    /// The message goes out with the note.
    fn sends(self) -> bool {
        self.follows.get() && self.way.get() == SENT
    }

    fn read(self, account_id: AccountId) -> Result<NewNote, Vec<FieldError>> {
        let step = |one: &StepDraft| NoteTask {
            title: one.title.get_untracked().trim().to_owned(),
            owner_id: one.owner.get_untracked().parse().ok(),
            due_on: one.due_on.get_untracked().parse().ok(),
        };
        let mut note = NewNote {
            account_id,
            retainer_id: None,
            kind: NoteKind::named(&self.kind.get_untracked()),
            happened_at: None,
            text: self.text.get_untracked().trim().to_owned(),
            internal: Some(self.internal.get_untracked()),
            tasks: self.steps.with_untracked(|steps| steps.iter().map(step).collect()),
            message: None,
        };
        if self.follows.get_untracked() {
            match self.letter.with_note(self.way.get_untracked() == SENT) {
                Ok(message) => note.message = Some(message),
                Err(missing) => {
                    let mut faults = note.check().err().unwrap_or_default();
                    faults.extend(missing);
                    return Err(faults);
                }
            }
        }
        Ok(note)
    }

    /// After it was saved: what was chosen stays for the next one.
    fn clear(self) {
        self.text.try_set(String::new());
        self.steps.try_set(Vec::new());
        self.follows.try_set(false);
        self.way.try_set(KEPT);
        self.letter.clear();
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
        let body = match draft.read(id) {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let follows = body.message.is_some();
        let work = async |body: NewNote| api::add_note(&body).await;
        form.send(body, work, move |note: Note| {
            changed(id);
            toast(t!(timeline.saved));
            if follows {
                messages::followed(id, note.id);
            }
            done.run(());
        });
    };
    let kinds = Signal::derive(|| {
        let one = |kind: &NoteKind| Choice::new(kind.name(), words::note_kind(*kind));
        NoteKind::ALL.iter().map(one).collect::<Vec<_>>()
    });
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
            <NextSteps form draft />
            <FollowUp id form draft />
            <FormFaults form />
            <Actions form draft />
        </form>
    }
}

/// The next steps that follow, each with a way to leave it out.
#[component]
fn NextSteps(form: Form, draft: Draft) -> impl IntoView {
    let steps = move || draft.steps.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
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
    }
}

/// The message that follows, once it is asked for, and whether it goes out with the note.
#[component]
fn FollowUp(id: AccountId, form: Form, draft: Draft) -> impl IntoView {
    let ways = Signal::derive(|| [t!(messages.now), t!(messages.later)].map(String::from).to_vec());
    let leave_out = Callback::new(move |()| draft.follows.set(false));
    view! {
        <Show when=move || draft.follows.get()>
            <fieldset class="form tl-step">
                <legend class="sr-only">{t!(messages.follow_up)}</legend>
                <p class="font-medium" aria-hidden="true">{t!(messages.follow_up)}</p>
                <LetterFields account=id form at="/message" letter=draft.letter />
                <div>
                    <Segments legend=t!(messages.when) labels=ways chosen=draft.way />
                </div>
                <Button
                    small=true
                    variant=Variant::Ghost
                    icon=icondata::LuX
                    on_press=leave_out
                >
                    {t!(messages.leave_out)}
                </Button>
            </fieldset>
        </Show>
    }
}

/// What can be added, and the verb that saves it all.
#[component]
fn Actions(form: Form, draft: Draft) -> impl IntoView {
    let me = use_me().with_untracked(|me| me.member_id);
    let add = Callback::new(move |()| draft.steps.update(|steps| steps.push(StepDraft::new(me))));
    let ask = Callback::new(move |()| {
        draft.follows.set(true);
        focus(form.id("/message/contact_id"));
    });
    let verb = move || if draft.sends() { t!(messages.save_and_send) } else { t!(timeline.send) };
    view! {
        <div class="form-actions">
            <Button icon=icondata::LuPlus on_press=add>{t!(timeline.add_step)}</Button>
            <Show when=move || !draft.follows.get()>
                <Button icon=icondata::LuMail on_press=ask>{t!(messages.add)}</Button>
            </Show>
            <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                {verb}
            </Button>
        </div>
    }
}
