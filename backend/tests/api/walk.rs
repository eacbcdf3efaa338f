//! A walk over every operation of the document, sending what should be refused.
use serde_json::{Map, Value};
use shared::api::ErrorCode;

use crate::app::TestApp;
use crate::ask::{Ask, content_type};
use crate::document::{Document, Operation};
use crate::world::World;

/// A walk over the operations, as the owner of everything there is.
pub struct Walk {
    pub app: TestApp,
    pub world: World,
    pub document: Document,
}

impl Walk {
    pub async fn new(app: TestApp) -> Self {
        let world = World::make(&app).await;
        let document = Document::of(&app).await;
        Self { app, world, document }
    }
    pub fn operations(&self) -> Vec<Operation> {
        self.document.operations()
    }
    /// The operations with a JSON body, each with a body that would do and its schema.
    pub fn with_bodies(&self) -> Vec<(Operation, Map<String, Value>, Value)> {
        let with_body = |operation: Operation| {
            let body = self.world.body(&self.document, &operation)?;
            let schema = self.document.follow(operation.body()?).clone();
            Some((operation, body.as_object()?.clone(), schema))
        };
        self.operations().into_iter().filter_map(with_body).collect()
    }
    /// A request about this world that would change nothing: its version is out of date.
    pub fn ask(&self, operation: &Operation) -> Ask {
        self.ask_at(operation, &self.world.address(operation))
    }
    pub fn ask_at(&self, operation: &Operation, path: &str) -> Ask {
        let ask = self.world.ask(&self.app, operation, path);
        if operation.needs_if_match() { ask.version(999) } else { ask }
    }
    /// Sends, checks that the answer is a problem that the document describes, and gives it.
    pub async fn refused(&self, operation: &Operation, ask: Ask, sent: &str) -> Problem {
        let response = ask.send().await.unwrap();
        let (status, kind) = (response.status().as_u16(), content_type(&response));
        let text = response.text().await.unwrap();
        let at = format!("{} {sent}: {status} {text}", operation.name());
        assert!((400..500).contains(&status), "{at}");
        assert_eq!(kind, "application/problem+json", "{at}");
        let said = &operation.said["responses"][status.to_string()];
        assert!(!said.is_null(), "not in the document: {at}");
        let body = serde_json::from_str(&text).unwrap();
        let schema = &self.document.0["components"]["schemas"]["Problem"];
        assert_eq!(self.document.misfits(schema, &body, ""), Vec::<String>::new(), "{at}");
        Problem { status, body, at }
    }
}

pub struct Problem {
    pub status: u16,
    body: Value,
    pub at: String,
}

impl Problem {
    pub fn is(&self, codes: &[ErrorCode]) {
        let known = codes.iter().any(|code| self.body["code"] == code.name());
        assert!(known, "{}", self.at);
    }
    /// A fault at this field, or at one within it.
    pub fn is_at(&self, field: &str) {
        self.is(&[ErrorCode::Invalid]);
        let errors = self.body["errors"].as_array().into_iter().flatten();
        let mut fields = errors.map(|error| error["field"].as_str().unwrap());
        assert!(fields.any(|at| at.starts_with(field)), "no fault at {field}: {}", self.at);
    }
}

pub fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
