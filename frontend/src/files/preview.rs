//! A picture or a text, without saving it. It is read with the reader's rights and shown from memory:
//! no address of a file works without a sign-in.
use leptos::{prelude::*, task::spawn_local};
use shared::api::AccountFile;

use crate::{
    api::{self, Fault},
    browser, t,
    ui::{Dialog, FaultNote, Skeleton},
};

/// The longest text that is shown, in characters; the whole is saved.
const SHOWN: usize = 100_000;

/// What a file holds, as it is shown.
#[derive(Clone)]
enum Held {
    Picture(String),
    Text(String),
}

/// Opens when a file is to be shown.
#[component]
pub(super) fn PreviewDialog(shown: RwSignal<Option<AccountFile>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if shown.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            shown.set(None);
        }
    });
    let title = Signal::derive(move || {
        let name = shown.with(|file| file.as_ref().map(|file| file.name.clone()));
        name.unwrap_or_else(|| t!(files.title).to_owned())
    });
    view! {
        <Dialog open title wide=true>
            {move || shown.get().map(|file| view! { <Content file /> })}
        </Dialog>
    }
}

#[component]
fn Content(file: AccountFile) -> impl IntoView {
    let held = RwSignal::new(None::<Result<Held, Fault>>);
    let (id, kind) = (file.id, file.kind);
    spawn_local(async move {
        let read = api::download_bytes(&api::file_content(id)).await;
        held.try_set(match read {
            Ok(bytes) if kind.is_picture() => {
                browser::data_url(kind.media(), &bytes).map(|address| Ok(Held::Picture(address)))
            }
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Some(Ok(Held::Text(text.chars().take(SHOWN).collect())))
            }
            Err(fault) => Some(Err(fault)),
        });
    });
    let name = StoredValue::new(file.name);
    move || {
        match held.get() {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Ok(Held::Picture(address))) => {
            view! { <img class="mx-auto max-w-full" src=address alt=name.get_value() /> }.into_any()
        }
        Some(Ok(Held::Text(text))) => view! {
            <pre class="max-h-[60vh] overflow-auto whitespace-pre-wrap break-words text-sm" tabindex="0">
                {text}
            </pre>
        }
        .into_any(),
        Some(Err(fault)) => view! { <FaultNote fault /> }.into_any(),
    }
    }
}
