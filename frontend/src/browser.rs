//! What the app asks of the browser beyond the page: storage, locks, randomness, the network.
use std::{cell::Cell, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// A version 4 UUID. `crypto.randomUUID` is missing where a site is served without TLS.
pub fn random_uuid() -> String {
    let mut bytes = [0; 16];
    let filled =
        window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        for byte in &mut bytes {
            *byte = (js_sys::Math::random().to_bits() >> 24) as u8;
        }
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// What was stored under a name.
pub fn stored(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&format!("perennial.{name}")).ok()?
}

/// Stores a text, or forgets it. Without storage the choice holds until the page is left.
pub fn store(name: &str, text: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let name = format!("perennial.{name}");
        let _ = match text {
            Some(text) => storage.set_item(&name, text),
            None => storage.remove_item(&name),
        };
    }
}

/// Milliseconds since 1970, by the device's clock: only for ages.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// The time zone of the device.
pub fn time_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let name = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?;
    name.as_string()
}

/// "Sunday 22 November" in the reader's language.
pub fn long_date(day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    let options = js_sys::Object::new();
    for (name, value) in
        [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("timeZone", "UTC")]
    {
        // Setting a property of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let at = js_sys::Date::new(&JsValue::from_str(&format!(
        "{:04}-{:02}-{:02}T12:00:00Z",
        day.year(),
        day.month(),
        day.day()
    )));
    let tag = window().navigator().language().unwrap_or_else(|| "en".to_owned());
    at.to_locale_date_string(&tag, &options).into()
}

/// The currency of the reader's region, for a first suggestion.
pub fn likely_currency() -> &'static str {
    let tag = window().navigator().language().unwrap_or_default();
    currency_of(tag.rsplit_once('-').map_or("", |(_, region)| region))
}

fn currency_of(region: &str) -> &'static str {
    match region {
        "US" => "USD",
        "GB" => "GBP",
        "CH" | "LI" => "CHF",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "SE" => "SEK",
        "NO" => "NOK",
        "DK" => "DKK",
        "PL" => "PLN",
        "CZ" => "CZK",
        "JP" => "JPY",
        "IN" => "INR",
        "BR" => "BRL",
        "MX" => "MXN",
        "ZA" => "ZAR",
        "SG" => "SGD",
        _ => "EUR",
    }
}

/// Whether the reader uses a Mac, where ⌘ stands for Ctrl.
pub fn is_mac() -> bool {
    window().navigator().platform().is_ok_and(|name| name.starts_with("Mac") || name == "iPhone")
}

/// Puts a text on the clipboard; false where the browser forbids it.
pub async fn copy(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Opens an address in another tab; false where the browser lets none open by itself.
pub fn open_tab(address: &str) -> bool {
    window().open_with_url_and_target(address, "_blank").is_ok_and(|tab| tab.is_some())
}

/// Saves a text as a file.
pub fn save_file(name: &str, kind: &str, text: &str) {
    save(name, kind, &JsValue::from_str(text));
}

/// Saves bytes as a file.
pub fn save_bytes(name: &str, kind: &str, bytes: &[u8]) {
    save(name, kind, &js_sys::Uint8Array::from(bytes));
}

/// The address of a small file that holds all of it; none where the browser refuses.
pub fn data_url(kind: &str, bytes: &[u8]) -> Option<String> {
    // `btoa` takes a character for a byte.
    let text: String = bytes.iter().copied().map(char::from).collect();
    window().btoa(&text).ok().map(|text| format!("data:{kind};base64,{text}"))
}

fn save(name: &str, kind: &str, part: &JsValue) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(part);
    let Ok(blob) = web_sys::Blob::new_with_blob_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(link) = document().create_element("a") {
        let link = link.unchecked_into::<web_sys::HtmlAnchorElement>();
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}

/// Gives up on a request after a while; dropped, it does nothing any more.
pub(crate) struct Timeout {
    controller: Option<AbortController>,
    timer: Option<TimeoutHandle>,
}

impl Timeout {
    pub(crate) fn after_ms(limit: u32) -> Self {
        let controller = AbortController::new().ok();
        let aborts = controller.clone();
        let timer = set_timeout_with_handle(
            move || aborts.iter().for_each(AbortController::abort),
            Duration::from_millis(u64::from(limit)),
        );
        Self { controller, timer: timer.ok() }
    }

    pub(crate) fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}

thread_local! {
    static ONLINE: ArcRwSignal<bool> = ArcRwSignal::new(true);
    static REPEATS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the last request reached anyone.
pub fn online() -> ArcReadSignal<bool> {
    ONLINE.with(ArcRwSignal::read_only)
}

/// Notes whether a request was answered; a banner follows, and reads begin again.
pub(crate) fn connected(answered: bool) {
    let online = ONLINE.with(Clone::clone);
    // An answer that was under way when the connection went says nothing about it.
    let connected = window().navigator().on_line();
    if online.get_untracked() != connected && answered == connected {
        online.set(connected);
    }
}

/// Follows the browser's own opinion of the connection. Called once.
pub(crate) fn watch_connection() {
    if REPEATS.replace(true) {
        return;
    }
    let back = || {
        ONLINE.with(Clone::clone).set(true);
        crate::query::refresh_seen();
    };
    let _ = window_event_listener(leptos::ev::online, move |_| back());
    let _ = window_event_listener(leptos::ev::offline, |_| ONLINE.with(Clone::clone).set(false));
}

/// A number that no other element of this page has, for ids.
pub fn next_id() -> u32 {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    LAST.with(|last| {
        last.set(last.get() + 1);
        last.get()
    })
}

/// Adds a constructed style sheet to the document. A browser that has none shows the page plain.
pub fn adopt_styles(text: &str) {
    let adopted = || -> Result<(), JsValue> {
        let class = js_sys::Reflect::get(&window(), &"CSSStyleSheet".into())?;
        let class: js_sys::Function = class.dyn_into()?;
        let sheet = js_sys::Reflect::construct(&class, &js_sys::Array::new())?;
        let replace = js_sys::Reflect::get(&sheet, &"replaceSync".into())?;
        replace.dyn_into::<js_sys::Function>()?.call1(&sheet, &text.into())?;
        let sheets = js_sys::Reflect::get(&document(), &"adoptedStyleSheets".into())?;
        let push = js_sys::Reflect::get(&sheets, &"push".into())?;
        push.dyn_into::<js_sys::Function>()?.call1(&sheets, &sheet)?;
        Ok(())
    };
    if adopted().is_err() {
        leptos::logging::warn!("styles could not be adopted");
    }
}

/// The day it is on the device: for the year that a date need not tell.
pub fn today() -> chrono::NaiveDate {
    let seconds = i64::try_from(now_ms() / 1_000).unwrap_or_default();
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().date_naive()
}
