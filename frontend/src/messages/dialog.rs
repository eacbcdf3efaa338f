//! Writing a message: a new one, an answer, or on at a draft.
use leptos::prelude::*;
use shared::api::{AccountId, Message, MessageChange, MessageId, NewMessage, RetainerId};

use super::acts::{changed, save, told};
use super::letter::{Letter, LetterFields};
use crate::{
    api,
    keys::{Group, use_action},
    query::use_query,
    t,
    ui::{Button, Choice, Conflict, Dialog, Form, FormFaults, Loaded, Select, Variant},
};

/// What is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Writing {
    /// A message to somebody.
    #[default]
    New,
    /// A message that follows another: to the same person, about the same.
    Answer(MessageId),
    /// A draft, as it was read.
    Draft(Box<Message>),
}

/// Where the messages of a page are written. Copy it into closures.
#[derive(Clone, Copy, Default)]
pub(crate) struct Desk {
    open: RwSignal<bool>,
    writing: RwSignal<Writing>,
}

impl Desk {
    /// Opens the dialog for this.
    pub(crate) fn begin(self, writing: Writing) {
        self.writing.set(writing);
        self.open.set(true);
    }
}

/// The dialog of a page, for who may write; `M` opens it for a new message.
#[component]
pub(crate) fn MessageDialog(account: AccountId, desk: Desk) -> impl IntoView {
    use_action(Group::Here, t!(messages.write), "m", move || desk.begin(Writing::New));
    let open = desk.open;
    let title = Signal::derive(move || {
        let words = desk.writing.with(|writing| match writing {
            Writing::New => t!(messages.write),
            Writing::Answer(_) => t!(messages.write_answer),
            Writing::Draft(_) => t!(messages.change_draft),
        });
        words.to_owned()
    });
    view! {
        <Dialog open title wide=true>
            {move || match desk.writing.get_untracked() {
                Writing::New => view! { <NewForm account answers=None open /> }.into_any(),
                Writing::Answer(id) => view! { <AnswerForm account id open /> }.into_any(),
                Writing::Draft(message) => {
                    let message = *message;
                    view! { <DraftForm message open /> }.into_any()
                }
            }}
        </Dialog>
    }
}

/// Reads what is answered before anything is typed.
#[component]
fn AnswerForm(account: AccountId, id: MessageId, open: RwSignal<bool>) -> impl IntoView {
    let answered = use_query(move || api::message(id));
    view! {
        <Loaded of=answered.standing() rows=5>
            {move || answered
                .get_untracked()
                .map(|message| view! { <NewForm account answers=Some(message) open /> })}
        </Loaded>
    }
}

#[component]
fn NewForm(account: AccountId, answers: Option<Message>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("message");
    let letter = answers.as_ref().map_or_else(Letter::default, Letter::answering);
    let about = answers.as_ref().and_then(|message| message.retainer_id);
    let retainer = RwSignal::new(about.map(|id| id.to_string()).unwrap_or_default());
    let answers = answers.map(|message| message.id);
    let write = move |send: bool| {
        let about = retainer.with_untracked(|id| id.parse::<RetainerId>().ok());
        let body = match letter.alone(about, answers, send) {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async |body: NewMessage| api::write_message(&body).await;
        form.send(body, work, move |written: Message| {
            changed(account);
            told(&written);
            open.try_set(false);
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        write(true);
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <LetterFields account form at="" letter />
            <RetainerField account form retainer />
            <FormFaults form />
            <Actions form open keep=Callback::new(move |()| write(false)) />
        </form>
    }
}

/// The retainer it is about, of an account that has some.
#[component]
fn RetainerField(account: AccountId, form: Form, retainer: RwSignal<String>) -> impl IntoView {
    let known = use_query(move || api::account(account));
    let choices = Memo::new(move |_| {
        known.with(|account| {
            let all = account.map(|account| account.retainers.as_slice()).unwrap_or_default();
            let one = all.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone()));
            one.collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || choices.with(|choices| !choices.is_empty())>
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=retainer
                choices
                nothing=t!(common.nothing)
                optional=true
            />
        </Show>
    }
}

#[component]
fn DraftForm(message: Message, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("draft");
    let letter = Letter::of(&message);
    let (id, account) = (message.id, message.account_id);
    // The version that was read when the form opened, or that the writer has seen since.
    let version = RwSignal::new(message.version);
    let sends = RwSignal::new(false);
    let now = use_query(move || api::message(id));
    let write = move |send: bool| {
        sends.set(send);
        let body = match letter.change() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async move |body: MessageChange| save(id, version, &body, send).await;
        form.send(body, work, move |message: Message| {
            changed(account);
            told(&message);
            open.try_set(false);
        });
    };
    let again = Callback::new(move |()| {
        now.get_untracked().iter().for_each(|now| version.set(now.version));
        write(sends.get_untracked());
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        write(true);
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <LetterFields account form at="" letter />
            <FormFaults form />
            <Conflict
                form
                theirs=Signal::derive(move || now.get().map(theirs).unwrap_or_default())
                refresh=Callback::new(move |()| now.refetch())
                again
            />
            <Actions form open keep=Callback::new(move |()| write(false)) />
        </form>
    }
}

/// Label and value of what stands in the store.
fn theirs(message: Message) -> Vec<(&'static str, String)> {
    vec![
        (t!(messages.to), message.contact_name),
        (t!(messages.subject), message.subject),
        (t!(messages.text), message.body),
    ]
}

/// Cancel, keep it, send it.
#[component]
fn Actions(form: Form, open: RwSignal<bool>, keep: Callback<()>) -> impl IntoView {
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <div class="form-actions">
            <Button on_press=cancel>{t!(common.cancel)}</Button>
            <Button busy=form.busy() on_press=keep>{t!(messages.keep)}</Button>
            <Button
                submit=true
                variant=Variant::Primary
                icon=icondata::LuSend
                keys="mod enter"
                busy=form.busy()
            >
                {t!(messages.send)}
            </Button>
        </div>
    }
}
