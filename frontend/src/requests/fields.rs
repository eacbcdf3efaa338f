//! The inputs that a kind of request asks for, as fields.
use leptos::prelude::*;
use shared::api::{FormInput, InputKind, InputValue};

use crate::t;
use crate::ui::{Form, TextInput, pointer};

/// Inputs that are typed in. What was typed stays with its key when the kind changes.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    rows: RwSignal<Vec<(FormInput, RwSignal<String>)>>,
}

impl Answers {
    pub(super) fn new() -> Self {
        Self { rows: RwSignal::default() }
    }

    /// Asks for these.
    pub(super) fn ask(self, inputs: &[FormInput], known: impl Fn(&str) -> Option<String>) {
        let before = self.rows.get_untracked();
        let row = |input: &FormInput| {
            let typed = before.iter().find(|(old, _)| old.key == input.key);
            let value = typed.map(|(_, value)| *value);
            let value =
                value.unwrap_or_else(|| RwSignal::new(known(&input.key).unwrap_or_default()));
            (input.clone(), value)
        };
        self.rows.set(inputs.iter().map(row).collect());
    }

    /// The field of the kind that asks by when it is wanted: it stands for the form's own.
    pub(super) fn wanted(self) -> Option<RwSignal<String>> {
        let asks = |input: &FormInput| {
            let label = input.label.trim().to_lowercase();
            let named = input.key == "wanted-by" || label == t!(requests.wanted).to_lowercase();
            input.kind == InputKind::Date && named
        };
        self.rows.with(|rows| rows.iter().find(|(input, _)| asks(input)).map(|(_, value)| *value))
    }

    /// What was typed, in the order of the fields.
    pub(super) fn read(self) -> Vec<InputValue> {
        let one = |(input, value): &(FormInput, RwSignal<String>)| InputValue {
            key: input.key.clone(),
            value: value.get_untracked(),
        };
        self.rows.with_untracked(|rows| rows.iter().map(one).collect())
    }
}

/// The fields, whose values lie in `inputs` at a prefix.
#[component]
pub(super) fn AnswerFields(form: Form, answers: Answers, at: &'static str) -> impl IntoView {
    let places = move || {
        let all = answers.rows.get();
        all.into_iter().enumerate().collect::<Vec<_>>()
    };
    let field = move |(n, (input, value)): (usize, (FormInput, RwSignal<String>))| {
        let at = pointer(&format!("{at}/inputs/{n}/value"));
        let (kind, inputmode) = match input.kind {
            InputKind::Date => ("date", "text"),
            InputKind::Link => ("url", "url"),
            InputKind::Number => ("text", "decimal"),
            InputKind::Text => ("text", "text"),
        };
        let needed = input.required.then(|| t!(requests.needed).to_owned());
        let why = input.why.as_ref().map(|why| t!(requests.without_it, why = why.as_str()));
        let hint = why.or(needed).unwrap_or_default();
        view! {
            <TextInput
                form
                at
                label=input.label
                hint
                value
                kind
                inputmode
                optional=!input.required
            />
        }
    };
    view! {
        <For
            each=places
            key=|(n, (input, _))| (*n, input.key.clone())
            children=field
        />
    }
}
