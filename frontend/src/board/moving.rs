//! The dialog that moves a card without dragging, and asks why one goes back to the intake.
use leptos::prelude::*;
use shared::api::{FieldError, WorkColumn, WorkItemId};

use super::model::{Lane, Spot, nth};
use super::state::{Asked, State};
use crate::t;
use crate::ui::{Choice, Dialog, Form, FormActions, FormFaults, Select, TextArea};

/// Open while there is a move that is asked about.
#[component]
pub(super) fn MoveDialog(state: State) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(state.asked.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            state.asked.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        let asked = state.asked.get();
        asked.map(|asked| t!(board.move_card, title = state.title(asked.id))).unwrap_or_default()
    });
    view! {
        <Dialog open title>
            {move || {
                let asked = state.asked.get_untracked();
                asked.map(|asked| view! { <MoveForm state asked open /> })
            }}
        </Dialog>
    }
}

fn column_name(column: WorkColumn) -> String {
    nth(column).to_string()
}

fn lane_name(lane: Lane) -> String {
    match lane {
        Lane::Priority(id) => id.to_string(),
        // A choice of its own: nothing chosen is another thing.
        Lane::Loose => "loose".to_owned(),
        Lane::Retainer(id) => id.to_string(),
    }
}

#[component]
fn MoveForm(state: State, asked: Asked, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("move-card");
    let Asked { id, spot } = asked;
    let here = state.layout.with_untracked(|layout| layout.spot_of(id));
    let from = here.map(|spot| spot.column);
    let first = spot.or(here);
    let column = RwSignal::new(first.map(|spot| column_name(spot.column)).unwrap_or_default());
    let lane = RwSignal::new(first.map(|spot| lane_name(spot.lane)).unwrap_or_default());
    let place = RwSignal::new("last".to_owned());
    let reason = RwSignal::new(String::new());
    let chosen = move || {
        column.with(|name| name.parse::<usize>().ok()).and_then(|n| WorkColumn::ALL.get(n).copied())
    };
    let back = Memo::new(move |_| {
        chosen() == Some(WorkColumn::Intake) && from.is_some_and(|from| from != WorkColumn::Intake)
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let why = reason.get_untracked().trim().to_owned();
        if back.get_untracked() && why.is_empty() {
            return form.refuse(vec![FieldError::new("/reason", "required")]);
        }
        let Some(to) = untrack(chosen) else { return };
        let to = target(state, id, (to, &lane.get_untracked(), &place.get_untracked()), spot);
        form.settled();
        open.set(false);
        if let Some(to) = to {
            state.commit(id, to, (!why.is_empty()).then_some(why));
        }
    };
    let columns = Signal::derive(move || {
        let choice =
            |column: &WorkColumn| Choice::new(column_name(*column), state.column_name(*column));
        WorkColumn::ALL.iter().map(choice).collect::<Vec<_>>()
    });
    let places = Signal::derive(|| {
        vec![Choice::new("first", t!(board.place_first)), Choice::new("last", t!(board.place_last))]
    });
    let dropped = spot.is_some();
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select form at="/column" label=t!(board.column) value=column choices=columns />
            <Lanes state form lane />
            {(!dropped).then(|| view! {
                <Select form at="/place" label=t!(board.place) value=place choices=places />
            })}
            <Show when=move || back.get()>
                <TextArea form at="/reason" label=t!(board.back_reason) rows=2 value=reason />
            </Show>
            <FormFaults form />
            <FormActions form open verb=t!(board.move_verb) />
        </form>
    }
}

/// The lanes of the board; none on the board of all, where work stays with its retainer.
#[component]
fn Lanes(state: State, form: Form, lane: RwSignal<String>) -> impl IntoView {
    let choices = Signal::derive(move || {
        state.layout.with(|layout| {
            let lanes = layout.lanes.iter();
            let choice = |row: &super::layout::LaneRow| {
                let loose = || t!(board.unprioritised).to_owned();
                Choice::new(lane_name(row.lane), row.title.clone().unwrap_or_else(loose))
            };
            lanes.map(choice).collect::<Vec<_>>()
        })
    });
    state.retainer.map(|_| {
        view! { <Select form at="/priority_id" label=t!(board.priority) value=lane choices /> }
    })
}

/// The spot that was chosen: where the card was dropped, if that was not changed.
fn target(
    state: State,
    id: WorkItemId,
    (column, lane, place): (WorkColumn, &str, &str),
    dropped: Option<Spot>,
) -> Option<Spot> {
    let found = state.layout.with_untracked(|layout| {
        let named = |row: &&super::layout::LaneRow| lane_name(row.lane) == lane;
        layout.lanes.iter().find(named).map(|row| row.lane)
    });
    let lane = found?;
    if let Some(spot) = dropped.filter(|spot| (spot.column, spot.lane) == (column, lane)) {
        return Some(spot);
    }
    let others = state.layout.with_untracked(|layout| layout.others(id, lane, column));
    Some(Spot { lane, column, index: if place == "first" { 0 } else { others } })
}
