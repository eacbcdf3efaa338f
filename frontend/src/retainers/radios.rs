//! One of a few, each with a line that says what it means.
use leptos::prelude::*;

use crate::ui::Form;

/// A choice of a radio group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Radio<T> {
    /// What the signal becomes.
    pub value: T,
    /// Its name.
    pub label: &'static str,
    /// What it means.
    pub hint: &'static str,
}

/// A radio group in a fieldset: every choice can be read before one is taken.
#[component]
pub fn Radios<T: Copy + PartialEq + Send + Sync + 'static>(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its legend.
    #[prop(into)]
    legend: String,
    /// The value chosen.
    value: RwSignal<T>,
    /// What can be chosen.
    choices: Vec<Radio<T>>,
) -> impl IntoView {
    let name = form.id(at);
    let choices = choices.into_iter().enumerate().map(|(n, choice)| {
        let chosen = Signal::derive(move || value.get() == choice.value);
        let pick = Callback::new(move |()| {
            value.set(choice.value);
            form.touched(at);
        });
        // The first has the id of the field, so that a fault can lead to it.
        let id = if n == 0 { name.clone() } else { format!("{name}-{n}") };
        let Radio { label, hint, .. } = choice;
        view! { <RadioRow name=name.clone() id label hint chosen pick /> }
    });
    let choices = choices.collect_view();
    view! {
        <fieldset class="field">
            <legend class="field-label">{legend}</legend>
            <div class="flex flex-col gap-2">{choices}</div>
            {move || form.fault(at).map(|words| view! { <p class="field-fault">{words}</p> })}
        </fieldset>
    }
}

#[component]
fn RadioRow(
    name: String,
    id: String,
    label: &'static str,
    hint: &'static str,
    chosen: Signal<bool>,
    pick: Callback<()>,
) -> impl IntoView {
    let about = format!("{id}-about");
    view! {
        <div class="field-tick">
            <input
                type="radio"
                class="radio"
                name=name
                id=id.clone()
                aria-describedby=about.clone()
                prop:checked=move || chosen.get()
                on:change=move |_| pick.run(())
            />
            <div>
                <label for=id>{label}</label>
                <p class="field-hint" id=about>{hint}</p>
            </div>
        </div>
    }
}
