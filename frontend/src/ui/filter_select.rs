//! A list in a toolbar that narrows what is shown to one thing, or to none in particular.
use leptos::prelude::*;

/// The list; it knows values, its user what they stand for.
#[component]
pub fn FilterSelect(
    /// Its name.
    label: &'static str,
    /// The choice that narrows nothing.
    all: &'static str,
    /// What is chosen.
    chosen: Signal<Option<String>>,
    /// Value and words of each choice.
    rows: Signal<Vec<(String, String)>>,
    /// Takes another; empty for all.
    pick: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let option = |(value, label): (String, String)| {
            let selected = chosen.get().as_ref() == Some(&value);
            view! { <option value=value selected=selected>{label}</option> }
        };
        rows.get().into_iter().map(option).collect_view()
    };
    view! {
        <select
            class="select w-44"
            aria-label=label
            prop:value=move || { rows.track(); chosen.get().unwrap_or_default() }
            on:change=move |event| pick.run(event_target_value(&event))
        >
            <option value="">{all}</option>
            {options}
        </select>
    }
}
