//! The document: complete, committed, and true.
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use serde_json::Value;
use shared::api::{ErrorCode, Role};

use crate::app::{Engine, TestApp};
use crate::ask::content_type;
use crate::document::Document;
use crate::on_both_engines;
use crate::world::World;

on_both_engines![every_example_is_taken];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `UPDATE_OPENAPI=1 cargo nextest run -p backend openapi` writes it anew.
#[actix_web::test]
async fn the_committed_document_is_the_served_one() {
    let app = TestApp::start(Engine::Sqlite).await;
    let served = app.request("GET", "/api/openapi.json").send().await.unwrap();
    let served = served.text().await.unwrap();
    assert_eq!(served, backend::openapi::text());
    let file = folder().join("docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &served).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == served, "docs/openapi.json is old: run this with UPDATE_OPENAPI=1");
}

/// A handler that nobody registers would be missing from the server and the document alike.
#[test]
fn every_route_that_is_written_is_served() {
    let route = Regex::new(r#"(?m)^#\[(get|post|put|patch|delete)\("(/[^"]*)"\)\]$"#).unwrap();
    let document: Value = serde_json::from_str(&backend::openapi::text()).unwrap();
    let operations = Document(document).operations();
    let served: HashSet<String> = operations.iter().map(|one| one.name()).collect();
    let mut written = HashSet::new();
    for file in sources(&folder().join("backend/src")) {
        for found in route.captures_iter(&std::fs::read_to_string(file).unwrap()) {
            written.insert(format!("{} /api/v1{}", found[1].to_uppercase(), &found[2]));
        }
    }
    assert_eq!(written, served);
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|file| file.extension().is_some_and(|kind| kind == "rs")).collect()
}

#[test]
fn every_operation_says_what_tools_need() {
    let document = Document(serde_json::from_str(&backend::openapi::text()).unwrap());
    let verbs = Regex::new("^[a-z]+(_[a-z]+)+$").unwrap();
    let mut ids = HashSet::new();
    let tags = document.0["tags"].as_array().unwrap();
    let tags: Vec<&Value> = tags.iter().map(|tag| &tag["name"]).collect();
    for operation in document.operations() {
        let (name, said) = (operation.name(), &operation.said);
        let id = said["operationId"].as_str().unwrap().to_owned();
        assert!(verbs.is_match(&id), "{name}: {id}");
        assert!(ids.insert(id), "{name} shares its operationId");
        assert!(tags.contains(&&said["tags"][0]), "{name} has a tag that is not described");
        assert!(said["summary"].is_string() && said["security"].is_array(), "{name}");
        for parameter in said["parameters"].as_array().unwrap() {
            let parameter = document.follow(parameter);
            let schema = document.follow(&parameter["schema"]);
            assert_bounded(schema, &format!("{name} {}", parameter["name"]));
        }
        for (status, answer) in said["responses"].as_object().unwrap() {
            let answer = document.follow(answer);
            assert!(answer["description"].as_str().is_some_and(|words| words.len() > 3), "{name}");
            let refused = status.parse::<u16>().unwrap() >= 400;
            assert_eq!(
                refused,
                answer["content"]["application/problem+json"].is_object(),
                "{name}"
            );
        }
    }
}

#[test]
fn every_schema_is_bounded_and_examples_fit() {
    let document = Document(serde_json::from_str(&backend::openapi::text()).unwrap());
    for (name, schema) in document.0["components"]["schemas"].as_object().unwrap() {
        bounded_within(schema, name);
        if let Some(example) = schema.get("example") {
            assert_eq!(document.misfits(schema, example, name), Vec::<String>::new());
        }
    }
    for operation in document.operations() {
        if let Some(body) = operation.body() {
            let schema = document.follow(body);
            assert!(schema["example"].is_object(), "{} has no example", operation.name());
        }
    }
    let codes: Vec<Value> = ErrorCode::ALL.iter().map(|code| code.name().into()).collect();
    assert_eq!(document.0["components"]["schemas"]["ErrorCode"]["enum"], Value::Array(codes));
}

fn bounded_within(schema: &Value, at: &str) {
    assert_bounded(schema, at);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        bounded_within(field, &format!("{at}/{name}"));
    }
    for (n, variant) in schema["oneOf"].as_array().into_iter().flatten().enumerate() {
        bounded_within(variant, &format!("{at}/{n}"));
    }
    if let Some(items) = schema.get("items") {
        bounded_within(items, &format!("{at}/[]"));
    }
}

/// A text has a length and a format, pattern or list of values; a number has its bounds.
fn assert_bounded(schema: &Value, at: &str) {
    let is = |kind: &str| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    let has = |name: &str| schema.get(name).is_some();
    if is("string") && !has("enum") {
        assert!(has("maxLength") && (has("format") || has("pattern")), "{at}: {schema}");
    }
    if is("integer") {
        assert!(has("minimum") && has("maximum"), "{at}: {schema}");
    }
    assert!(!is("number"), "{at}: numbers are whole");
}

/// What the document shows as an example, the server takes, and answers as the document says.
async fn every_example_is_taken(app: TestApp) {
    let world = World::make(&app).await;
    app.clock_at("2026-11-22T09:00:00Z").await; // the examples' year
    let document = Document::of(&app).await;
    // Those that need what an example cannot have: a sign-in that exists, an empty installation,
    // an invitation that waits, a cookie, a link of a provider, its signature.
    let not_by_example = [
        "create_session",
        "create_setup",
        "accept_invitation",
        "create_portal_session",
        "refresh_session",
        "delete_session",
        "begin_card_setup",
        "finish_card_setup",
        "hear_stripe",
    ];
    let taken = |id: &str| !not_by_example.contains(&id);
    let mut operations = document.operations();
    operations.retain(|one| taken(one.said["operationId"].as_str().unwrap()));
    // What is deleted or written for good comes last, and the clock moves at the very end.
    let order = |path: &str, method: &str| match (method, path) {
        (_, path) if path.contains("/clock") => 4,
        ("DELETE", _) => 3,
        (_, path) if path.contains("/commit") || path.contains("/activate") => 3,
        (_, path) if path.contains("/reopen") || path.ends_with("/revoke") => 2,
        (_, path) if path.ends_with("/settle") || path.ends_with("/place") => 1,
        // What was delivered is sent back first, by its place.
        (_, path) if path.ends_with("/revisions") => 1,
        // It ends what may be changed about a request.
        (_, path) if path.ends_with("/triage") || path.ends_with("/withdraw") => 2,
        // A draft is changed before it is issued, and credited after that.
        (_, path) if path.ends_with("/issue") => 2,
        (_, path) if path.ends_with("{id}/credit-notes") => 3,
        (_, path) if path.contains("/dispute") || path.contains("/hold") => 3,
        (_, path) if path.ends_with("/void") || path.ends_with("/reverse") => 4,
        ("POST", path) if path.ends_with("/refunds") => 1,
        ("POST", path) if path.contains("/payments") => 3,
        // It ends the reviews.
        (_, path) if path.ends_with("/decision") => 2,
        // The client reads what has ended; by then there is nothing to drop.
        (_, path) if path.ends_with("/publish") || path.ends_with("/drop") => 2,
        // A review ends once something was decided in it; then there may be another.
        (_, path) if path.ends_with("/finish") => 1,
        ("POST", path) if path.ends_with("/reviews") && !path.contains("{id}") => 2,
        ("PATCH", path) if path.ends_with("/work-items/{id}") => 2,
        ("PATCH", _) => 1,
        _ => 0,
    };
    operations.sort_by_key(|one| order(&one.path, &one.method));
    for operation in operations {
        if operation.method == "DELETE" && operation.path.contains("/imports") {
            continue; // committed by now
        }
        let path = world.address(&operation);
        let version = match operation.method.as_str() {
            "PUT" => current(&app, &path).await,
            // Its card is a part of how an account is charged.
            "DELETE" if path.ends_with("/charging/method") => {
                current(&app, path.trim_end_matches("/method")).await
            }
            _ => None,
        };
        let version = match version {
            Some(version) => version,
            None => current(&app, &thing(&path)).await.unwrap_or_else(|| "\"1\"".into()),
        };
        // Her sign-in was over by now.
        let ask = match operation.asks_for("portal") {
            true => app.bearing(&app.client(world.id("accounts")).await, "GET", &path),
            false => app.as_role(Role::Owner, &operation.method, &path),
        };
        let ask = if operation.needs_if_match() { ask.header("If-Match", version) } else { ask };
        let response = world.with_body(ask, &document, &operation).send().await.unwrap();
        let status = response.status().as_u16();
        // The world's retainer is active, its import committed, its first cycle closed by now; its
        // change of scope is accepted before it could be declined, its request declined, before
        // it could be withdrawn, and not by a change order.
        let by_state = [
            "/activate",
            "/commit",
            "/adjustments/{id}",
            "/priorities",
            "/{id}/decline",
            "/withdraw",
            "/{id}/work-item",
            // Another was made meanwhile, with which it ended.
            "/form-links/{id}",
            "/reviews/{id}/drop",
            // It was issued, and credited before it could be withdrawn.
            "/void",
            // Some of it went back.
            "/reverse",
            "/invoices/{id}",
            // It was lost by then.
            "/won",
            "/proposals",
            // It began by itself, since the clock was moved.
            "/renewals",
            "/renewals/{id}",
            // It is done by then.
            "/tasks/{id}",
            // It is a draft.
            "/invoices/{id}/e-invoice",
            // Nothing was bought of what has ended.
            "/purchase-refunds",
            // There is no mail server, no payment provider, and what waits was not given up.
            "/send",
            "/proposals/{id}/mails",
            "/uplifts/{id}/letters",
            "/take-back",
            "/again",
            "/card-links",
            "/charges",
            "/charging/method",
        ];
        let by_state = by_state.iter().any(|end| operation.path.ends_with(end));
        let allowed = by_state && status == 409;
        // Its uplift was called off by then: nobody is written to.
        let allowed = allowed || operation.path.ends_with("/letter.pdf") && status == 404;
        // The example of how the organisation bills has no picture.
        let allowed = allowed || operation.path.ends_with("/portal/logo") && status == 404;
        if status >= 400 && !allowed {
            panic!("{}: {status} {}", operation.name(), response.text().await.unwrap());
        }
        document.holds(&operation, response).await;
        app.forget_tokens();
    }
    app.books_hold().await;
}

/// The address of the thing: that of `/imports/ID/commit` is the import's.
fn thing(path: &str) -> String {
    path.split('/').take(5).collect::<Vec<_>>().join("/")
}

/// The version of what is at this address now, if it has one.
async fn current(app: &TestApp, path: &str) -> Option<String> {
    let response = app.as_role(Role::Owner, "GET", path).send().await.unwrap();
    response.headers().get("ETag").map(|tag| tag.to_str().unwrap().to_owned())
}

#[actix_web::test]
async fn the_document_can_be_browsed_without_any_other_server() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (file, kind) in [
        ("", "text/html"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("swagger-initializer.js", "text/javascript"),
    ] {
        let response = app.request("GET", &format!("/api/docs/{file}")).send().await.unwrap();
        assert_eq!((response.status().as_u16(), &*content_type(&response)), (200, kind), "{file}");
        let policy = response.headers()["Content-Security-Policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("style-src 'self' 'unsafe-inline'"), "{policy}");
        let text = response.text().await.unwrap();
        if file.is_empty() {
            assert!(!text.contains("//cdn") && !text.contains("https://"), "{text}");
        }
    }
}
