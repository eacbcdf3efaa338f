//! Models to start from: a press fills the form, and can be undone.
use leptos::prelude::*;
use shared::presets::Preset;

use super::presets;
use super::terms_fields::TermsFields;
use crate::t;
use crate::ui::{Form, announce, toast_undo};

/// The models of the trade as buttons.
#[component]
pub(super) fn Presets(
    /// The form whose fields they fill.
    form: Form,
    /// The fields.
    fields: TermsFields,
    /// The model that the fields hold already. Without one they hold what was agreed: the models are
    /// folded away.
    #[prop(optional)]
    start: Option<Preset>,
) -> impl IntoView {
    let taken = RwSignal::new(start);
    let take = Callback::new(move |preset: Preset| {
        let before = untrack(|| fields.draft().pools);
        let typed = before.iter().any(|pool| !pool.allowance.trim().is_empty());
        let (was, words) =
            (taken.get_untracked(), t!(presets.filled, model = presets::words(preset).0));
        fields.replace(presets::instead_of(preset, &before));
        taken.set(Some(preset));
        form.clear();
        if typed {
            toast_undo(words, move || {
                fields.replace(before.clone());
                taken.try_set(was);
            });
        } else {
            announce(words);
        }
    });
    let button = |preset: Preset| {
        let (name, about) = presets::words(preset);
        view! {
            <button
                type="button"
                class="preset"
                aria-pressed=move || if taken.get() == Some(preset) { "true" } else { "false" }
                on:click=move |_| take.run(preset)
            >
                <span class="preset-name">{name}</span>
                <span class="preset-about">{about}</span>
            </button>
        }
    };
    let buttons = Preset::ALL.map(button).into_iter().collect_view();
    let buttons = view! { <div class="presets">{buttons}</div> };
    match start {
        Some(_) => view! {
            <fieldset class="form-part">
                <legend>{t!(presets.title)}</legend>
                {buttons}
            </fieldset>
        }
        .into_any(),
        // What was agreed is changed more often than replaced.
        None => view! {
            <details class="form-more">
                <summary>
                    <span class="font-medium">{t!(presets.title)}</span>
                </summary>
                <div class="form-part">{buttons}</div>
            </details>
        }
        .into_any(),
    }
}
