//! Keys: one listener, one list of actions that the palette and the key sheet read too.
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::{browser, t, ui};

/// Where an action is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Goes to an area.
    Go,
    /// Belongs to the screen shown.
    Here,
    /// Works on every screen.
    Everywhere,
}

/// Something that can be done by a key or from the palette.
#[derive(Clone)]
pub struct Action {
    /// Verb first.
    pub title: String,
    /// Where it is listed.
    pub group: Group,
    /// `c`, `g t` (one after the other), `mod k` (with Ctrl or ⌘); empty for the palette only.
    pub keys: &'static str,
    run: Arc<dyn Fn() + Send + Sync>,
}

impl Action {
    /// Does it.
    pub fn run(&self) {
        (self.run)();
    }
}

/// How long the second key of two may take.
const PAIR_MS: u64 = 1_200;

thread_local! {
    static ACTIONS: RefCell<Vec<(u32, Action)>> = const { RefCell::new(Vec::new()) };
    static DIGITS: RefCell<Vec<Digits>> = const { RefCell::new(Vec::new()) };
    /// The first key of a pair, and when it was pressed.
    static FIRST: Cell<Option<(char, u64)>> = const { Cell::new(None) };
    static SINGLE: ArcRwSignal<bool> =
        ArcRwSignal::new(browser::stored("keys").as_deref() != Some("off"));
}

/// Offers an action for as long as the calling component lives. The newest wins a key.
pub fn use_action(
    group: Group,
    title: impl Into<String>,
    keys: &'static str,
    run: impl Fn() + Send + Sync + 'static,
) {
    let id = browser::next_id();
    let action = Action { title: title.into(), group, keys, run: Arc::new(run) };
    ACTIONS.with_borrow_mut(|actions| actions.push((id, action)));
    on_cleanup(move || ACTIONS.with_borrow_mut(|actions| actions.retain(|(one, _)| *one != id)));
}

/// ← and → anywhere on the page where no text is typed and no layer is open, as −1 and 1, for as
/// long as the calling component lives.
pub fn use_arrows(step: impl Fn(i64) + 'static) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if !held && !event.default_prevented() && free() {
            event.prevent_default();
            step(by);
        }
    });
    on_cleanup(move || handle.remove());
}

/// No text is being typed, no list chosen from, no layer is open.
pub(crate) fn free() -> bool {
    let chosen = document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    });
    !layered() && !chosen
}

/// What the keys 1 to 9 do on this screen.
struct Digits {
    id: u32,
    title: String,
    caps: &'static str,
    run: Arc<dyn Fn(usize) + Send + Sync>,
}

/// Offers the keys 1 to 9, told as places from 0, for as long as the calling component lives. The
/// key sheet prints `caps`: those that do something here, such as `1–6`.
pub fn use_digits(
    title: impl Into<String>,
    caps: &'static str,
    run: impl Fn(usize) + Send + Sync + 'static,
) {
    let id = browser::next_id();
    let digits = Digits { id, title: title.into(), caps, run: Arc::new(run) };
    DIGITS.with_borrow_mut(|all| all.push(digits));
    on_cleanup(move || DIGITS.with_borrow_mut(|all| all.retain(|one| one.id != id)));
}

/// What the keys 1 to 9 do, and which of them, for the key sheet.
pub fn digits() -> Option<(String, &'static str)> {
    DIGITS.with_borrow(|all| all.last().map(|one| (one.title.clone(), one.caps)))
}

fn digit(place: usize) -> bool {
    let run = DIGITS.with_borrow(|all| all.last().map(|one| Arc::clone(&one.run)));
    run.is_some_and(|run| {
        run(place);
        true
    })
}

/// Every action offered now; of those on one key only the newest.
pub fn actions() -> Vec<Action> {
    ACTIONS.with_borrow(|actions| {
        let hidden = |n: usize, action: &Action| {
            let newer = actions.iter().skip(n + 1);
            !action.keys.is_empty() && newer.into_iter().any(|(_, other)| other.keys == action.keys)
        };
        let all = actions.iter().enumerate();
        all.filter(|(n, (_, action))| !hidden(*n, action)).map(|(_, (_, a))| a.clone()).collect()
    })
}

/// Whether keys without Ctrl or ⌘ do anything. Source: WCAG 2.1.4.
pub fn single_keys() -> bool {
    SINGLE.with(Clone::clone).get()
}

/// Turns keys without Ctrl or ⌘ on or off.
pub fn set_single_keys(on: bool) {
    browser::store("keys", (!on).then_some("off"));
    SINGLE.with(Clone::clone).set(on);
}

/// The caps to draw for keys: `mod k` is `Ctrl` `K`, or `⌘` `K` on a Mac.
pub fn caps(keys: &str, mac: bool) -> Vec<String> {
    let cap = |key: &str| match key {
        "mod" if mac => "⌘".to_owned(),
        "mod" => t!(shell.ctrl).to_owned(),
        "enter" => "Enter".to_owned(),
        "esc" => "Esc".to_owned(),
        "shift" => "Shift".to_owned(),
        key => key.to_uppercase(),
    };
    keys.split(' ').filter(|key| !key.is_empty()).map(cap).collect()
}

/// Words with the keys that do the same, for a tooltip.
pub(crate) fn tooltip(words: Option<String>, keys: &'static str) -> Option<String> {
    if keys.is_empty() {
        return words;
    }
    let keys = caps(keys, browser::is_mac()).join(" ");
    Some(match words {
        Some(words) => format!("{words} ({keys})"),
        None => keys,
    })
}

/// Listens to the window. Called once, by the shell.
pub(crate) fn listen() {
    let handle = window_event_listener(leptos::ev::keydown, |event| pressed(&event));
    on_cleanup(move || handle.remove());
}

fn pressed(event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() || event.alt_key() {
        return;
    }
    let key = event.key();
    let done = if event.ctrl_key() || event.meta_key() {
        with_mod(&key.to_lowercase())
    } else {
        alone(&key)
    };
    if done {
        event.prevent_default();
    }
}

fn with_mod(key: &str) -> bool {
    match key {
        "enter" => submit(),
        "z" => !typing() && ui::undo_last(),
        _ => perform(|action| action.keys.strip_prefix("mod ") == Some(key)),
    }
}

fn alone(key: &str) -> bool {
    let single = SINGLE.with(|single| single.get_untracked());
    if !single || typing() || layered() {
        return false;
    }
    let Some(key) = only_char(key) else { return false };
    let first = FIRST.take().filter(|(_, at)| within(*at, browser::now_ms()));
    if let Some((first, _)) = first {
        return perform(|action| pair(action.keys) == Some((first, key)));
    }
    if actions().iter().any(|action| pair(action.keys).is_some_and(|(begin, _)| begin == key)) {
        FIRST.set(Some((key, browser::now_ms())));
        return true;
    }
    match key {
        'j' => step_row(1),
        'k' => step_row(-1),
        '/' => focus_filter(),
        '1'..='9' => digit(key as usize - '1' as usize),
        _ => perform(|action| only_char(action.keys) == Some(key)),
    }
}

fn perform(wanted: impl Fn(&Action) -> bool) -> bool {
    let action = actions().into_iter().find(|action| wanted(action));
    action.is_some_and(|action| {
        action.run();
        true
    })
}

fn within(at_ms: u64, now_ms: u64) -> bool {
    at_ms.saturating_add(PAIR_MS) >= now_ms
}

fn only_char(key: &str) -> Option<char> {
    let mut chars = key.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// `g t` as its two keys.
fn pair(keys: &str) -> Option<(char, char)> {
    let (first, second) = keys.split_once(' ')?;
    Some((only_char(first)?, only_char(second)?))
}

/// The focus is where letters are typed.
fn typing() -> bool {
    document().active_element().is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        let text = !matches!(kind.as_str(), "checkbox" | "radio" | "button" | "submit" | "file");
        let editable =
            element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
        match element.tag_name().as_str() {
            "TEXTAREA" | "SELECT" => true,
            "INPUT" => text,
            _ => editable,
        }
    })
}

/// A layer is open: keys of the page below stay silent. One that is empty is about to close.
pub(crate) fn layered() -> bool {
    document().query_selector("dialog[open]:has(*), :popover-open").ok().flatten().is_some()
}

fn submit() -> bool {
    let form = document().active_element().and_then(|element| element.closest("form").ok()?);
    form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok())
        .is_some_and(|form| form.request_submit().is_ok())
}

/// Rows are links or buttons marked `data-row`; Enter opens them by itself.
fn step_row(by: i32) -> bool {
    let Ok(rows) = document().query_selector_all("main [data-row]") else { return false };
    let count = rows.length() as i32;
    let active = document().active_element();
    // The row around the focus, which may be on another control of it.
    let here = active.and_then(|active: Element| {
        let row = active.closest("[data-row-of]").ok().flatten();
        row.or_else(|| active.has_attribute("data-row").then_some(active))
    });
    let place = (0..count).find(|&n| {
        rows.item(n as u32)
            .is_some_and(|row| here.as_ref().is_some_and(|here| here.contains(Some(&row))))
    });
    let next = match place {
        Some(place) => (place + by).clamp(0, count - 1),
        None if by > 0 => 0,
        None => count - 1,
    };
    let row = rows.item(next as u32).and_then(|row| row.dyn_into::<HtmlElement>().ok());
    row.is_some_and(|row| row.focus().is_ok())
}

fn focus_filter() -> bool {
    let filter = document().query_selector("main [data-filter]").ok().flatten();
    filter
        .and_then(|filter| filter.dyn_into::<HtmlElement>().ok())
        .is_some_and(|filter| filter.focus().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_name_the_keys_of_the_machine() {
        assert_eq!(caps("mod k", false), ["Ctrl", "K"]);
        assert_eq!(caps("mod enter", true), ["⌘", "Enter"]);
        assert_eq!(caps("g t", false), ["G", "T"]);
        assert_eq!(caps("", false), Vec::<String>::new());
    }

    #[test]
    fn two_keys_are_a_pair_and_a_modifier_is_not() {
        assert_eq!(pair("g t"), Some(('g', 't')));
        assert_eq!(pair("mod k"), None);
        assert_eq!(pair("c"), None);
    }

    #[test]
    fn the_second_key_must_come_soon() {
        assert!(within(1_000, 2_200));
        assert!(!within(1_000, 2_201));
    }
}
