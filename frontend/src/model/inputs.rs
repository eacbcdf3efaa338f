//! The fields that a form has: a row each, with what goes wrong without it.
use leptos::prelude::*;
use shared::api::{FormInput, InputKind};

use super::lines::{said, some};
use super::words;
use crate::t;
use crate::ui::{Button, Checkbox, Form, Select, TextInput, pointer};

#[derive(Clone, Copy)]
struct Row {
    /// Kept, so that what is filled in already stays with its field.
    key: RwSignal<String>,
    label: RwSignal<String>,
    kind: RwSignal<String>,
    why: RwSignal<String>,
    required: RwSignal<bool>,
}

/// Rows that are typed in.
#[derive(Clone, Copy)]
pub(super) struct InputsDraft {
    at: &'static str,
    rows: RwSignal<Vec<(u32, Row)>>,
}

impl InputsDraft {
    /// These fields; `at` is the JSON pointer of the list.
    pub(super) fn new(at: &'static str, inputs: &[FormInput]) -> Self {
        let row = |input: &FormInput| Row {
            key: RwSignal::new(input.key.clone()),
            label: RwSignal::new(input.label.clone()),
            kind: RwSignal::new(input.kind.name().to_owned()),
            why: RwSignal::new(input.why.clone().unwrap_or_default()),
            required: RwSignal::new(input.required),
        };
        let rows = inputs.iter().map(|input| (crate::browser::next_id(), row(input))).collect();
        Self { at, rows: RwSignal::new(rows) }
    }

    fn add(self) {
        let row = Row {
            key: RwSignal::default(),
            label: RwSignal::default(),
            kind: RwSignal::new(InputKind::Text.name().to_owned()),
            why: RwSignal::default(),
            required: RwSignal::new(true),
        };
        self.rows.update(|rows| rows.push((crate::browser::next_id(), row)));
    }

    fn remove(self, id: u32) {
        self.rows.update(|rows| rows.retain(|(one, _)| *one != id));
    }

    /// What was typed. A new field gets its key from its label.
    pub(super) fn read(self) -> Vec<FormInput> {
        let one = |(_, row): &(u32, Row)| {
            let label = said(row.label);
            let key = some(row.key).unwrap_or_else(|| slug(&label));
            let kind = InputKind::named(&row.kind.get_untracked()).unwrap_or(InputKind::Text);
            let (required, why) = (row.required.get_untracked(), some(row.why));
            FormInput { key, label, kind, required, why }
        };
        self.rows.with_untracked(|rows| rows.iter().map(one).collect())
    }
}

/// A key that a label makes: lower case letters, digits and dashes.
pub(super) fn slug(label: &str) -> String {
    let lower = label.to_lowercase();
    let plain: String = lower
        .chars()
        .map(|c| match c {
            'ä' | 'à' | 'á' => 'a',
            'ö' | 'ò' | 'ó' => 'o',
            'ü' | 'ù' | 'ú' => 'u',
            'é' | 'è' | 'ê' => 'e',
            'ß' => 's',
            c if c.is_ascii_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut key: String = words.join("-").chars().take(40).collect();
    while key.ends_with('-') {
        key.pop();
    }
    if key.is_empty() { "field".to_owned() } else { key }
}

#[component]
pub(super) fn InputFields(form: Form, draft: InputsDraft) -> impl IntoView {
    let places = move || {
        draft.rows.with(|rows| {
            rows.iter().enumerate().map(|(n, (id, row))| (n, *id, *row)).collect::<Vec<_>>()
        })
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(model.inputs)}</legend>
            <For each=places key=|(n, id, _)| (*n, *id) let:place>
                <InputRow form draft place />
            </For>
            <div>
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| draft.add())
                >
                    {t!(model.input_add)}
                </Button>
            </div>
        </fieldset>
    }
}

#[component]
fn InputRow(form: Form, draft: InputsDraft, place: (usize, u32, Row)) -> impl IntoView {
    let (n, id, row) = place;
    let at = |name: &str| pointer(&format!("{}/{n}/{name}", draft.at));
    let kinds = words::choices(InputKind::ALL, InputKind::name, words::input);
    view! {
        <div class="know-input">
            <div class="form-pair">
                <TextInput form at=at("label") label=t!(model.input_label) value=row.label />
                <Select
                    form
                    at=at("kind")
                    label=t!(model.input_kind)
                    value=row.kind
                    choices=kinds
                />
            </div>
            <TextInput
                form
                at=at("why")
                label=t!(model.input_why)
                hint=t!(model.input_why_hint)
                value=row.why
                optional=true
            />
            <div class="know-row-head">
                <Checkbox
                    form
                    at=at("required")
                    label=t!(model.input_required)
                    value=row.required
                />
                <Button
                    small=true
                    icon=icondata::LuTrash2
                    on_press=Callback::new(move |()| draft.remove(id))
                >
                    {t!(model.input_remove)}
                </Button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_makes_a_key() {
        assert_eq!(slug("Target group"), "target-group");
        assert_eq!(slug(" Größe (px)! "), "grose-px");
        assert_eq!(slug("…"), "field");
        assert_eq!(slug(&"ab ".repeat(30)).len(), 40);
        assert!(!slug(&format!("{} b", "a".repeat(39))).ends_with('-'));
    }
}
