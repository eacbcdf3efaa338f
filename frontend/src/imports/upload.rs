//! A place to drop a file, and the button that does the same.
use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;
use shared::api::Import;
use web_sys::{File, FileList};

use crate::ui::{Button, Form, FormFaults, Variant, icon, toast};
use crate::{api, browser, query, t};

/// Sends a file and opens what was made of it.
#[component]
pub(super) fn Upload() -> impl IntoView {
    let form = Form::new("upload");
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
        name.set(file.name());
        form.run(send(file), move |import| opened.run(import));
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
    let busy = form.busy();
    let reading = move || {
        busy.get().then(|| {
            view! {
                <progress class="w-full max-w-80" aria-label=t!(imports.uploading, file = name.get())></progress>
                <p class="text-soft" role="status">{t!(imports.uploading, file = name.get())}</p>
            }
        })
    };
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
                class="sr-only"
                tabindex="-1"
                aria-label=t!(imports.choose)
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
            <FormFaults form />
        </div>
    }
}

async fn send(file: File) -> Result<Import, api::Fault> {
    api::upload_import(&file.name(), &file).await
}
