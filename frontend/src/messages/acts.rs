//! What is done with messages, and what is told of it.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{
    AccountId, Message, MessageChange, MessageId, MessageState, NewMessage, NoteId, Page,
};

use crate::{
    api::{self, Fault},
    i18n::fault_words,
    query::{self, Query},
    t,
    ui::{toast, toast_undo, toast_undo_by},
};

/// After something of an account's messages changed.
pub(super) fn changed(account: AccountId) {
    query::invalidate("/messages");
    query::invalidate(&format!("/accounts/{account}/timeline"));
}

/// Says what became of a message that was written; what is on its way can be taken back.
pub(super) fn told(message: &Message) {
    if message.state == MessageState::Draft {
        toast(t!(messages.kept));
        return;
    }
    let (id, account) = (message.id, message.account_id);
    let words = t!(messages.soon, name = message.contact_name.as_str());
    toast_undo_by(words, t!(messages.take_back), move || take_back(account, id));
}

fn take_back(account: AccountId, id: MessageId) {
    spawn_local(async move {
        match api::take_back_message(id).await {
            Ok(_) => toast(t!(messages.taken_back_now)),
            Err(fault) => toast(fault_words(&fault)),
        }
        changed(account);
    });
}

/// After a message was written with a note: says what became of it.
pub(crate) fn followed(account: AccountId, note: NoteId) {
    changed(account);
    spawn_local(async move {
        // The answer tells of the note alone. If this cannot be read, the panel says it later.
        let Ok(page) = api::messages(account).send().await else { return };
        page.items.iter().filter(|message| message.note_id == Some(note)).for_each(told);
    });
}

/// Saves a draft, and then sends it if that is wanted. What was saved stays saved if it cannot be
/// sent: its version is kept for the next try.
///
/// # Errors
/// As every request.
pub(super) async fn save(
    id: MessageId,
    version: RwSignal<i64>,
    body: &MessageChange,
    send: bool,
) -> Result<Message, Fault> {
    let saved = api::change_message(id, version.get_untracked(), body).await?;
    if !send {
        return Ok(saved);
    }
    version.try_set(saved.version);
    changed(saved.account_id);
    api::send_message(id, saved.version).await
}

/// Gone from the list at once; back if the server refuses, or on Undo, which writes it anew.
pub(super) fn remove(message: Message, drafts: Query<Page<Message>>) {
    let (gone, account) = (message.id, message.account_id);
    let before = drafts.update(|page| page.items.retain(|one| one.id != gone));
    spawn_local(async move {
        match api::remove_message(gone, message.version).await {
            Ok(()) => match anew(message) {
                Some(body) => {
                    toast_undo(t!(messages.removed), move || restore(account, body.clone()));
                }
                None => toast(t!(messages.removed)),
            },
            Err(fault) => {
                if let Some(before) = before {
                    drafts.set(before);
                }
                toast(fault_words(&fault));
            }
        }
        changed(account);
    });
}

/// The same draft once more, if the person it is for is still known.
fn anew(message: Message) -> Option<NewMessage> {
    Some(NewMessage {
        contact_id: message.contact_id?,
        retainer_id: message.retainer_id,
        answers: (message.thread_id != message.id).then_some(message.thread_id),
        subject: message.subject,
        body: message.body,
        send: false,
    })
}

fn restore(account: AccountId, body: NewMessage) {
    spawn_local(async move {
        if let Err(fault) = api::write_message(&body).await {
            toast(fault_words(&fault));
        }
        changed(account);
    });
}
