//! A place to drop a file, and the button that does the same.
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use shared::api::Import;
use web_sys::FileList;

use crate::api::{self, Fault};
use crate::format::percent;
use crate::i18n::{fault_words, field_words};
use crate::ui::{Button, Variant, announce_now, icon, toast};
use crate::{browser, query, t};

/// Sends a file and opens what was made of it.
#[component]
pub(super) fn Upload() -> impl IntoView {
    let busy = RwSignal::new(false);
    let sent = RwSignal::new(0);
    let fault = RwSignal::new(None::<Fault>);
    let navigate = use_navigate();
    let over = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let online = browser::online();
    let input = NodeRef::<html::Input>::new();
    let opened = Callback::new(move |import: Import| {
        query::invalidate("/imports");
        navigate(&format!("/imports/{}", import.id), Default::default());
    });
    let take = move |files: Option<FileList>| {
        let Some(file) = files.as_ref().and_then(|files| files.get(0)) else { return };
        if files.is_some_and(|files| files.length() > 1) {
            toast(t!(imports.only_first, file = file.name()));
        }
        if busy.get_untracked() {
            return;
        }
        name.set(file.name());
        fault.set(None);
        sent.set(0);
        busy.set(true);
        spawn_local(async move {
            let told = move |percent| {
                sent.try_set(percent);
            };
            let outcome = api::upload_import(&file, told).await;
            if busy.try_set(false).is_some() {
                // The page was left; the file waits in the list.
                return;
            }
            match outcome {
                Ok(import) => opened.run(import),
                Err(why) => {
                    announce_now(fault_words(&why));
                    fault.set(Some(why));
                }
            }
        });
    };
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
            take(event.data_transfer().and_then(|transfer| transfer.files()));
        }
    };
    let reading = move || busy.get().then(|| view! { <Sending name=name.get_untracked() sent /> });
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
            <p class="font-medium">{t!(imports.drop)}</p>
            <p class="max-w-prose text-soft">{t!(imports.drop_about)}</p>
            <input
                node_ref=input
                type="file"
                accept=".csv,.txt,.tsv,text/csv"
                hidden=true
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        take(input.files());
                        // The same file chosen again is a new choice.
                        input.set_value("");
                    }
                }
            />
            <Button variant=Variant::Primary busy reason=offline on_press=choose>
                {t!(imports.choose)}
            </Button>
            {reading}
            {move || fault.get().map(|fault| view! { <Unreadable fault name=name.get_untracked() /> })}
        </div>
    }
}

/// How much of the file has left; once all of it has, the server reads it.
#[component]
fn Sending(name: String, sent: RwSignal<i64>) -> impl IntoView {
    let words = t!(imports.uploading, file = name);
    let label = words.clone();
    let part = move || {
        let sent = sent.get();
        (sent < 100).then(|| percent(sent, 100)).flatten()
    };
    view! {
        <progress
            class="w-full max-w-80"
            aria-label=label
            max="100"
            value=move || Some(sent.get()).filter(|sent| *sent < 100)
        ></progress>
        <p class="text-soft" role="status">{words}</p>
        <p class="num text-xs text-muted">{part}</p>
    }
}

/// Why a file was not taken: what is wrong with it, or with the way to the server.
#[component]
fn Unreadable(fault: Fault, name: String) -> impl IntoView {
    let faults = fault.fields().iter().map(field_words);
    let faults = faults.map(|words| view! { <li>{words}</li> }).collect_view();
    let words = if fault.fields().is_empty() {
        fault_words(&fault)
    } else {
        t!(imports.unreadable, file = name)
    };
    view! {
        <div class="note note-bad text-start">
            {icon(icondata::LuCircleAlert)}
            <div class="note-words">
                <p class="font-medium">{words}</p>
                <ul>{faults}</ul>
            </div>
        </div>
    }
}
