//! What both programs do before they draw: tell of a crash, take the words, clear the page.
use std::panic;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::i18n;

/// Readies the page for its program. Called once, before anything is drawn.
pub fn ready() {
    panic::set_hook(Box::new(crash));
    speak();
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", i18n::tag());
    }
}

/// Takes the words that start.js has loaded.
fn speak() {
    let words = js_sys::Reflect::get(&window(), &JsValue::from_str("perennialWords"));
    let words = words.ok().and_then(|words| words.as_string()).unwrap_or_default();
    if let Err(why) = i18n::speak(words) {
        panic!("{why}");
    }
}

/// Hands the page to boot.js: after a panic nothing of the app can be trusted to draw.
fn crash(what: &panic::PanicHookInfo<'_>) {
    let hook = js_sys::Reflect::get(&window(), &JsValue::from_str("perennialCrash"));
    if let Ok(hook) = hook.map(js_sys::Function::from) {
        let stack = js_sys::Reflect::get(&js_sys::Error::new(""), &JsValue::from_str("stack"));
        let stack = stack.unwrap_or(JsValue::NULL);
        // It draws the crash page; if that fails too, there is no one left to tell.
        let _ = hook.call2(&window(), &JsValue::from_str(&what.to_string()), &stack);
    }
}
