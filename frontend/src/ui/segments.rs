//! A few choices side by side, of which one holds: radio buttons in one row.
use leptos::prelude::*;

/// Radio buttons in one row; it knows places, its user what stands there.
#[component]
pub fn Segments(
    /// What is chosen.
    #[prop(into)]
    legend: String,
    /// The choices.
    #[prop(into)]
    labels: Signal<Vec<String>>,
    /// The place of the one that holds.
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let name = format!("segments-{}", crate::browser::next_id());
    let row = move || {
        let segment = |(place, label): (usize, String)| {
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || chosen.get() == place
                        on:change=move |_| chosen.set(place)
                    />
                    <span>{label}</span>
                </label>
            }
        };
        labels.get().into_iter().enumerate().map(segment).collect_view()
    };
    view! {
        <fieldset class="segments">
            <legend class="sr-only">{legend}</legend>
            {row}
        </fieldset>
    }
}
