//! Where the focus was, when what had it is gone.
use std::cell::{Cell, RefCell};

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

thread_local! {
    /// What had the focus last, and what holds it, from the inside out.
    static HELD: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
    /// Counts what the focus is kept on: the last holds.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// Moves the focus to the element of an id, once what was added is drawn and what was taken away is
/// gone.
pub fn focus(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Frames for which what is drawn anew is waited for: about a second.
const PATIENCE: u32 = 60;

/// Moves the focus to the element of an id and keeps it there while the page around it is drawn
/// anew, unless the reader moves it on.
pub fn keep_on(id: String) {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    keep_on_for(id, turn, PATIENCE);
}

fn keep_on_for(id: String, turn: u32, patience: u32) {
    request_animation_frame(move || {
        // Something else is kept by now: what was kept before it must not take the focus from it.
        if TURN.get() != turn {
            return;
        }
        let lost = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
        let element = document().get_element_by_id(&id).filter(|_| lost);
        if let Some(element) = element.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
        if patience > 1 {
            keep_on_for(id, turn, patience - 1);
        }
    });
}

/// Keeps the place of the focus: where what had it is gone, Tab goes on from what held it, and
/// not from the top of the page. Called once.
pub fn keep_place() {
    let focused = window_event_listener(ev::focusin, |event| {
        let mut element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let mut held = Vec::new();
        while let Some(one) = element {
            element = one.parent_element();
            held.push(one);
        }
        HELD.set(held);
    });
    let pressed = window_event_listener(ev::keydown, |event| {
        let nowhere = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
        if event.key() != "Tab" || !nowhere {
            return;
        }
        let place = HELD.with_borrow(|held| {
            let gone = held.first().is_some_and(|first| !first.is_connected());
            let inside = held.iter().find(|one| one.is_connected() && one.tag_name() != "BODY");
            inside.filter(|_| gone).cloned()
        });
        let Some(place) = place.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) else {
            return;
        };
        if !place.has_attribute("tabindex") {
            let _ = place.set_attribute("tabindex", "-1");
        }
        let _ = place.focus();
    });
    on_cleanup(move || {
        focused.remove();
        pressed.remove();
    });
}
