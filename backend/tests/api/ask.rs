//! A request on its way, and what a test expects of the answer.
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use shared::api::ErrorCode;

use crate::app::TestApp;

#[must_use]
pub struct Ask {
    app: TestApp,
    person: Option<String>,
    request: RequestBuilder,
}

impl Ask {
    pub fn new(app: TestApp, person: Option<String>, request: RequestBuilder) -> Self {
        Self { app, person, request }
    }
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.request = self.request.header(name, value.as_ref());
        self
    }
    /// The version that is to be changed.
    pub fn version(self, version: impl std::fmt::Display) -> Self {
        self.header("If-Match", format!("\"{version}\""))
    }
    /// The body as it is.
    pub fn body(mut self, body: impl Into<reqwest::Body>, kind: &str) -> Self {
        self.request = self.request.body(body).header("Content-Type", kind);
        self
    }

    pub async fn send(self) -> Result<Response, reqwest::Error> {
        let request = match &self.person {
            Some(email) => self.request.bearer_auth(Box::pin(self.app.token(email)).await),
            None => self.request,
        };
        request.send().await
    }
    /// Sends, and checks that it is refused for this reason.
    pub async fn refused(self, code: ErrorCode) -> Value {
        let response = self.send().await.unwrap();
        let (got, kind) = (response.status().as_u16(), content_type(&response));
        let text = response.text().await.unwrap();
        assert_eq!((got, &*kind), (code.status(), "application/problem+json"), "{text}");
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem["code"], code.name(), "{text}");
        problem
    }
    /// Sends, and checks that this one field is at fault.
    pub async fn faulty(self, field: &str, code: &str) {
        let problem = self.refused(ErrorCode::Invalid).await;
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors.iter().map(|one| (&one["field"], &one["code"])).collect();
        assert_eq!(found, [(&Value::from(field), &Value::from(code))], "{problem}");
    }
}

/// What a test expects of an answer.
pub trait Answer {
    /// Sends, checks the status, and gives the body; null without one.
    async fn expect(self, status: impl TryInto<StatusCode>) -> Value;
}
impl Answer for Ask {
    async fn expect(self, status: impl TryInto<StatusCode>) -> Value {
        let response = self.send().await.unwrap();
        let (got, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(Some(got), status.try_into().ok(), "{text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

pub fn content_type(response: &Response) -> String {
    let kind = response.headers().get("Content-Type").and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default().to_owned()
}
