//! Controls with their label: text, choice, long text, tick.
use leptos::{html, prelude::*};

use super::{Field, Form};
use crate::t;

/// A line of text.
#[component]
pub fn TextInput(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its value.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// The type of the input; `text` if left out.
    #[prop(optional)]
    kind: Option<&'static str>,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// The first to be filled in.
    #[prop(optional)]
    autofocus: bool,
    /// Suggestions: the id of a `datalist`.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let id = form.id(at);
    let about = format!("{id}-about");
    let expects = match (kind, inputmode) {
        (Some("date"), _) => Some(t!(errors.give_day)),
        (_, Some("decimal" | "numeric")) => Some(t!(errors.give_number)),
        _ => None,
    };
    let shown = NodeRef::<html::Input>::new();
    // `prop:value` writes back what is typed: part of a day reads as nothing, and nothing written
    // back wipes that part.
    Effect::new(move |_| {
        let text = value.get();
        if let Some(input) = shown.get().filter(|input| input.value() != text) {
            input.set_value(&text);
        }
    });
    view! {
        <Field form at label hint optional expects>
            <input
                node_ref=shown
                class="input"
                id=id
                type=kind.unwrap_or("text")
                name=at.trim_start_matches('/')
                autocomplete=autocomplete.unwrap_or("off")
                inputmode=inputmode
                list=list
                autofocus=autofocus
                required=!optional
                aria-describedby=about
                aria-invalid=move || form.fault(at).map(|_| "true")
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    form.touched(at);
                }
            />
        </Field>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its value.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// Lines shown; 3 if left out.
    #[prop(default = 3)]
    rows: u32,
) -> impl IntoView {
    let id = form.id(at);
    let about = format!("{id}-about");
    view! {
        <Field form at label hint optional>
            <textarea
                class="textarea"
                id=id
                rows=rows
                aria-describedby=about
                aria-invalid=move || form.fault(at).map(|_| "true")
                prop:value=move || value.get()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    form.touched(at);
                }
            ></textarea>
        </Field>
    }
}

/// One of the things a `Select` offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the signal becomes.
    pub value: String,
    /// What the reader sees.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// One of a few. An empty value, if nothing is chosen, reads "Choose" or `nothing`.
#[component]
pub fn Select(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// The value chosen.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The words for choosing none; without them one must be chosen.
    #[prop(optional, into)]
    nothing: MaybeProp<String>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let id = form.id(at);
    let about = format!("{id}-about");
    let options = move || {
        let chosen = value.get();
        let none = move || nothing.get();
        let first = (none().is_some() || chosen.is_empty()).then(|| {
            let words = none().unwrap_or_else(|| t!(common.choose).to_owned());
            view! { <option value="" selected=chosen.is_empty()>{words}</option> }
        });
        let rest = choices.get().into_iter().map(|choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        });
        view! { {first} {rest.collect_view()} }
    };
    view! {
        <Field form at label hint optional>
            <select
                class="select"
                id=id
                aria-describedby=about
                aria-invalid=move || form.fault(at).map(|_| "true")
                prop:value=move || value.get()
                on:change=move |event| {
                    value.set(event_target_value(&event));
                    form.touched(at);
                }
            >
                {options}
            </select>
        </Field>
    }
}

/// Yes or no.
#[component]
pub fn Checkbox(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its value.
    value: RwSignal<bool>,
    /// What a tick does.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
) -> impl IntoView {
    let id = form.id(at);
    let about = format!("{id}-about");
    view! {
        <div class="field-tick">
            <input
                type="checkbox"
                class="checkbox"
                id=id.clone()
                aria-describedby=about.clone()
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <div>
                <label for=id>{label}</label>
                <p class="field-hint" id=about>{move || hint.get()}</p>
            </div>
        </div>
    }
}
