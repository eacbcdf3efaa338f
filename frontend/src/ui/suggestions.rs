//! What the browser knows of time zones and currencies, as suggestions for a text field.
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// What to suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggest {
    /// IANA time zones.
    Zones,
    /// ISO 4217 codes.
    Currencies,
}

impl Suggest {
    /// The id to give a `TextInput` as its `list`.
    pub fn id(self) -> &'static str {
        match self {
            Suggest::Zones => "suggest-zones",
            Suggest::Currencies => "suggest-currencies",
        }
    }

    /// The name that Intl has for it.
    fn key(self) -> &'static str {
        match self {
            Suggest::Zones => "timeZone",
            Suggest::Currencies => "currency",
        }
    }
}

/// The suggestions, drawn once on a page; none where the browser knows none.
#[component]
pub fn Suggestions(
    /// What to suggest.
    of: Suggest,
) -> impl IntoView {
    let options = known(of.key()).unwrap_or_default();
    let option = |value: JsValue| view! { <option value=value.as_string()></option> };
    view! { <datalist id=of.id()>{options.iter().map(option).collect_view()}</datalist> }
}

fn known(key: &str) -> Option<js_sys::Array> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let values = js_sys::Reflect::get(&intl, &"supportedValuesOf".into()).ok()?;
    let values = values.dyn_into::<js_sys::Function>().ok()?.call1(&intl, &key.into()).ok()?;
    values.dyn_into().ok()
}
