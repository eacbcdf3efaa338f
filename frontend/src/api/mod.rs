//! The API as functions: reads are values that a query can cache, writes are futures.
#[cfg(feature = "staff")]
mod approvals;
#[cfg(feature = "staff")]
mod billing;
#[cfg(feature = "staff")]
mod calendar;
#[cfg(feature = "staff")]
mod calls;
mod fault;
#[cfg(feature = "staff")]
mod files;
#[cfg(feature = "staff")]
mod http;
#[cfg(feature = "staff")]
mod messages;
#[cfg(feature = "staff")]
mod model;
mod path;
#[cfg(feature = "staff")]
mod portal_access;
#[cfg(feature = "staff")]
mod records;
#[cfg(feature = "staff")]
mod renewals;
#[cfg(feature = "staff")]
mod requests;
#[cfg(feature = "staff")]
mod reviews;
#[cfg(feature = "staff")]
mod routes;
mod transport;
#[cfg(feature = "staff")]
mod upload;
#[cfg(feature = "staff")]
mod work;

#[cfg(feature = "staff")]
pub use approvals::*;
#[cfg(feature = "staff")]
pub use billing::*;
#[cfg(feature = "staff")]
pub use calendar::*;
#[cfg(feature = "staff")]
pub use calls::*;
pub use fault::Fault;
#[cfg(feature = "staff")]
pub use files::*;
#[cfg(feature = "staff")]
pub use http::{download, download_bytes};
#[cfg(feature = "staff")]
pub(crate) use http::{refresh, set_token};
#[cfg(feature = "staff")]
pub use messages::*;
#[cfg(feature = "staff")]
pub use model::*;
pub use path::{Path, unescape};
#[cfg(feature = "staff")]
pub use portal_access::*;
#[cfg(feature = "staff")]
pub use records::*;
#[cfg(feature = "staff")]
pub use renewals::*;
#[cfg(feature = "staff")]
pub use requests::*;
#[cfg(feature = "staff")]
pub use reviews::*;
#[cfg(feature = "staff")]
pub use routes::*;
pub use transport::wait_seconds;
#[cfg(feature = "portal")]
pub(crate) use transport::{BASE, Call, Heads, once, text};
#[cfg(feature = "staff")]
pub use upload::{upload_file, upload_import, upload_logo, upload_statement};
#[cfg(feature = "staff")]
pub use work::*;

use std::marker::PhantomData;

use futures::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};

/// Brings the text at a path under `/api/v1`, for whoever asks.
pub type Reader = fn(String) -> LocalBoxFuture<'static, Result<String, Fault>>;

/// A read of `T`. Its path, query included, is also its name in the cache.
pub struct Fetch<T> {
    path: String,
    reader: Reader,
    answer: PhantomData<fn() -> T>,
}

impl<T> Fetch<T> {
    /// A read by the staff of what is at `path`, under `/api/v1`.
    #[cfg(feature = "staff")]
    pub fn new(path: impl Into<String>) -> Self {
        Self::by(|path| Box::pin(async move { http::read_text(&path).await }), path)
    }

    /// The same read in another way.
    pub fn by(reader: Reader, path: impl Into<String>) -> Self {
        Self { path: path.into(), reader, answer: PhantomData }
    }

    /// How it reads.
    pub fn reader(&self) -> Reader {
        self.reader
    }

    /// Where it reads.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl<T: DeserializeOwned> Fetch<T> {
    /// Reads past the cache.
    ///
    /// # Errors
    /// When there is no answer, a problem, or words that are not a `T`.
    pub async fn send(self) -> Result<T, Fault> {
        decode(&(self.reader)(self.path).await?)
    }
}

/// Opens an answer that goes on, at `path` under `/api/v1`.
///
/// # Errors
/// As every request.
#[cfg(feature = "staff")]
pub(crate) async fn open_line(path: &str) -> Result<gloo_net::http::Response, Fault> {
    http::line(path).await
}

pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))
}

pub(crate) fn encode(body: &impl Serialize) -> Option<String> {
    // Our bodies are plain structs: they cannot fail to encode.
    serde_json::to_string(body).ok()
}

#[cfg(feature = "staff")]
async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Fault> {
    decode(&http::send("POST", path, encode(body), None).await?)
}

/// A change that needs no body.
#[cfg(feature = "staff")]
async fn act<T: DeserializeOwned>(path: &str) -> Result<T, Fault> {
    decode(&http::send("POST", path, None, None).await?)
}

#[cfg(feature = "staff")]
async fn patch<T: DeserializeOwned>(
    path: &str,
    version: i64,
    body: &impl Serialize,
) -> Result<T, Fault> {
    decode(&http::send("PATCH", path, encode(body), Some(version)).await?)
}

#[cfg(feature = "staff")]
async fn put<T: DeserializeOwned>(
    path: &str,
    version: i64,
    body: &impl Serialize,
) -> Result<T, Fault> {
    decode(&http::send("PUT", path, encode(body), Some(version)).await?)
}

#[cfg(feature = "staff")]
async fn delete(path: &str, version: i64) -> Result<String, Fault> {
    http::send("DELETE", path, None, Some(version)).await
}
