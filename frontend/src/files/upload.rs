//! A place to drop a file, and the button that does the same.
use leptos::{html, prelude::*, task::spawn_local};
use shared::api::{AccountFile, AccountId, ErrorCode, FILE_BYTES_MAX};
use web_sys::FileList;

use super::words;
use crate::{
    api::{self, Fault},
    browser,
    format::percent,
    i18n::fault_words,
    t,
    ui::{Button, announce_now, icon, toast},
};

/// What the browser offers first; the server looks for itself.
const OFFERED: &str =
    ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.csv,.tsv,.txt,.md";

/// What is being sent.
#[derive(Clone, Copy, Default)]
struct Sending {
    busy: RwSignal<bool>,
    sent: RwSignal<i64>,
    name: RwSignal<String>,
    fault: RwSignal<Option<Fault>>,
}

impl Sending {
    fn take(self, account: AccountId, files: Option<FileList>) {
        let Some(file) = files.as_ref().and_then(|files| files.get(0)) else { return };
        if files.is_some_and(|files| files.length() > 1) {
            toast(t!(imports.only_first, file = file.name()));
        }
        if self.busy.get_untracked() {
            return;
        }
        self.name.set(file.name());
        self.fault.set(None);
        self.sent.set(0);
        self.busy.set(true);
        spawn_local(async move {
            let told = move |percent| {
                self.sent.try_set(percent);
            };
            let outcome = api::upload_file(account, &file, told).await;
            words::changed(account);
            self.busy.try_set(false);
            match outcome {
                Ok(AccountFile { name, .. }) => toast(t!(files.added, name = name)),
                Err(why) => {
                    announce_now(fault_words(&why));
                    self.fault.try_set(Some(why));
                }
            }
        });
    }
}

/// Sends a file of an account.
#[component]
pub(super) fn Upload(id: AccountId) -> impl IntoView {
    let sending = Sending::default();
    let over = RwSignal::new(false);
    let online = browser::online();
    let input = NodeRef::<html::Input>::new();
    let offline =
        Signal::derive(
            move || {
                if online.get() { String::new() } else { t!(imports.offline).to_owned() }
            },
        );
    let choose = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        if offline.get_untracked().is_empty() {
            sending.take(id, event.data_transfer().and_then(|transfer| transfer.files()));
        }
    };
    let most = FILE_BYTES_MAX >> 20;
    view! {
        <div
            class="drop-zone"
            data-over=move || over.get().then_some("")
            on:dragover=move |event: web_sys::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span class="text-muted">{icon(icondata::LuFileUp)}</span>
            <p class="font-medium">{t!(files.drop)}</p>
            <p class="max-w-prose text-soft">{t!(files.drop_about, most = most)}</p>
            <input
                node_ref=input
                type="file"
                accept=OFFERED
                aria-label=t!(files.choose)
                hidden=true
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        sending.take(id, input.files());
                        // The same file chosen again is a new choice.
                        input.set_value("");
                    }
                }
            />
            <Button busy=sending.busy reason=offline on_press=choose>{t!(files.choose)}</Button>
            <Show when=move || sending.busy.get()>
                <Progress sending />
            </Show>
            {move || sending.fault.get().map(|fault| view! {
                <Refused fault name=sending.name.get_untracked() />
            })}
        </div>
    }
}

/// How much of the file has left; once all of it has, the server keeps it.
#[component]
fn Progress(sending: Sending) -> impl IntoView {
    let words = t!(imports.uploading, file = sending.name.get_untracked());
    let label = words.clone();
    let part = move || {
        let sent = sending.sent.get();
        (sent < 100).then(|| percent(sent, 100)).flatten()
    };
    view! {
        <progress
            class="w-full max-w-80"
            aria-label=label
            max="100"
            value=move || Some(sending.sent.get()).filter(|sent| *sent < 100)
        ></progress>
        <p class="text-soft" role="status">{words}</p>
        <p class="num text-xs text-muted">{part}</p>
    }
}

/// Why a file was not taken.
#[component]
fn Refused(fault: Fault, name: String) -> impl IntoView {
    let words = if fault.is(ErrorCode::TooLarge) {
        t!(files.too_large, most = FILE_BYTES_MAX >> 20)
    } else {
        fault_words(&fault)
    };
    view! {
        <div class="note note-bad text-start">
            {icon(icondata::LuCircleAlert)}
            <div class="note-words">
                <p class="font-medium break-words">{name}</p>
                <p>{words}</p>
            </div>
        </div>
    }
}
