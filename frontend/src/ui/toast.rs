//! What was just done, for 8 s, with Undo. The clock stops while it is looked at.
use std::{cell::RefCell, sync::Arc, time::Duration};

use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    live::announce,
};
use crate::t;

const SHOWN: Duration = Duration::from_secs(8);
/// More than this at once is noise.
const SHOWN_MAX: usize = 3;

#[derive(Clone)]
struct Toast {
    id: u32,
    words: String,
    undo: Option<Undo>,
    /// What taking it back is called.
    verb: &'static str,
    retry: Option<Undo>,
}

impl Toast {
    fn new(words: String) -> Self {
        let id = crate::browser::next_id();
        Self { id, words, undo: None, verb: t!(common.undo), retry: None }
    }
}

/// Owned, not an arena callback: the screen may be left before Undo is pressed.
type Undo = Arc<dyn Fn() + Send + Sync>;

thread_local! {
    static TOASTS: ArcRwSignal<Vec<Toast>> = ArcRwSignal::new(Vec::new());
    static TIMERS: RefCell<Vec<(u32, TimeoutHandle)>> = const { RefCell::new(Vec::new()) };
}

/// Says that something was done.
pub fn toast(words: impl Into<String>) {
    push(Toast::new(words.into()));
}

/// Says what is under way; [`toast_over`] ends it.
pub fn toast_meanwhile(words: impl Into<String>) -> u32 {
    push(Toast::new(words.into()))
}

/// What was under way is over.
pub fn toast_over(id: u32) {
    close(id);
}

/// Says that something was done, and how to take it back. The screen may be gone by then: use
/// `try_` on its signals.
pub fn toast_undo(words: impl Into<String>, undo: impl Fn() + 'static + Send + Sync) {
    toast_undo_by(words, t!(common.undo), undo);
}

/// The same, where taking it back has a verb of its own.
pub fn toast_undo_by(
    words: impl Into<String>,
    verb: &'static str,
    undo: impl Fn() + 'static + Send + Sync,
) {
    push(Toast { undo: Some(Arc::new(undo)), verb, ..Toast::new(words.into()) });
}

/// Says that something was not done, and offers to try it again; [`toast_over`] ends it.
pub fn toast_retry(words: impl Into<String>, again: impl Fn() + 'static + Send + Sync) -> u32 {
    push(Toast { retry: Some(Arc::new(again)), ..Toast::new(words.into()) })
}

/// Takes the last change back; false if there is none to take back.
pub fn undo_last() -> bool {
    let last = TOASTS.with(|toasts| {
        toasts.with_untracked(|list| list.iter().rev().find(|toast| toast.undo.is_some()).cloned())
    });
    let Some(toast) = last else { return false };
    undo(&toast);
    true
}

fn undo(toast: &Toast) {
    close(toast.id);
    if let Some(undo) = &toast.undo {
        undo();
    }
}

fn push(toast: Toast) -> u32 {
    announce(toast.words.clone());
    let id = toast.id;
    TOASTS.with(Clone::clone).update(|list| {
        list.push(toast);
        let extra = list.len().saturating_sub(SHOWN_MAX);
        list.drain(..extra);
    });
    start(id);
    id
}

fn start(id: u32) {
    stop(id);
    if let Ok(timer) = set_timeout_with_handle(move || close(id), SHOWN) {
        TIMERS.with_borrow_mut(|timers| timers.push((id, timer)));
    }
}

fn stop(id: u32) {
    TIMERS.with_borrow_mut(|timers| {
        timers.retain(|(timed, timer)| {
            if *timed == id {
                timer.clear();
            }
            *timed != id
        });
    });
}

fn close(id: u32) {
    stop(id);
    TOASTS.with(Clone::clone).update(|list| list.retain(|toast| toast.id != id));
}

/// Draws the toasts; once, in the shell.
#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = TOASTS.with(ArcRwSignal::read_only);
    view! {
        <div class="toasts no-print">
            <For each=move || toasts.get() key=|toast| toast.id let:toast>
                <ToastView toast />
            </For>
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let id = toast.id;
    let undo_button = toast.undo.as_ref().map(|_| {
        let (toast, verb) = (toast.clone(), toast.verb);
        let press = Callback::new(move |()| undo(&toast));
        view! { <Button small=true keys="mod z" on_press=press>{verb}</Button> }
    });
    let retry_button = toast.retry.clone().map(|retry| {
        let press = Callback::new(move |()| {
            close(id);
            retry();
        });
        view! { <Button small=true on_press=press>{t!(common.retry)}</Button> }
    });
    view! {
        <div
            class="toast-item floating"
            on:mouseenter=move |_| stop(id)
            on:mouseleave=move |_| start(id)
            on:focusin=move |_| stop(id)
            on:focusout=move |_| start(id)
        >
            <p>{toast.words.clone()}</p>
            {undo_button}
            {retry_button}
            <Button
                variant=Variant::Ghost
                small=true
                icon=icondata::LuX
                label=t!(common.close)
                on_press=Callback::new(move |()| close(id))
            />
        </div>
    }
}
