//! What nobody should send: each operation answers it with a problem, never with a failure.
use reqwest::Response;
use serde_json::{Map, Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::TestApp;
use crate::ask::{Ask, content_type};
use crate::document::{Document, Operation};
use crate::on_both_engines;
use crate::world::World;

on_both_engines![
    bodies_that_are_no_json_are_malformed,
    bodies_of_another_shape_are_faulty_at_the_field,
    texts_and_numbers_out_of_bounds_are_faulty_at_the_field,
    ids_that_are_none_name_nothing,
    queries_are_checked_field_by_field,
    headers_are_checked,
    methods_that_are_not_taken_are_refused_with_those_that_are,
];

/// A walk over the operations, as the owner of everything there is.
struct Walk {
    app: TestApp,
    world: World,
    document: Document,
}

impl Walk {
    async fn new(app: TestApp) -> Self {
        let world = World::make(&app).await;
        let document = Document::of(&app).await;
        Self { app, world, document }
    }
    fn operations(&self) -> Vec<Operation> {
        self.document.operations()
    }
    /// The operations with a JSON body, each with a body that would do and its schema.
    fn with_bodies(&self) -> Vec<(Operation, Map<String, Value>, Value)> {
        let with_body = |operation: Operation| {
            let body = self.world.body(&self.document, &operation)?;
            let schema = self.document.follow(operation.body()?).clone();
            Some((operation, body.as_object()?.clone(), schema))
        };
        self.operations().into_iter().filter_map(with_body).collect()
    }
    /// A request about this world that would change nothing: its version is out of date.
    fn ask(&self, operation: &Operation) -> Ask {
        self.ask_at(operation, &self.world.address(operation))
    }
    fn ask_at(&self, operation: &Operation, path: &str) -> Ask {
        let ask = match operation.asks_for("bearer") {
            true => self.app.as_role(Role::Owner, &operation.method, path),
            false => self.app.request(&operation.method, path),
        };
        if operation.needs_if_match() { ask.version(999) } else { ask }
    }
    /// Sends, checks that the answer is a problem that the document describes, and gives it.
    async fn refused(&self, operation: &Operation, ask: Ask, sent: &str) -> Problem {
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

struct Problem {
    status: u16,
    body: Value,
    at: String,
}

impl Problem {
    fn is(&self, codes: &[ErrorCode]) {
        let known = codes.iter().any(|code| self.body["code"] == code.name());
        assert!(known, "{}", self.at);
    }
    /// A fault at this field, or at one within it.
    fn is_at(&self, field: &str) {
        self.is(&[ErrorCode::Invalid]);
        let errors = self.body["errors"].as_array().into_iter().flatten();
        let mut fields = errors.map(|error| error["field"].as_str().unwrap());
        assert!(fields.any(|at| at.starts_with(field)), "no fault at {field}: {}", self.at);
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

async fn bodies_that_are_no_json_are_malformed(app: TestApp) {
    let walk = Walk::new(app).await;
    let deep = "[".repeat(100_000);
    let deep_object = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    let not_json: [&[u8]; 9] = [
        b"",
        b"{",
        b"{\"name\":\"x\",}",
        b"nope",
        b"{\"name\":\"\0\"}",
        b"\xff\xfe",
        b"{\"name\":\"\xed\xa0\x80\"}",
        deep.as_bytes(),
        b"{} {}",
    ];
    for (operation, body, _) in walk.with_bodies() {
        for text in not_json {
            let ask = walk.ask(&operation).body(text.to_vec(), "application/json");
            let sent = short(&String::from_utf8_lossy(text));
            let problem = walk.refused(&operation, ask, &sent).await;
            // A field that is not known, or missing, may be found before the text goes wrong.
            problem.is(&[ErrorCode::Malformed, ErrorCode::Invalid]);
        }
        let ask = walk.ask(&operation).body(deep_object.clone(), "application/json");
        walk.refused(&operation, ask, "a deep object").await;

        let huge = vec![b' '; 1 << 20];
        let ask = walk.ask(&operation).body(huge, "application/json");
        walk.refused(&operation, ask, "1 MiB").await.is(&[ErrorCode::TooLarge]);

        let text = serde_json::to_vec(&body).unwrap();
        for kind in ["text/plain", "application/xml", "multipart/form-data", "json"] {
            let ask = walk.ask(&operation).body(text.clone(), kind);
            walk.refused(&operation, ask, kind).await.is(&[ErrorCode::UnsupportedMedia]);
        }
        // Half a surrogate pair, in each text of the body.
        for name in body.keys().filter(|name| body[*name].is_string()) {
            let whole = serde_json::to_string(&body[name]).unwrap();
            let text = String::from_utf8(text.clone()).unwrap();
            let halved = text.replacen(&whole, "\"\\ud800\"", 1);
            let ask = walk.ask(&operation).body(halved, "application/json");
            let problem = walk.refused(&operation, ask, &format!("half a pair in {name}")).await;
            problem.is(&[ErrorCode::Malformed, ErrorCode::Invalid]);
        }
    }
}

async fn bodies_of_another_shape_are_faulty_at_the_field(app: TestApp) {
    let walk = Walk::new(app).await;
    for (operation, body, schema) in walk.with_bodies() {
        for other in [json!([]), json!(null), json!(1), json!("text"), json!(true)] {
            let ask = walk.ask(&operation).json(&other);
            walk.refused(&operation, ask, &other.to_string()).await.is_at("/");
        }
        let mut more = body.clone();
        more.insert("surprise".into(), json!(1));
        let ask = walk.ask(&operation).json(&more);
        walk.refused(&operation, ask, "a surprise").await.is_at("/surprise");

        for name in schema["required"].as_array().into_iter().flatten() {
            let mut less = body.clone();
            less.remove(name.as_str().unwrap());
            let ask = walk.ask(&operation).json(&less);
            let field = format!("/{}", name.as_str().unwrap());
            walk.refused(&operation, ask, &format!("without {name}")).await.is_at(&field);
        }
        for (name, field) in schema["properties"].as_object().unwrap() {
            for wrong in wrong_types(walk.document.follow(field)) {
                let mut odd = body.clone();
                odd.insert(name.clone(), wrong.clone());
                let ask = walk.ask(&operation).json(&odd);
                let problem = walk.refused(&operation, ask, &format!("{name} = {wrong}")).await;
                problem.is_at(&format!("/{name}"));
            }
        }
    }
}

/// Values of other types than a schema's.
fn wrong_types(schema: &Value) -> Vec<Value> {
    let is = |kind: &str| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    let mut wrong = Vec::new();
    if schema.get("oneOf").is_none() {
        if !is("array") {
            wrong.push(json!([1, 2]));
        }
        if !is("object") && !is("array") {
            wrong.push(json!({ "a": 1 }));
        }
    }
    if is("string") {
        wrong.extend([json!(1), json!(true)]);
    }
    if is("integer") {
        wrong.extend([json!("1"), json!(1.5), json!(true), json!(1e300)]);
    }
    if is("boolean") {
        wrong.extend([json!("true"), json!(0)]);
    }
    wrong
}

async fn texts_and_numbers_out_of_bounds_are_faulty_at_the_field(app: TestApp) {
    let walk = Walk::new(app).await;
    for (operation, body, schema) in walk.with_bodies() {
        let mut odd = Vec::new();
        out_of_bounds(&walk.document, &schema, &Value::Object(body), "", &mut odd);
        for (field, odd) in odd {
            let ask = walk.ask(&operation).json(&odd);
            let sent = format!("{field} in {}", short(&odd.to_string()));
            walk.refused(&operation, ask, &sent).await.is_at(&field);
        }
    }
}

/// Bodies that break one bound of one field each, with the field's place.
fn out_of_bounds(
    document: &Document,
    schema: &Value,
    body: &Value,
    at: &str,
    found: &mut Vec<(String, Value)>,
) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let (schema, place) = (document.follow(field), format!("{at}/{name}"));
        let mut push = |value: Value| {
            let mut odd = body.clone();
            odd[name] = value;
            found.push((place.clone(), odd));
        };
        if let Some(max) = schema["maxLength"].as_u64() {
            let max = usize::try_from(max).unwrap();
            push(json!("x".repeat(max + 1)));
            push(json!("x".repeat(100_000)));
            push(json!("a\u{0}b"));
        }
        match schema["format"].as_str() {
            Some("uuid") => ["", "1", "zzzzzzzz-0000-7000-8000-000000000000"]
                .into_iter()
                .for_each(|id| push(json!(id))),
            Some("date") => {
                ["", "2026-02-30", "0000-00-00", "+262142-12-31", "-262143-01-01", "9999-12-31"]
                    .into_iter()
                    .for_each(|day| push(json!(day)))
            }
            Some("date-time") => {
                ["", "2026-02-30T00:00:00Z", "2026-01-01", "+262142-12-31T00:00:00Z"]
                    .into_iter()
                    .for_each(|time| push(json!(time)))
            }
            Some("email") => ["", "x", "a@b", "a b@c.example"].into_iter().for_each(|mail| {
                // Signing in compares addresses, whatever they look like.
                if operation_is_strict(schema) {
                    push(json!(mail));
                }
            }),
            _ => {}
        }
        if schema["enum"].is_array() {
            push(json!("nonsense"));
        }
        for bound in ["minimum", "maximum"] {
            if let Some(number) = schema[bound].as_i64() {
                push(json!(if bound == "minimum" { number - 1 } else { number + 1 }));
                push(json!(if bound == "minimum" { i64::MIN } else { i64::MAX }));
            }
        }
        if let Some(inner) = body.get(name).filter(|inner| inner.is_object()) {
            let mut within = Vec::new();
            out_of_bounds(document, schema, inner, &place, &mut within);
            for (place, odd_inner) in within {
                let mut odd = body.clone();
                odd[name] = odd_inner;
                found.push((place, odd));
            }
        }
    }
}

fn operation_is_strict(schema: &Value) -> bool {
    schema.get("minLength").is_none()
}

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
        for id in none {
            let path = operation.path.replace("{figure}", "left").replace("{id}", id);
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
        (Some("integer"), _) => texts(&["", "0", "-1", "201", "1.5", "x", "99999999999999999999"]),
        (Some("boolean"), _) => texts(&["", "yes", "1"]),
        (_, Some("uuid")) => texts(&["", "x", "0193a5b0"]),
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
            for wrong in ["", "x", "*", "\"-1\"", "W/\"999\"", "\"99999999999999999999\"", "\u{fc}"]
            {
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
