//! An example for every schema of a request body, put together from those of its fields.
use serde_json::{Map, Value, json};

use super::schemas;

/// Deeper than any body is.
const DEPTH_MAX: u8 = 12;

/// Adds the examples.
pub(super) fn add(document: &mut Value) {
    for name in schemas::of_requests(document) {
        let all = &document["components"]["schemas"];
        if all[&name].get("example").is_none()
            && let Some(example) = example(&all[&name], all, DEPTH_MAX)
        {
            document["components"]["schemas"][&name]["example"] = example;
        }
    }
}

fn example(schema: &Value, all: &Value, depth: u8) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if let Some(given) = schema.get("example") {
        return Some(given.clone());
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|text| text.rsplit('/').next()) {
        return example(&all[name], all, depth);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return Some(first.clone());
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        let real = variants.iter().filter(|variant| variant["type"] != "null");
        return real.filter_map(|variant| example(variant, all, depth)).next();
    }
    match kind(schema) {
        "object" => Some(object(schema, all, depth)),
        // A list that must not be empty has one.
        "array" if schema["minItems"].as_u64() >= Some(1) => {
            Some(Value::Array(example(&schema["items"], all, depth).into_iter().collect()))
        }
        "array" => Some(json!([])),
        "boolean" => Some(json!(false)),
        "integer" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "string" => Some(text(schema["format"].as_str().unwrap_or_default())),
        _ => None,
    }
}

fn kind(schema: &Value) -> &str {
    let first =
        schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"));
    first.unwrap_or(&schema["type"]).as_str().unwrap_or_default()
}

fn text(format: &str) -> Value {
    json!(match format {
        "date" => "2026-12-01",
        "date-time" => "2026-12-01T09:00:00Z",
        "email" => "ana@fieldwork.example",
        "uuid" => "0193a5b0-0000-7000-8000-000000000000",
        _ => "Another name",
    })
}

/// What is needed, and what has an example of its own; of a body that needs nothing, one field.
fn object(schema: &Value, all: &Value, depth: u8) -> Value {
    let Some(fields) = schema["properties"].as_object() else { return json!({}) };
    let needed = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
    };
    let mut made: Map<String, Value> = fields
        .iter()
        .filter(|(name, field)| needed(name) || field.get("example").is_some())
        .filter_map(|(name, field)| Some((name.clone(), example(field, all, depth)?)))
        .collect();
    if made.is_empty() {
        let preferred = fields.get_key_value("name").or(fields.get_key_value("minutes"));
        if let Some((name, field)) = preferred.or(fields.iter().next()) {
            made.extend(example(field, all, depth).map(|value| (name.clone(), value)));
        }
    }
    made.into()
}
