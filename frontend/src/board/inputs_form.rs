//! The form of what a card needs to begin.
use leptos::prelude::*;
use shared::api::{WorkInputChange, WorkInputsChange, WorkItem};

use super::forms::{Filling, Sheet};
use crate::ui::{Button, Checkbox, TextInput, Variant, pointer};
use crate::{api, t};

/// A row of the checklist.
#[derive(Clone, Copy)]
struct Row {
    key: u32,
    name: RwSignal<String>,
    required: RwSignal<bool>,
    supplied: RwSignal<String>,
}

impl Row {
    fn new(name: &str, required: bool, supplied: &str) -> Self {
        Self {
            key: crate::browser::next_id(),
            name: RwSignal::new(name.to_owned()),
            required: RwSignal::new(required),
            supplied: RwSignal::new(supplied.to_owned()),
        }
    }
}

/// Whether something that was required is not any more: that goes with a reason.
/// Source: requirement S0-21.
fn waived(item: &WorkItem, rows: RwSignal<Vec<Row>>) -> Memo<bool> {
    let required: Vec<String> =
        item.inputs.iter().filter(|one| one.required).map(|one| one.name.clone()).collect();
    Memo::new(move |_| {
        let still = |name: &String| {
            rows.with(|rows| {
                rows.iter().any(|row| row.required.get() && row.name.with(|now| now.trim() == name))
            })
        };
        !required.iter().all(still)
    })
}

#[component]
pub(super) fn InputsForm(of: Filling, item: WorkItem) -> impl IntoView {
    let form = of.form;
    let (id, version) = (item.id, item.version);
    let known = item.inputs.iter().map(|input| {
        Row::new(&input.name, input.required, input.supplied.as_deref().unwrap_or_default())
    });
    let mut first: Vec<Row> = known.collect();
    if first.is_empty() {
        first.push(Row::new("", true, ""));
    }
    let rows = RwSignal::new(first);
    let waives = waived(&item, rows);
    let reason = RwSignal::new(String::new());
    let send = Callback::new(move |()| {
        let one = |row: &Row| WorkInputChange {
            name: row.name.get_untracked().trim().to_owned(),
            required: row.required.get_untracked(),
            supplied: Some(row.supplied.get_untracked()),
        };
        // A row without a word is none.
        let named = |row: &&Row| {
            row.name.with_untracked(|name| !name.trim().is_empty())
                || row.supplied.with_untracked(|text| !text.trim().is_empty())
        };
        rows.update(|rows| rows.retain(|row| named(&row)));
        let inputs = rows.with_untracked(|rows| rows.iter().map(one).collect());
        let work = async move |body: WorkInputsChange| api::supply_work(id, version, &body).await;
        let reason = Some(reason.get_untracked()).filter(|text| !text.trim().is_empty());
        form.send(WorkInputsChange { inputs, reason }, work, move |item| of.done(item));
    });
    let add = Callback::new(move |()| rows.update(|rows| rows.push(Row::new("", true, ""))));
    let row = move |row: Row| {
        let place = rows.with_untracked(|rows| rows.iter().position(|one| one.key == row.key));
        let at = |field: &str| pointer(&format!("/inputs/{}/{field}", place.unwrap_or(0)));
        let remove = Callback::new(move |()| {
            rows.update(|rows| rows.retain(|one| one.key != row.key));
        });
        view! {
            <div class="input-row">
                <TextInput form at=at("name") label=t!(board.input_name) value=row.name />
                <TextInput
                    form
                    at=at("supplied")
                    label=t!(board.input_supplied)
                    optional=true
                    value=row.supplied
                />
                <Checkbox
                    form
                    at=at("required")
                    label=t!(board.input_required)
                    value=row.required
                />
                <Button
                    variant=Variant::Ghost
                    small=true
                    icon=icondata::LuX
                    label=t!(board.remove_input)
                    on_press=remove
                />
            </div>
        }
    };
    view! {
        <Sheet of verb=t!(common.save) send>
            <For each=move || rows.get() key=|row| row.key children=row />
            <div>
                <Button small=true icon=icondata::LuPlus on_press=add>{t!(board.add_input)}</Button>
            </div>
            <Show when=move || waives.get()>
                <TextInput form at="/reason" label=t!(board.waive_reason) value=reason />
            </Show>
        </Sheet>
    }
}
