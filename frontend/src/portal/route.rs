//! Real links without a reload: the address in the browser, and where the focus goes.
use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::address::Address;

/// What is looked at, in the context of every component.
#[derive(Clone, Copy)]
pub(super) struct Route(RwSignal<Address>);

impl Route {
    /// Follows the browser, and takes over the links to other pages of the portal. Called once.
    pub(super) fn follow() -> Self {
        let route = Self(RwSignal::new(here()));
        let clicked = window_event_listener(ev::click, move |event| {
            if let Some(href) = taken(&event) {
                event.prevent_default();
                route.go(&href);
            }
        });
        let moved = window_event_listener(ev::popstate, move |_| {
            let (left, now) = (route.0.get_untracked(), here());
            // A link within the page changes no page.
            if left != now {
                route.0.set(now);
                arrive(Some(left.href()), false);
            }
        });
        on_cleanup(move || {
            clicked.remove();
            moved.remove();
        });
        route
    }

    /// What is looked at.
    pub(super) fn get(self) -> Address {
        self.0.get()
    }

    /// Opens another page; Back leads here again.
    pub(super) fn go(self, href: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(href));
        }
        self.0.set(here());
        arrive(None, true);
    }

    /// Opens another page in the place of this one.
    pub(super) fn replace(self, address: &Address) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address.href()));
        }
        self.0.set(here());
        arrive(None, true);
    }
}

/// Moves the focus to the heading of what is shown now.
pub(super) fn to_heading() {
    arrive(None, true);
}

/// What the browser's address says.
fn here() -> Address {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    Address::read(&path, &location.search().unwrap_or_default())
}

/// Where a plain click on a link to a page of the portal leads; none for all else.
fn taken(event: &web_sys::MouseEvent) -> Option<String> {
    let changed = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || changed {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    let plain = !link.has_attribute("download") && !link.has_attribute("target");
    let (path, query) = href.split_once('?').unwrap_or((&href, ""));
    let known = Address::read(path, query) != Address::Unknown;
    (plain && known).then_some(href)
}

/// Moves the focus to the heading of the page that was opened, or back to the link one followed
/// from it. After it is drawn.
fn arrive(left: Option<String>, to_top: bool) {
    request_animation_frame(move || {
        let link = left.and_then(|href| {
            element(&format!("main a[href=\"{}\"]", href.replace(['"', '\\'], "")))
        });
        if let Some(target) = link.or_else(|| element("h1")) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = target.focus_with_options(&options);
        }
        if to_top {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
