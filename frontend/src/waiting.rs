//! Waiting: for a while, and for a turn among tabs.
use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Waits a while.
pub(crate) async fn rest(time: Duration) {
    let (ours, mine) = oneshot::channel::<()>();
    set_timeout(move || drop(ours), time);
    let _ = mine.await;
}

/// Waits for this tab's turn at something that only one tab may do at a time; dropping the turn
/// ends it. Browsers without Web Locks take turns by luck.
pub(crate) async fn turn(name: &str) -> Option<oneshot::Sender<()>> {
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = js_sys::Reflect::get(&locks, &"request".into()).ok()?;
    let request = request.dyn_into::<js_sys::Function>().ok()?;
    let (ours, mine) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    let hold = Closure::once_into_js(move || {
        let _ = ours.send(());
        wasm_bindgen_futures::future_to_promise(async move {
            let _ = ended.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    request.call2(&locks, &JsValue::from_str(name), &hold).ok()?;
    mine.await.ok()?;
    Some(end)
}
