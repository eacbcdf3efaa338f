//! The names and limits of a board's columns.
use leptos::prelude::*;
use shared::api::{Board, BoardColumnSettings, BoardSettings, FieldError, RetainerId, WorkColumn};

use super::model::{Model, nth};
use super::state::State;
use super::words;
use crate::ui::{Dialog, Form, FormActions, FormFaults, TextInput, pointer, toast};
use crate::{api, t};

#[component]
pub(super) fn SettingsDialog(state: State, id: RetainerId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(board.settings)>
            <SettingsForm state id open />
        </Dialog>
    }
}

type Fields = (WorkColumn, RwSignal<String>, RwSignal<String>);

#[component]
fn SettingsForm(state: State, id: RetainerId, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("board-settings");
    let (columns, version) = state.model.with_untracked(|model| {
        model.as_ref().map(|model| (model.columns.clone(), model.version)).unwrap_or_default()
    });
    let field = |column: &WorkColumn| {
        let own = columns.iter().find(|one| one.column == *column);
        let name = own.and_then(|own| own.name.clone()).unwrap_or_default();
        let limit = own.and_then(|own| own.limit).map(|n| n.to_string()).unwrap_or_default();
        (*column, RwSignal::new(name), RwSignal::new(limit))
    };
    let fields: Vec<Fields> = WorkColumn::ALL.iter().map(field).collect();
    let typed = fields.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| read(&typed)) {
            Err(faults) => form.refuse(faults),
            Ok(settings) => {
                let work = async move |settings: BoardSettings| {
                    api::set_board(id, version, &settings).await
                };
                form.send(settings, work, move |board: Board| {
                    state.model.set(Some(Model::of(board, false)));
                    open.set(false);
                    toast(t!(common.saved));
                });
            }
        }
    };
    let rows = fields.into_iter().map(|(column, name, limit)| {
        let n = nth(column);
        view! {
            <div class="form-pair">
                <TextInput
                    form
                    at=pointer(&format!("/columns/{n}/name"))
                    label=t!(board.name_of, column = words::column(column))
                    optional=true
                    value=name
                />
                <TextInput
                    form
                    at=pointer(&format!("/columns/{n}/limit"))
                    label=t!(board.limit_of, column = words::column(column))
                    inputmode="numeric"
                    optional=true
                    value=limit
                />
            </div>
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            {rows.collect_view()}
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// What was typed, all columns in order, so that a fault lies at its field.
fn read(fields: &[Fields]) -> Result<BoardSettings, Vec<FieldError>> {
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for (n, (column, name, limit)) in fields.iter().enumerate() {
        let (name, limit) = (name.get().trim().to_owned(), limit.get().trim().to_owned());
        let number = limit.parse::<i64>().ok();
        if number.is_none() && !limit.is_empty() {
            faults.push(FieldError::new(&format!("/columns/{n}/limit"), "out_of_range"));
        }
        let name = (!name.is_empty()).then_some(name);
        columns.push(BoardColumnSettings { column: *column, name, limit: number });
    }
    if faults.is_empty() { Ok(BoardSettings { columns }) } else { Err(faults) }
}
