//! Addresses, queries, headers and methods that nobody should send.
use reqwest::Response;
use serde_json::Value;
use shared::api::{ErrorCode, Role};

use crate::app::TestApp;
use crate::ask::content_type;
use crate::document::Operation;
use crate::on_both_engines;
use crate::walk::{Walk, short};

on_both_engines![
    ids_that_are_none_name_nothing,
    queries_are_checked_field_by_field,
    headers_are_checked,
    methods_that_are_not_taken_are_refused_with_those_that_are,
];

async fn ids_that_are_none_name_nothing(app: TestApp) {
    let walk = Walk::new(app).await;
    let long = "1".repeat(5_000);
    let none = [
        "nope",
        "00000000-0000-0000-0000-000000000000",
        "%00",
        "%2e%2e",
        "%ED%A0%80",
        "%F0%9F%8C%B1",
        "-1",
        "' OR 1=1 --",
        &long,
    ];
    for operation in walk.operations().iter().filter(|one| one.path.contains("{id}")) {
        let mine = walk.world.id(operation.kind()).to_owned();
        let kind = operation.path.split("/{id}").next().unwrap().rsplit('/').next().unwrap();
        // A client takes dots for a step up, to what may be the address of something else.
        let up = operation.path.replace(&format!("/{kind}/{{id}}"), "");
        // Something else, be it that it takes other methods.
        let is_other = |one: &Operation| one.path == up;
        let steps_up = walk.operations().iter().any(is_other);
        for id in none.into_iter().filter(|id| !(steps_up && *id == "%2e%2e")) {
            let path = walk.world.address(operation).replace(&mine, id);
            let ask =
                walk.world.with_body(walk.ask_at(operation, &path), &walk.document, operation);
            let problem = walk.refused(operation, ask, &short(id)).await;
            problem.is(&[ErrorCode::NotFound]);
        }
    }
}

async fn queries_are_checked_field_by_field(app: TestApp) {
    let walk = Walk::new(app).await;
    for operation in walk.operations().iter().filter(|one| !one.query().is_empty()) {
        let address = walk.world.address(operation);
        let path = address.split('?').next().unwrap();
        let refused = async |query: &str| {
            let ask = walk.ask_at(operation, &format!("{path}?{query}"));
            let ask = walk.world.with_body(ask, &walk.document, operation);
            walk.refused(operation, ask, &short(query)).await
        };
        for (name, schema) in operation.query() {
            for wrong in wrong_values(walk.document.follow(schema), name) {
                refused(&format!("{name}={wrong}")).await.is_at(name);
            }
            let twice = format!("{name}=1&{name}=1");
            refused(&twice).await.is(&[ErrorCode::Invalid, ErrorCode::Malformed]);
            refused(&format!("{name}=%00")).await.is(&[ErrorCode::Malformed]);
        }
        refused("surprise=1").await.is_at("surprise");
    }
}

fn wrong_values(schema: &Value, name: &str) -> Vec<String> {
    let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    if name == "cursor" {
        let encoded = |text: &str| {
            use base64::Engine;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
        };
        let mut wrong: Vec<String> = texts(&["x", "%F0%9F%8C%B1", "AAAA"]);
        wrong.extend(["[]", "null", "{}", "[1,2,3]", "\"\"", "[\"a\\u0000\",1]"].map(encoded));
        wrong.push("x".repeat(2_000));
        return wrong;
    }
    if schema["enum"].is_array() {
        return texts(&["", "nonsense", "1"]);
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => {
            let mut wrong = texts(&["", "1.5", "x", "99999999999999999999"]);
            wrong.extend(schema["minimum"].as_i64().map(|least| (least - 1).to_string()));
            // What has no bound of its own is bounded by what JSON keeps exactly.
            let most = schema["maximum"].as_i64().filter(|most| *most < 1 << 52);
            wrong.extend(most.map(|most| (most + 1).to_string()));
            wrong
        }
        (Some("boolean"), _) => texts(&["", "yes", "1"]),
        (_, Some("uuid")) => texts(&["", "x", "0193a5b0"]),
        (_, Some("date-time")) => {
            texts(&["", "x", "2026-02-30T00:00:00Z", "2026-01-01", "-0001-01-01T00:00:00Z"])
        }
        (_, Some("date")) => texts(&["", "x", "2026-02-30", "-262143-01-01", "%2B262142-12-31"]),
        _ => vec!["x".repeat(501), "x".repeat(5_000)],
    }
}

async fn headers_are_checked(app: TestApp) {
    let walk = Walk::new(app).await;
    let parameter = |operation: &Operation, name: &str| {
        let all = operation.said["parameters"].as_array().unwrap();
        all.iter().any(|one| walk.document.follow(one)["name"] == name)
    };
    for operation in walk.operations() {
        let path = walk.world.address(&operation);
        let ask = |operation: &Operation| {
            let ask = walk.app.as_role(Role::Owner, &operation.method, &path);
            walk.world.with_body(ask, &walk.document, operation)
        };
        if operation.needs_if_match() {
            let problem = walk.refused(&operation, ask(&operation), "no If-Match").await;
            problem.is(&[ErrorCode::IfMatchMissing]);
            // Any version: no change is made to what nobody has read.
            let any = ask(&operation).header("If-Match", "*");
            walk.refused(&operation, any, "If-Match *").await.is(&[ErrorCode::IfMatchMissing]);
            for wrong in ["", "x", "\"-1\"", "W/\"999\"", "\"99999999999999999999\"", "\u{fc}"] {
                let ask = ask(&operation).header("If-Match", wrong);
                let problem = walk.refused(&operation, ask, &format!("If-Match {wrong}")).await;
                // What may not be changed at all may be told first.
                assert!([409, 412].contains(&problem.status), "{}", problem.at);
            }
        }
        if parameter(&operation, "Idempotency-Key") {
            for wrong in ["", &"k".repeat(201), "\u{fc}"] {
                let ask = ask(&operation).header("Idempotency-Key", wrong);
                let problem = walk.refused(&operation, ask, &format!("key {}", short(wrong))).await;
                problem.is_at("Idempotency-Key");
            }
        }
        if operation.asks_for("bearer") {
            for wrong in
                ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer pk_1_2", "Bearer \u{fc}"]
            {
                let ask = walk.app.request(&operation.method, &path).header("Authorization", wrong);
                let ask = walk.world.with_body(ask, &walk.document, &operation);
                let ask = if operation.needs_if_match() { ask.version(1) } else { ask };
                let problem = walk.refused(&operation, ask, wrong).await;
                problem.is(&[ErrorCode::Unauthenticated]);
            }
        }
    }
}

async fn methods_that_are_not_taken_are_refused_with_those_that_are(app: TestApp) {
    let walk = Walk::new(app).await;
    for (path, item) in walk.document.0["paths"].as_object().unwrap() {
        let taken: Vec<String> =
            item.as_object().unwrap().keys().map(|m| m.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if taken.iter().any(|one| one == method) {
                continue;
            }
            let response =
                walk.app.request(method, &path.replace("{id}", "1")).send().await.unwrap();
            assert_eq!(allowed(&response), taken, "{method} {path}");
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(content_type(&response), "application/problem+json");
        }
    }
    for path in
        ["/api", "/api/", "/api/v1", "/api/v2/accounts", "/api/v1/accounts/", "/api/v1/nope"]
    {
        walk.app.request("GET", path).refused(ErrorCode::NotFound).await;
    }
}

fn allowed(response: &Response) -> Vec<String> {
    let header = response.headers().get("Allow").map(|allow| allow.to_str().unwrap());
    header.unwrap_or_default().split(", ").map(str::to_owned).collect()
}
