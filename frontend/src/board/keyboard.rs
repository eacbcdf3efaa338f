//! Moving cards, and among cards, by keyboard: Space takes a card up and puts it down, arrows
//! move, Esc returns, `M` asks where to.
use leptos::prelude::*;
use shared::api::{WorkColumn, WorkItemId};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent};

use super::card::card_id;
use super::grid::Surface;
use super::layout::{CARD, GAP};
use super::model::{Lane, Spot, nth};
use super::state::{Asked, Lifted, State, count};
use crate::keys::{Group, free, layered, use_action};
use crate::t;
use crate::ui::{announce_now, focus};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taker {
    /// The card in the hand.
    Hand(Lifted),
    /// The card that has the focus.
    Card(WorkItemId),
}

/// What a key is for: what was taken up by keyboard, whatever has the focus; else the card that
/// has it.
pub(super) fn taker(lifted: Option<Lifted>, focused: Option<WorkItemId>) -> Option<Taker> {
    let hand = lifted.filter(|lifted| !lifted.by_pointer);
    hand.map(Taker::Hand).or(focused.map(Taker::Card))
}

/// Offers `M` for the card that has the focus, and hears the keys of a card in the hand wherever
/// the focus is.
pub(super) fn use_moves(state: State, surface: Surface) {
    if !state.may {
        return;
    }
    use_action(Group::Here, t!(board.move_to), "m", move || {
        let id = match taker(state.lifted.get_untracked(), focused()) {
            Some(Taker::Hand(lifted)) => {
                state.lifted.set(None);
                lifted.id
            }
            Some(Taker::Card(id)) => id,
            None => return,
        };
        state.asked.set(Some(Asked { id, spot: None }));
    });
    let elsewhere = window_event_listener(leptos::ev::keydown, move |event| {
        if state.lifted.get_untracked().is_some() {
            pressed(state, surface, &event);
        }
    });
    on_cleanup(move || elsewhere.remove());
}

/// Gives the focus back to the card in the hand where the board was drawn anew under it. The board
/// stays where it is: what is looked at is where the card would go.
pub(super) fn keep_hold(state: State) {
    request_animation_frame(move || {
        let lifted = state.lifted.try_get_untracked().flatten();
        let lost = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
        let Some(lifted) = lifted.filter(|lifted| lost && !lifted.by_pointer) else { return };
        let card = document().get_element_by_id(&card_id(lifted.id));
        if let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = card.focus_with_options(&options);
        }
    });
}

/// The card that has the focus.
fn focused() -> Option<WorkItemId> {
    let card = document().active_element()?.closest("[data-card]").ok()??;
    card.get_attribute("data-card")?.parse().ok()
}

/// A key was pressed on the board, or while a card is in the hand.
pub(super) fn pressed(state: State, surface: Surface, event: &KeyboardEvent) {
    let held = event.ctrl_key() || event.meta_key() || event.alt_key();
    let on_card = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.class_list().contains("card-title"));
    if held || event.default_prevented() {
        return;
    }
    let key = event.key();
    // Where something is typed or chosen the keys are its own; Esc puts the card back even there.
    let open = free() || (key == "Escape" && !layered());
    let lifted = state.lifted.get_untracked().filter(|_| open);
    let done = match taker(lifted, focused().filter(|_| on_card)) {
        Some(Taker::Hand(lifted)) => carry(state, surface, lifted, &key),
        Some(Taker::Card(id)) => walk(state, surface, id, &key),
        None => return,
    };
    if done {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Steps from card to card, or takes one up.
fn walk(state: State, surface: Surface, id: WorkItemId, key: &str) -> bool {
    let (columns, places) = match key {
        "ArrowLeft" => (-1, 0),
        "ArrowRight" => (1, 0),
        "ArrowUp" => (0, -1),
        "ArrowDown" => (0, 1),
        " " if state.may => {
            take_up(state, id);
            return true;
        }
        _ => return false,
    };
    let next = state.layout.with_untracked(|layout| layout.beside(id, columns, places));
    if let Some(next) = next {
        show(state, surface, next);
        focus(card_id(next));
    }
    true
}

fn take_up(state: State, id: WorkItemId) {
    let Some(spot) = state.layout.with_untracked(|layout| layout.spot_of(id)) else { return };
    state.lifted.set(Some(Lifted { id, spot, by_pointer: false }));
    announce_now(t!(board.lifted, title = state.title(id)));
}

/// Moves what was taken up, puts it down, or lets it go back.
fn carry(state: State, surface: Surface, lifted: Lifted, key: &str) -> bool {
    let Lifted { id, spot, .. } = lifted;
    let card = state
        .model
        .with_untracked(|model| model.as_ref()?.cards.get(&id).map(|seen| seen.card.column));
    let Some(column) = card else {
        // Somebody stopped it meanwhile.
        state.lifted.set(None);
        return false;
    };
    let to = match key {
        "ArrowLeft" => across(state, lifted, -1),
        "ArrowRight" => across(state, lifted, 1),
        "ArrowUp" => along(state, lifted, false),
        "ArrowDown" => along(state, lifted, true),
        " " | "Enter" => {
            state.lifted.set(None);
            state.drop_at(id, spot);
            stay(state, surface, id);
            return true;
        }
        "Escape" => {
            state.lifted.set(None);
            // A phone shows one column: the card is in its own.
            if state.narrow.get_untracked() {
                state.only.set(column);
            }
            announce_now(t!(board.returned, title = state.title(id)));
            stay(state, surface, id);
            return true;
        }
        // Nothing else happens while a card is in the hand.
        "Tab" => return true,
        _ => return false,
    };
    if let Some(spot) = to {
        state.lifted.set(Some(Lifted { spot, ..lifted }));
        tell(state, id, spot);
        let line = state.layout.with_untracked(|layout| layout.line(id, spot));
        line.into_iter().for_each(|line| scroll_to(surface, line, CARD));
    }
    true
}

fn across(state: State, lifted: Lifted, by: i32) -> Option<Spot> {
    let column = i32::try_from(nth(lifted.spot.column)).ok()? + by;
    let column = *WorkColumn::ALL.get(usize::try_from(column).ok()?)?;
    let lane = lifted.spot.lane;
    let others = state.layout.with_untracked(|layout| layout.others(lifted.id, lane, column));
    if state.narrow.get_untracked() {
        state.only.set(column);
    }
    Some(Spot { lane, column, index: lifted.spot.index.min(others) })
}

/// Up or down: past the end of a lane into the next one.
fn along(state: State, lifted: Lifted, down: bool) -> Option<Spot> {
    let Spot { lane, column, index } = lifted.spot;
    let others =
        |lane: Lane| state.layout.with_untracked(|layout| layout.others(lifted.id, lane, column));
    match down {
        true if index < others(lane) => return Some(Spot { index: index + 1, ..lifted.spot }),
        false if index > 0 => return Some(Spot { index: index - 1, ..lifted.spot }),
        _ => {}
    }
    // Work stays with its retainer.
    if matches!(lane, Lane::Retainer(_)) {
        return None;
    }
    let lanes: Vec<Lane> =
        state.layout.with_untracked(|layout| layout.lanes.iter().map(|row| row.lane).collect());
    let here = lanes.iter().position(|one| *one == lane)?;
    let next = if down { here.checked_add(1)? } else { here.checked_sub(1)? };
    let lane = *lanes.get(next)?;
    Some(Spot { lane, column, index: if down { 0 } else { others(lane) } })
}

fn tell(state: State, id: WorkItemId, spot: Spot) {
    let of = state.layout.with_untracked(|layout| layout.others(id, spot.lane, spot.column)) + 1;
    let lane = state.lane_title(spot.lane);
    let column = state.column_name(spot.column);
    let (nth, of) = (count(spot.index + 1), count(of));
    announce_now(t!(board.over_spot, column = column, lane = lane, nth = nth, of = of));
}

/// Keeps the focus on a card that was put down or went back, and in sight.
fn stay(state: State, surface: Surface, id: WorkItemId) {
    show(state, surface, id);
    crate::ui::keep_on(card_id(id));
    focus(card_id(id));
}

/// Scrolls so that a card is seen, and so is drawn.
pub(super) fn show(state: State, surface: Surface, id: WorkItemId) {
    let top = state.layout.with_untracked(|layout| layout.places.get(&id).map(|place| place.top));
    top.into_iter().for_each(|top| scroll_to(surface, top, CARD + GAP));
}

fn scroll_to(surface: Surface, top: i32, height: i32) {
    let Some(scroller) = surface.scroller.get_untracked() else { return };
    let heads = 64;
    let (from, size) = (scroller.scroll_top(), scroller.client_height() - heads);
    if top < from {
        scroller.set_scroll_top(top - GAP);
    } else if top + height > from + size {
        scroller.set_scroll_top(top + height - size + GAP);
    }
}
