//! Files in a bucket of S3, or of a server that speaks as S3 does. Keys and region come from the
//! variables that other programs read, `AWS_ACCESS_KEY_ID` and its like.
//!
//! `object_store` asks by a client of ours, so that TLS has the program's one crypto provider and
//! its roots.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::outgoing;

/// How long an answer may take: a file of the largest size included.
const ANSWER: Duration = Duration::from_secs(20);
/// How often it is tried again, and for how long in all: somebody waits.
const RETRIES: usize = 2;
const RETRYING: Duration = Duration::from_secs(25);

/// The place `BUCKET/PREFIX`.
///
/// # Errors
/// Variables that cannot be used, in words that hold no secret.
pub fn of(place: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    within(AmazonS3Builder::from_env().with_bucket_name(bucket), prefix)
}

/// The place of a prefix in a bucket that is described. What goes is deleted one by one, since not
/// every server that speaks as S3 does knows another way.
///
/// # Errors
/// As [`of`].
pub fn within(bucket: AmazonS3Builder, prefix: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let client = outgoing::client(ANSWER)
        .map_err(|error| format!("--files: no client for the bucket: {error}"))?;
    let retry =
        RetryConfig { max_retries: RETRIES, retry_timeout: RETRYING, ..RetryConfig::default() };
    let store = bucket
        .with_http_connector(Connector(client))
        .with_retry(retry)
        .with_disable_bulk_delete(true)
        .build()
        .map_err(|error| format!("--files: the bucket cannot be used: {error}"))?;
    Ok(match prefix.trim_matches('/') {
        "" => Arc::new(store),
        prefix => Arc::new(PrefixStore::new(store, prefix)),
    })
}

/// Our client, for whatever `object_store` asks.
#[derive(Debug, Clone)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// What an asynchronous function of a trait gives.
type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl HttpService for Connector {
    fn call<'life0, 'async_trait>(
        &'life0 self,
        request: HttpRequest,
    ) -> Later<'async_trait, Result<HttpResponse, HttpError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.ask(request))
    }
}

impl Connector {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let asked = self
            .0
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(reqwest::Body::wrap(body));
        let answer = asked.send().await.map_err(failed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut told = HttpResponse::new(answer.bytes().await.map_err(failed)?.into());
        *told.status_mut() = status;
        *told.headers_mut() = headers;
        Ok(told)
    }
}

/// Why there was no answer, so that `object_store` knows what may be tried again.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else {
        HttpErrorKind::Request
    };
    HttpError::new(kind, error.without_url())
}
