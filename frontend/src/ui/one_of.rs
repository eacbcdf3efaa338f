//! One of a few things that are no text: chosen by their place.
use leptos::prelude::*;

use super::{Field, Form};

/// A list to choose one thing from; it knows places, its user what stands there.
#[component]
pub fn OneOf(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What the reader sees, in order.
    labels: Vec<&'static str>,
    /// The place of the one chosen.
    chosen: Signal<usize>,
    /// Takes another.
    pick: Callback<usize>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// It stays as it is.
    #[prop(optional)]
    fixed: bool,
) -> impl IntoView {
    let id = form.id(at);
    let about = format!("{id}-about");
    let option = |(place, label): (usize, &'static str)| {
        let selected = move || chosen.get() == place;
        view! { <option value=place.to_string() selected=selected>{label}</option> }
    };
    let options = labels.into_iter().enumerate().map(option).collect_view();
    view! {
        <Field form at label hint>
            <select
                class="select"
                id=id
                aria-describedby=about
                aria-invalid=move || form.fault(at).map(|_| "true")
                disabled=fixed
                prop:value=move || chosen.get().to_string()
                on:change=move |event| {
                    if let Ok(place) = event_target_value(&event).parse() {
                        pick.run(place);
                        form.touched(at);
                    }
                }
            >
                {options}
            </select>
        </Field>
    }
}
