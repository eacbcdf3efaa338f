//! Listening to the changes of a board. `EventSource` cannot send a token in a header, so the line
//! is read as a streamed answer. Source: decision 0016.
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use crate::api::{self, Fault};

/// How long is waited before a broken line is taken up again, at first and at most.
const AGAIN_MS: (u64, u64) = (500, 10_000);

/// The reader of the line, to hang up by.
type Held = Rc<RefCell<Option<ReadableStreamDefaultReader>>>;

/// Calls `changed` with the number of each change at `path`, for as long as the calling component
/// lives. A line that ends, as it does after a while, is taken up again; so nothing is missed: the
/// first thing that is told is the present number.
pub(super) fn follow(path: String, changed: impl Fn(i64) + 'static) {
    let (gone, held) = (Rc::new(Cell::new(false)), Held::default());
    let kept = StoredValue::new_local((Rc::clone(&gone), Rc::clone(&held)));
    on_cleanup(move || {
        kept.try_with_value(|(gone, held)| {
            gone.set(true);
            if let Some(reader) = held.borrow_mut().take() {
                drop(reader.cancel());
            }
        });
    });
    spawn_local(async move {
        let mut wait = AGAIN_MS.0;
        while !gone.get() {
            match listen(&path, &held, &gone, &changed).await {
                Ok(()) => wait = AGAIN_MS.0,
                Err(_) => wait = (wait * 2).min(AGAIN_MS.1),
            }
            if !gone.get() {
                pause(wait).await;
            }
        }
    });
}

async fn pause(ms: u64) {
    let (done, over) = oneshot::channel::<()>();
    set_timeout(
        move || {
            let _ = done.send(());
        },
        Duration::from_millis(ms),
    );
    let _ = over.await;
}

async fn listen(
    path: &str,
    held: &Held,
    gone: &Cell<bool>,
    changed: &impl Fn(i64),
) -> Result<(), Fault> {
    let answer = api::open_line(path).await?;
    let stream = answer.body().ok_or(Fault::Network)?;
    let reader = stream.get_reader().dyn_into::<ReadableStreamDefaultReader>();
    let reader = reader.map_err(|_| Fault::Network)?;
    if gone.get() {
        drop(reader.cancel());
        return Ok(());
    }
    *held.borrow_mut() = Some(reader.clone());
    let mut text = String::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| Fault::Network)?;
        let field = |name: &str| js_sys::Reflect::get(&piece, &JsValue::from_str(name));
        if field("done").is_ok_and(|done| done.is_truthy()) {
            return Ok(());
        }
        let bytes = field("value").ok().and_then(|value| value.dyn_into().ok());
        let bytes = bytes.map_or_else(Vec::new, |bytes: js_sys::Uint8Array| bytes.to_vec());
        text.push_str(&String::from_utf8_lossy(&bytes));
        for number in take(&mut text) {
            changed(number);
        }
    }
}

/// Takes the numbers of all events that have come whole.
fn take(text: &mut String) -> Vec<i64> {
    let Some(end) = text.rfind("\n\n") else { return Vec::new() };
    let whole: String = text.drain(..end + 2).collect();
    let data = whole.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|number| number.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_taken_whole() {
        let mut text =
            String::from("event: changes\ndata: 7\n\n: still here\n\nevent: changes\nda");
        assert_eq!(take(&mut text), [7]);
        text.push_str("ta: 8\n\n");
        assert_eq!(take(&mut text), [8]);
        assert_eq!(text, "");
    }
}
