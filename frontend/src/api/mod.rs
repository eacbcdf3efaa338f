//! The API as functions: reads are values that a query can cache, writes are futures.
mod billing;
mod fault;
mod http;
mod model;
mod path;
mod records;
mod renewals;
mod requests;
mod reviews;
mod routes;
mod upload;
mod work;

pub use billing::*;
pub use fault::Fault;
pub use http::{download, download_bytes};
pub(crate) use http::{read_text, refresh, set_token};
pub use model::*;
pub use path::Path;
pub use records::*;
pub use renewals::*;
pub use requests::*;
pub use reviews::*;
pub use routes::*;
pub use upload::{upload_import, upload_logo, upload_statement};
pub use work::*;

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};

/// A read of `T`. Its path, query included, is also its name in the cache.
pub struct Fetch<T> {
    path: String,
    answer: PhantomData<fn() -> T>,
}

impl<T> Fetch<T> {
    /// A read of what is at `path`, under `/api/v1`.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), answer: PhantomData }
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
        decode(&read_text(&self.path).await?)
    }
}

/// Opens an answer that goes on, at `path` under `/api/v1`.
///
/// # Errors
/// As every request.
pub(crate) async fn open_line(path: &str) -> Result<gloo_net::http::Response, Fault> {
    http::line(path).await
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))
}

fn encode(body: &impl Serialize) -> Option<String> {
    // Our bodies are plain structs: they cannot fail to encode.
    serde_json::to_string(body).ok()
}

async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Fault> {
    decode(&http::send("POST", path, encode(body), None).await?)
}

/// A change that needs no body.
async fn act<T: DeserializeOwned>(path: &str) -> Result<T, Fault> {
    decode(&http::send("POST", path, None, None).await?)
}

async fn patch<T: DeserializeOwned>(
    path: &str,
    version: i64,
    body: &impl Serialize,
) -> Result<T, Fault> {
    decode(&http::send("PATCH", path, encode(body), Some(version)).await?)
}

async fn put<T: DeserializeOwned>(
    path: &str,
    version: i64,
    body: &impl Serialize,
) -> Result<T, Fault> {
    decode(&http::send("PUT", path, encode(body), Some(version)).await?)
}

async fn delete(path: &str, version: i64) -> Result<String, Fault> {
    http::send("DELETE", path, None, Some(version)).await
}
