//! Starts the app in the page.

use std::panic;

use frontend::i18n;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

fn main() {
    panic::set_hook(Box::new(crash));
    speak();
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    frontend::watch_unsaved();
    leptos::mount::mount_to_body(frontend::App);
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
