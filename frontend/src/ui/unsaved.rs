//! What was typed and not yet saved: it is not left behind without a question.
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{AddEventListenerOptions, Element, Event, MouseEvent};

use crate::t;

thread_local! {
    /// Forms in which something was typed, each with the address at which it was.
    static TYPED: RefCell<BTreeMap<u32, String>> = const { RefCell::new(BTreeMap::new()) };
    /// How many forms are on their way to the server.
    static SENDING: Cell<usize> = const { Cell::new(0) };
}

/// A form on its way: the app may go on to another page, but a tab that closes would lose it.
pub(super) struct Sending;

impl Sending {
    pub(super) fn begin() -> Self {
        SENDING.set(SENDING.get() + 1);
        Self
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        SENDING.set(SENDING.get().saturating_sub(1));
    }
}

/// Something was typed into a form.
pub(super) fn typed(form: u32) {
    TYPED.with_borrow_mut(|forms| {
        forms.entry(form).or_insert_with(|| window().location().href().unwrap_or_default());
    });
}

/// It was saved, or is gone.
pub(super) fn settled(form: u32) {
    TYPED.with_borrow_mut(|forms| forms.remove(&form));
}

/// How many forms hold something that is not saved.
pub(super) fn count() -> usize {
    TYPED.with_borrow(BTreeMap::len)
}

/// Whether the page may be left: true at once if nothing was typed, else if the reader says so.
pub fn may_leave() -> bool {
    let leaves = count() == 0 || asked();
    if leaves {
        TYPED.with_borrow_mut(BTreeMap::clear);
    }
    leaves
}

/// Asks whether what was typed may be lost.
pub(super) fn asked() -> bool {
    window().confirm_with_message(t!(common.leave_unsaved)).unwrap_or(true)
}

/// Watches the ways out of a page: links, Back and Forward, closing the tab. Called once, before
/// the router listens.
pub fn watch() {
    on_window("beforeunload", |event| {
        if count() + SENDING.get() > 0 {
            event.prevent_default();
        }
    });
    on_window("popstate", |event| {
        let address = TYPED.with_borrow(|forms| forms.values().next().cloned());
        if !leaves_page(address.as_deref()) {
            return;
        }
        if !may_leave() {
            event.stop_immediate_propagation();
            // The browser has gone already; this brings the address of the form back.
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", address.as_deref());
            }
        }
    });
    on_window("click", |event| {
        if leads_away(event) && !may_leave() {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    });
}

/// Whether the address now is of another page than this one was: a step or a filter of the same
/// page takes nothing away.
fn leaves_page(address: Option<&str>) -> bool {
    let path =
        address.and_then(|address| web_sys::Url::new(address).ok()).map(|url| url.pathname());
    path.is_some_and(|path| Ok(path) != window().location().pathname())
}

/// Whether a click follows a link to another page in this tab.
fn leads_away(event: &Event) -> bool {
    let Some(click) = event.dyn_ref::<MouseEvent>() else { return false };
    let elsewhere = click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key();
    if elsewhere || click.button() != 0 {
        return false;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok())
    else {
        return false;
    };
    let location = window().location();
    let here = location.pathname().unwrap_or_default();
    // Mail and telephone open beside the page.
    link.target().is_empty()
        && !link.has_attribute("download")
        && link.protocol().starts_with("http")
        && link.pathname() != here
}

/// Listens for as long as the page lives, ahead of every other listener.
fn on_window(name: &str, hear: fn(&Event)) {
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| hear(&event));
    let heard = closure.as_ref().unchecked_ref();
    let _ = window()
        .add_event_listener_with_callback_and_add_event_listener_options(name, heard, &options);
    closure.forget();
}
