//! Bodies that nobody should send: answered with a problem at the field, never with a failure.
use serde_json::{Value, json};
use shared::api::ErrorCode;

use crate::app::TestApp;
use crate::document::Document;
use crate::on_both_engines;
use crate::walk::{Walk, short};

on_both_engines![
    bodies_that_are_no_json_are_malformed,
    bodies_of_another_shape_are_faulty_at_the_field,
    texts_and_numbers_out_of_bounds_are_faulty_at_the_field,
];

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
                if is_checked_as_an_address(schema) {
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

fn is_checked_as_an_address(schema: &Value) -> bool {
    schema.get("minLength").is_none()
}
