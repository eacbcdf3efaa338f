//! One request and its answer, whoever sends it.
use std::cell::Cell;

use gloo_net::http::{Method, RequestBuilder, Response};
use shared::api::{ErrorCode, Problem};
use wasm_bindgen::JsValue;
use web_sys::RequestCredentials;

use super::{Fault, decode};
use crate::browser;

/// Where the API is.
pub(crate) const BASE: &str = "/api/v1";
/// After this a request counts as unanswered.
const TIMEOUT_MS: u32 = 30_000;
const JSON: &str = "application/json";

thread_local! {
    /// Seconds to wait, from the last 429.
    static WAIT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Seconds to wait before the next try, as the last refusal said.
pub fn wait_seconds() -> Option<i64> {
    WAIT.get()
}

/// A request that can be sent more than once.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: Option<(&'static str, JsValue)>,
    pub(crate) version: Option<i64>,
}

impl<'a> Call<'a> {
    /// One with a body of JSON, of no version.
    pub(crate) fn new(method: &'a str, path: &'a str, body: Option<String>) -> Self {
        Self { method, path, body: body.map(|text| (JSON, JsValue::from(text))), version: None }
    }
}

/// What stands beside a request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Heads<'a> {
    /// The access token; the portal is known by its cookie alone.
    pub(crate) token: Option<&'a str>,
    /// By which a creation that is sent again is known.
    pub(crate) key: Option<&'a str>,
}

/// Sends once; what is no success is a fault.
pub(crate) async fn once(call: &Call<'_>, heads: Heads<'_>) -> Result<Response, Fault> {
    let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
    let limit = browser::Timeout::after_ms(TIMEOUT_MS);
    let mut request = RequestBuilder::new(&format!("{BASE}{}", call.path))
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(limit.signal().as_ref())
        .header("Accept", "application/json, application/problem+json, text/csv, application/pdf, application/xml");
    if let Some(token) = heads.token {
        request = request.header("Authorization", &format!("Bearer {token}"));
    }
    if let Some(version) = call.version {
        request = request.header("If-Match", &format!("\"{version}\""));
    }
    if let Some(key) = heads.key {
        request = request.header("Idempotency-Key", key);
    }
    let request = match &call.body {
        Some((kind, body)) => request.header("Content-Type", kind).body(body.clone()),
        None => request.build(),
    };
    let answer = request.map_err(|_| Fault::Network)?.send().await;
    browser::connected(answer.is_ok());
    let answer = answer.map_err(|_| Fault::Network)?;
    if answer.ok() { Ok(answer) } else { Err(refusal(answer).await) }
}

async fn refusal(answer: Response) -> Fault {
    let status = answer.status();
    let wait = answer.headers().get("Retry-After").and_then(|wait| wait.parse::<i64>().ok());
    let Ok(text) = answer.text().await else { return Fault::Network };
    match decode::<Problem>(&text) {
        Ok(problem) => {
            WAIT.set(wait.filter(|_| problem.code == ErrorCode::TooManyRequests));
            Fault::Problem(Box::new(problem))
        }
        Err(_) => Fault::Foreign(status),
    }
}

/// The text of an answer, empty for none.
pub(crate) async fn text(answer: Response) -> Result<String, Fault> {
    answer.text().await.map_err(|_| Fault::Network)
}
