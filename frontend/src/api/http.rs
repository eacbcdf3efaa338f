//! What staff send: the access token (in memory only), its renewal, idempotency.
use std::{cell::RefCell, collections::HashMap};

use futures::{FutureExt, future::LocalBoxFuture, future::Shared};
use gloo_net::http::Response;
use shared::api::{ErrorCode, SignedIn};

use super::transport::{self, Call, Heads, text};
use super::{Fault, decode};
use crate::{browser, session, waiting};

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
    text(authorised(&Call { version, ..Call::new(method, path, body) }).await?).await
}

/// Opens an answer that goes on: its body comes piece by piece.
pub(super) async fn line(path: &str) -> Result<Response, Fault> {
    authorised(&Call::new("GET", path, None)).await
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
    let token = bearer();
    transport::once(call, Heads { token: token.as_deref(), key }).await
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
    let call = Call::new("POST", "/auth/refresh", None);
    // Other tabs hold the same cookie: the browser lets one of us renew at a time.
    let turn = waiting::turn("perennial-refresh").await;
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
