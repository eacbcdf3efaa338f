//! After a change of route: the focus moves to the heading, or back to the row one came from.
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

thread_local! {
    /// The last change came from Back or Forward.
    static BACK: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Follows the address. Called once, by the shell.
pub(super) fn follow() {
    let handle = window_event_listener(leptos::ev::popstate, |_| BACK.set(true));
    on_cleanup(move || handle.remove());
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if let Some(before) = before.filter(|before| *before != path) {
            // After the new page is drawn, and after our own listener has heard of a Back.
            request_animation_frame(move || {
                let patience = if BACK.replace(false) { PATIENCE } else { 0 };
                await_heading(before, patience, document().active_element(), CODE_PATIENCE);
            });
        }
        path
    });
}

/// Frames to wait for the row one came from: a list may still be reading.
const PATIENCE: u32 = 30;
/// Frames to wait for a page whose code is still being loaded, about a minute.
const CODE_PATIENCE: u32 = 3600;

/// Waits for the code of the page, unless the reader moves the focus on meanwhile.
fn await_heading(before: String, patience: u32, focused: Option<Element>, code_patience: u32) {
    if code_patience == 0 || element("main h1").is_some() {
        return arrive(before, patience);
    }
    request_animation_frame(move || {
        let now = document().active_element();
        let stayed = now == focused || now.as_ref().is_none_or(|now| now.tag_name() == "BODY");
        if stayed {
            await_heading(before, patience, focused, code_patience - 1);
        }
    });
}

fn arrive(before: String, patience: u32) {
    let row = if patience > 0 { row_of(&before) } else { None };
    if row.is_none() && patience > 1 {
        request_animation_frame(move || arrive(before, patience - 1));
        return;
    }
    let target = row.or_else(|| element("main h1"));
    if let Some(target) = target {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = target.focus_with_options(&options);
    }
}

/// Moves the focus to the first element that fits.
pub(super) fn focus(selector: &str) {
    if let Some(target) = element(selector) {
        let _ = target.focus();
    }
}

/// The link to the page one comes back from.
fn row_of(path: &str) -> Option<HtmlElement> {
    element(&format!("main a[href=\"{}\"]", path.replace(['"', '\\'], "")))
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
