//! A text that is shown once, to be copied.
use leptos::{html, prelude::*};

use super::{button::Button, live::announce, place::focus};
use crate::{browser, t};

/// The text in a field of its own, with Copy.
#[component]
pub fn CopyText(
    /// What it is.
    #[prop(into)]
    label: String,
    /// The text.
    text: String,
    /// It takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let id = format!("copy-{}", browser::next_id());
    if autofocus {
        focus(id.clone());
    }
    let field = NodeRef::<html::Input>::new();
    let outcome = RwSignal::new(None::<bool>);
    let shown = text.clone();
    let copy = Callback::new(move |()| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let copied = browser::copy(&text).await;
            if let Some(field) = field.try_get_untracked().flatten().filter(|_| !copied) {
                field.select();
            }
            announce(if copied { t!(common.copied) } else { t!(common.copy_failed) });
            outcome.try_set(Some(copied));
        });
    });
    let words = move || match outcome.get() {
        Some(true) => t!(common.copied),
        _ => t!(common.copy),
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <div class="copy">
                <input
                    node_ref=field
                    class="input num"
                    id=id
                    readonly=true
                    value=shown
                    on:focus=move |_| {
                        if let Some(field) = field.try_get_untracked().flatten() {
                            field.select();
                        }
                    }
                />
                <Button icon=icondata::LuCopy on_press=copy>
                    <span class="btn-steady">{words}</span>
                </Button>
            </div>
            <p class="field-about">
                {move || (outcome.get() == Some(false)).then(|| t!(common.copy_failed))}
            </p>
        </div>
    }
}
