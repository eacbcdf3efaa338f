//! Who may call what: every operation of the document, as nobody, as each role, with a key, and
//! from another organisation.
use backend::auth::PERMISSIONS;
use reqwest::Response;
use serde_json::Value;
use shared::api::Role;

use crate::app::TestApp;
use crate::ask::Ask;
use crate::document::{Document, Operation};
use crate::on_both_engines;
use crate::world::World;

on_both_engines![each_role_reaches_what_the_table_says, nothing_of_another_organisation_is_there,];

#[test]
fn the_permissions_are_as_agreed() {
    let mut table = format!("{:20}", "");
    Role::ALL.iter().for_each(|role| table += &format!("{:>9}", role.name()));
    for (name, granted_to) in PERMISSIONS {
        table += &format!("\n{name:20}");
        let mark = |role: &Role| if granted_to(*role) { "✔" } else { "·" };
        Role::ALL.iter().for_each(|role| table += &format!("{:>9}", mark(role)));
    }
    insta::assert_snapshot!("permissions", table);
}

/// What a status means for access: let in, refused, or unknown.
fn mark(status: u16) -> &'static str {
    match status {
        401 => "who?",
        403 => "·",
        200..=499 => "✔",
        _ => "FAILED",
    }
}

async fn each_role_reaches_what_the_table_says(app: TestApp) {
    let world = World::make(&app).await;
    let document = Document::of(&app).await;
    let key = app.key(Role::Member).await;
    let mut table = format!("{:45}{:>9}", "", "nobody");
    Role::ALL.iter().for_each(|role| table += &format!("{:>9}", role.name()));
    table += "  member's key";
    for operation in document.operations() {
        let (path, method) = (world.address(&operation), &operation.method);
        let marked = async |ask: Ask| {
            // Nothing is changed even where it is let in: the version is out of date.
            let ask = if operation.needs_if_match() { ask.version(999) } else { ask };
            let ask = world.with_body(ask, &document, &operation);
            let response = ask.send().await.unwrap();
            let status = response.status().as_u16();
            document.holds(&operation, response).await;
            mark(status)
        };
        table += &format!("\n{:45}", operation.name().replace("/api/v1", ""));
        let nobody = marked(app.request(method, &path)).await;
        if !operation.asks_for("bearer") {
            let asks = match (operation.asks_for("refresh"), operation.asks_for("portal")) {
                (true, _) => "cookie",
                (_, true) => "client",
                _ => "open",
            };
            assert!(asks != "client" || nobody == "who?", "{}", operation.name());
            table += &format!("{asks:>9}");
            continue;
        }
        table += &format!("{nobody:>9}");
        for role in Role::ALL {
            table += &format!("{:>9}", marked(app.as_role(role, method, &path)).await);
        }
        table += &format!("{:>9}", marked(app.bearing(&key, method, &path)).await);
        // To switch organisations ends the session.
        if operation.path.contains("/auth/") {
            app.forget_tokens();
        }
    }
    insta::assert_snapshot!("access", table);
}

async fn nothing_of_another_organisation_is_there(app: TestApp) {
    let world = World::make(&app).await;
    let document = Document::of(&app).await;
    app.tenant("other").await;
    let before = things(&app, &document, &world).await;
    // The clock belongs to the installation, not to an organisation.
    let is_of_one = |one: &&Operation| one.asks_for("bearer") && !one.path.contains("/clock");
    for operation in document.operations().iter().filter(is_of_one) {
        let ask =
            app.as_person("owner@other.example", &operation.method, &world.address(operation));
        let ask = if operation.needs_if_match() { ask.version(1) } else { ask };
        let response = world.with_body(ask, &document, operation).send().await.unwrap();
        let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
        let name = operation.name();
        if operation.path.contains("{id}") {
            assert_eq!(status, 404, "{name}: {text}");
        }
        let known = world.ids().find(|id| status < 400 && text.contains(id));
        assert_eq!(known, None, "{name}: {text}");
    }
    assert_eq!(things(&app, &document, &world).await, before);
}

/// Everything that can be read of this world.
async fn things(app: &TestApp, document: &Document, world: &World) -> Vec<String> {
    let mut things = Vec::new();
    let operations = document.operations();
    let reads = |one: &&Operation| one.method == "GET" && one.asks_for("bearer");
    for operation in operations.iter().filter(reads) {
        let path = world.address(operation);
        let response = app.as_role(Role::Owner, "GET", &path).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        // What is there is a draft.
        let draft = status == 409 && operation.path.ends_with("/invoices/{id}/e-invoice");
        assert!(status == 200 || draft, "{path}: {status} {text}");
        things.push(format!("{path}: {text}"));
    }
    things
}

impl Document {
    /// The answer is one that the document describes, to the letter.
    pub async fn holds(&self, operation: &Operation, response: Response) {
        let name = operation.name();
        let status = response.status().as_u16();
        let said = &operation.said["responses"][status.to_string()];
        assert!(!said.is_null(), "{name} answers {status}, which the document does not say");
        let said = self.follow(said);
        let headers = response.headers().clone();
        for header in said["headers"].as_object().into_iter().flatten() {
            assert!(headers.contains_key(header.0), "{name} {status}: {} is missing", header.0);
        }
        let text = response.text().await.unwrap();
        let Some(content) = said["content"].as_object() else {
            return assert_eq!(text, "", "{name} {status}");
        };
        let sent = headers["Content-Type"].to_str().unwrap();
        let told = content.iter().find(|(kind, _)| sent.starts_with(kind.as_str()));
        let (kind, content) = told.unwrap_or_else(|| panic!("{name} {status}: {sent}"));
        if kind.ends_with("json") {
            let body: Value = serde_json::from_str(&text).unwrap();
            let misfits = self.misfits(&content["schema"], &body, "");
            assert_eq!(misfits, Vec::<String>::new(), "{name} {status}: {text}");
        }
    }
}
