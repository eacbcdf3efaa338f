//! Moving a card by pointer: at once with a mouse or pen, after a short hold by touch.
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{WorkColumn, WorkItemId};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

use super::grid::Surface;
use super::model::Spot;
use super::state::{Lifted, State, set_dragged};

/// A mouse moves so far, in px, before a card is taken up.
const SLACK: i32 = 5;
/// How long a finger stays before a card is taken up.
const HOLD: Duration = Duration::from_millis(300);
/// So near to an edge, in px, the board scrolls.
const EDGE: i32 = 56;
/// The heads of the columns cover so much of the top.
const HEADS: i32 = 48;
/// By so many px a frame.
const SPEED: i32 = 14;

/// A press that may become a drag.
struct Press {
    state: State,
    surface: Surface,
    id: WorkItemId,
    from: (i32, i32),
    /// Where the pointer is.
    at: (i32, i32),
    touch: bool,
    dragging: bool,
    over: bool,
    handles: Vec<WindowListenerHandle>,
}

type Shared = Rc<RefCell<Press>>;

/// A pointer was pressed on the board.
pub(super) fn pressed(state: State, surface: Surface, event: &PointerEvent) {
    set_dragged(false);
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target.filter(|_| event.button() == 0 && state.may) else { return };
    if target.closest("button").ok().flatten().is_some() {
        return;
    }
    let card = target.closest("[data-card]").ok().flatten();
    let id = card.and_then(|card| card.get_attribute("data-card")?.parse().ok());
    let Some(id) = id else { return };
    let at = (event.client_x(), event.client_y());
    let touch = event.pointer_type() == "touch";
    let press = Press {
        state,
        surface,
        id,
        from: at,
        at,
        touch,
        dragging: false,
        over: false,
        handles: Vec::new(),
    };
    let press = Rc::new(RefCell::new(press));
    listen(&press);
    if touch {
        let held = Rc::clone(&press);
        set_timeout(
            move || {
                let waits = {
                    let press = held.borrow();
                    !press.over && !press.dragging
                };
                if waits {
                    begin(&held);
                }
            },
            HOLD,
        );
    }
}

fn listen(press: &Shared) {
    let moved = Rc::clone(press);
    let moved = window_event_listener(leptos::ev::pointermove, move |event| {
        follow(&moved, (event.client_x(), event.client_y()));
    });
    let up = Rc::clone(press);
    let up = window_event_listener(leptos::ev::pointerup, move |_| end(&up, true));
    let lost = Rc::clone(press);
    let lost = window_event_listener(leptos::ev::pointercancel, move |_| end(&lost, false));
    let key = Rc::clone(press);
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && key.borrow().dragging {
            event.prevent_default();
            end(&key, false);
        }
    });
    press.borrow_mut().handles = vec![moved, up, lost, key];
}

fn follow(press: &Shared, at: (i32, i32)) {
    let (dragging, far, touch) = {
        let mut press = press.borrow_mut();
        press.at = at;
        let far = (at.0 - press.from.0).abs().max((at.1 - press.from.1).abs()) > SLACK;
        (press.dragging, far, press.touch)
    };
    match (dragging, far, touch) {
        // The place is looked for once a frame.
        (true, ..) => {}
        (false, true, false) => begin(press),
        // A finger that moves at once scrolls.
        (false, true, true) => end(press, false),
        (false, false, _) => {}
    }
}

fn begin(press: &Shared) {
    {
        let mut press = press.borrow_mut();
        press.dragging = true;
        set_dragged(true);
        show_ghost(&press);
    }
    aim(press);
    let at = press.borrow().at;
    scroll(Rc::clone(press), at);
}

/// Shows a copy of the card under the pointer.
fn show_ghost(press: &Press) {
    let Some(ghost) = press.surface.ghost.get_untracked() else { return };
    let ghost: &HtmlElement = &ghost;
    let card = document().query_selector(&format!("[data-card='{}']", press.id)).ok().flatten();
    let Some(card) = card else { return };
    let width = card.get_bounding_client_rect().width();
    ghost.set_inner_html(&card.inner_html());
    for named in ["id", "href"] {
        let all = ghost.query_selector_all(&format!("[{named}]"));
        let Ok(all) = all else { continue };
        for n in 0..all.length() {
            let one = all.item(n).and_then(|one| one.dyn_into::<Element>().ok());
            one.into_iter().for_each(|one| drop(one.remove_attribute(named)));
        }
    }
    let _ = ghost.style().set_property("width", &format!("{width}px"));
    let _ = ghost.class_list().add_1("is-shown");
}

/// The place under the pointer.
fn aim(press: &Shared) {
    let press = press.borrow();
    let Press { state, surface, id, at, .. } = *press;
    if let Some(ghost) = surface.ghost.get_untracked() {
        let ghost: &HtmlElement = &ghost;
        let to = format!("translate({}px, {}px) rotate(1deg)", at.0 + 8, at.1 + 8);
        let _ = ghost.style().set_property("transform", &to);
    }
    let Some(spot) = spot_under(state, surface, id, at) else { return };
    let lifted = Some(Lifted { id, spot, by_pointer: true });
    if state.lifted.get_untracked() != lifted {
        state.lifted.set(lifted);
    }
}

fn spot_under(state: State, surface: Surface, id: WorkItemId, at: (i32, i32)) -> Option<Spot> {
    let canvas = surface.canvas.get_untracked()?;
    let frame = canvas.get_bounding_client_rect();
    let (left, top, width) = (px(frame.left()), px(frame.top()), px(frame.width()).max(1));
    let column = match state.narrow.get_untracked() {
        true => state.only.get_untracked(),
        false => {
            let place = ((at.0 - left) * 5 / width).clamp(0, 4);
            WorkColumn::ALL[usize::try_from(place).unwrap_or(0)]
        }
    };
    state.layout.with_untracked(|layout| layout.spot(id, column, at.1 - top))
}

/// Px of the screen, whole.
fn px(length: f64) -> i32 {
    length as i32
}

/// Each frame looks where the pointer is, and scrolls while that is at an edge.
fn scroll(press: Shared, before: (i32, i32)) {
    request_animation_frame(move || {
        let (over, surface, at) = {
            let press = press.borrow();
            (press.over, press.surface, press.at)
        };
        let scroller = surface.scroller.try_get_untracked().flatten();
        let Some(scroller) = scroller.filter(|_| !over) else { return };
        let frame = scroller.get_bounding_client_rect();
        let by = |at: i32, from: i32, to: i32| match (at - from < EDGE, to - at < EDGE) {
            (true, _) => -SPEED,
            (_, true) => SPEED,
            _ => 0,
        };
        let down = by(at.1, px(frame.top()) + HEADS, px(frame.bottom()));
        let right = by(at.0, px(frame.left()), px(frame.right()));
        if down != 0 || right != 0 {
            scroller.set_scroll_top(scroller.scroll_top() + down);
            scroller.set_scroll_left(scroller.scroll_left() + right);
        }
        if (down, right) != (0, 0) || at != before {
            aim(&press);
        }
        scroll(press, at);
    });
}

/// Ends a press: the card is dropped where it is, or stays where it was.
fn end(press: &Shared, drop_it: bool) {
    let (state, surface, id, dragging) = {
        let mut press = press.borrow_mut();
        if std::mem::replace(&mut press.over, true) {
            return;
        }
        (press.state, press.surface, press.id, press.dragging)
    };
    let handles = std::mem::take(&mut press.borrow_mut().handles);
    // Not within a call of one of them.
    set_timeout(move || handles.into_iter().for_each(WindowListenerHandle::remove), Duration::ZERO);
    if !dragging {
        return;
    }
    // Where it was let go, if no frame has come since.
    aim(press);
    hide_ghost(surface);
    let lifted = state.lifted.try_get_untracked().flatten();
    state.lifted.try_set(None);
    if let (true, Some(lifted)) = (drop_it, lifted) {
        state.drop_at(id, lifted.spot);
    }
}

fn hide_ghost(surface: Surface) {
    let Some(ghost) = surface.ghost.try_get_untracked().flatten() else { return };
    let ghost: &HtmlElement = &ghost;
    let _ = ghost.class_list().remove_1("is-shown");
    ghost.set_inner_html("");
}
