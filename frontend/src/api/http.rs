//! Sending: the access token (in memory only), its renewal, idempotency and versions.
use std::{cell::RefCell, collections::HashMap};

use futures::{FutureExt, future::LocalBoxFuture, future::Shared};
use gloo_net::http::{Method, RequestBuilder, Response};
use shared::api::{ErrorCode, Problem, SignedIn};
use wasm_bindgen::JsValue;
use web_sys::RequestCredentials;

use super::{Fault, decode};
use crate::{browser, session};

pub(super) const BASE: &str = "/api/v1";
/// After this a request counts as unanswered.
const TIMEOUT_MS: u32 = 30_000;
const JSON: &str = "application/json";

thread_local! {
    /// Never stored: a page that is gone leaves no token behind.
    static TOKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    /// One renewal at a time: a refresh token works once.
    static RENEWAL: RefCell<Option<Renewal>> = const { RefCell::new(None) };
    /// Creations without a clear answer, by path and body: sent again, they keep their key.
    static UNSURE: RefCell<HashMap<(String, String), String>> = RefCell::new(HashMap::new());
}

type Renewal = Shared<LocalBoxFuture<'static, Result<SignedIn, Fault>>>;

/// Keeps the access token for the requests to come.
pub(crate) fn set_token(token: Option<String>) {
    TOKEN.set(token);
}

/// The access token, for the one request that does not go through here.
pub(super) fn bearer() -> Option<String> {
    TOKEN.with_borrow(Clone::clone)
}

/// Reads the text at `path`.
pub(crate) async fn read_text(path: &str) -> Result<String, Fault> {
    send("GET", path, None, None).await
}

/// Sends a body as JSON and reads the answer's text, empty for none.
pub(crate) async fn send(
    method: &str,
    path: &str,
    body: Option<String>,
    version: Option<i64>,
) -> Result<String, Fault> {
    let call = Call { method, path, body: body.map(|text| (JSON, JsValue::from(text))), version };
    text(authorised(&call).await?).await
}

/// Opens an answer that goes on: its body comes piece by piece.
pub(super) async fn line(path: &str) -> Result<Response, Fault> {
    authorised(&Call { method: "GET", path, body: None, version: None }).await
}

/// Reads a file that needs the access token, for a link to save it.
///
/// # Errors
/// As every request.
pub async fn download(path: &str) -> Result<String, Fault> {
    read_text(path).await
}

/// The same of one that is no text.
///
/// # Errors
/// As every request.
pub async fn download_bytes(path: &str) -> Result<Vec<u8>, Fault> {
    line(path).await?.binary().await.map_err(|_| Fault::Network)
}

/// A request that can be sent more than once.
struct Call<'a> {
    method: &'a str,
    path: &'a str,
    body: Option<(&'static str, JsValue)>,
    version: Option<i64>,
}

/// Sends; when the access token has ended, renews it once and sends again.
async fn authorised(call: &Call<'_>) -> Result<Response, Fault> {
    let key = idempotency_key(call);
    let outcome = match once(call, key.as_deref()).await {
        Err(fault) if fault.is(ErrorCode::Unauthenticated) && !call.path.starts_with("/auth/") => {
            match refresh().await {
                Ok(signed_in) => {
                    session::renewed(&signed_in.me);
                    once(call, key.as_deref()).await
                }
                // No connection: what was typed stays, and so does the session.
                Err(fault) if fault.passing() => Err(fault),
                Err(_) => {
                    session::ended();
                    Err(fault)
                }
            }
        }
        outcome => outcome,
    };
    remember(call, key, &outcome);
    outcome
}

async fn once(call: &Call<'_>, key: Option<&str>) -> Result<Response, Fault> {
    let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
    let limit = browser::Timeout::after_ms(TIMEOUT_MS);
    let mut request = RequestBuilder::new(&format!("{BASE}{}", call.path))
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(limit.signal().as_ref())
        .header("Accept", "application/json, application/problem+json, text/csv, application/pdf, application/xml");
    if let Some(token) = bearer() {
        request = request.header("Authorization", &format!("Bearer {token}"));
    }
    if let Some(version) = call.version {
        request = request.header("If-Match", &format!("\"{version}\""));
    }
    if let Some(key) = key {
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
            session::told_to_wait(wait.filter(|_| problem.code == ErrorCode::TooManyRequests));
            Fault::Problem(Box::new(problem))
        }
        Err(_) => Fault::Foreign(status),
    }
}

async fn text(answer: Response) -> Result<String, Fault> {
    answer.text().await.map_err(|_| Fault::Network)
}

/// Renews the access token by the cookie; requests that wait for it share one renewal.
pub(crate) async fn refresh() -> Result<SignedIn, Fault> {
    let running = RENEWAL.with_borrow(Clone::clone);
    let renewal = running.unwrap_or_else(|| {
        let started = renew().boxed_local().shared();
        RENEWAL.set(Some(started.clone()));
        started
    });
    renewal.await
}

async fn renew() -> Result<SignedIn, Fault> {
    let call = Call { method: "POST", path: "/auth/refresh", body: None, version: None };
    // Other tabs hold the same cookie: the browser lets one of us renew at a time.
    let turn = browser::turn("perennial-refresh").await;
    let outcome = match once(&call, None).await {
        Ok(answer) => text(answer).await.and_then(|text| decode::<SignedIn>(&text)),
        Err(fault) => Err(fault),
    };
    drop(turn);
    if let Ok(signed_in) = &outcome {
        set_token(Some(signed_in.access_token.clone()));
    }
    RENEWAL.set(None);
    outcome
}

/// A key for what creates; the one of last time if that went unanswered.
fn idempotency_key(call: &Call<'_>) -> Option<String> {
    if call.method != "POST" || call.path.starts_with("/auth/") {
        return None;
    }
    let known = name(call).and_then(|name| UNSURE.with_borrow(|unsure| unsure.get(&name).cloned()));
    Some(known.unwrap_or_else(browser::random_uuid))
}

fn remember(call: &Call<'_>, key: Option<String>, outcome: &Result<Response, Fault>) {
    let (Some(name), Some(key)) = (name(call), key) else { return };
    UNSURE.with_borrow_mut(|unsure| match outcome {
        Err(fault) if fault.passing() => unsure.insert(name, key),
        _ => unsure.remove(&name),
    });
}

/// What a creation is told from another by; files are compared by nobody.
fn name(call: &Call<'_>) -> Option<(String, String)> {
    let body = call.body.as_ref().map_or(Some(String::new()), |(_, body)| body.as_string())?;
    Some((call.path.to_owned(), body))
}
