//! After a change of route: the focus moves to the heading, or back to the row one came from.
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

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
            let back = BACK.replace(false);
            // After the new page is drawn.
            request_animation_frame(move || arrive(&before, back));
        }
        path
    });
}

fn arrive(before: &str, back: bool) {
    let row = if back { row_of(before) } else { None };
    let target = row.or_else(|| element("main h1"));
    if let Some(target) = target {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = target.focus_with_options(&options);
    }
}

/// The link to the page one comes back from.
fn row_of(path: &str) -> Option<HtmlElement> {
    element(&format!("main a[href=\"{}\"]", path.replace(['"', '\\'], "")))
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
