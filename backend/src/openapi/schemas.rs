//! Schemas as the document shows them: named where they repeat, bounded everywhere.
use serde_json::{Map, Value, json};
use shared::api::ErrorCode;

/// PostgreSQL cannot keep a NUL, so no text has one.
const NO_NUL: &str = r"^[^\u0000]*$";
/// One character of a body's text: no control character but line breaks and tabs.
macro_rules! plain {
    () => {
        r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
    };
}
/// What a body's texts may hold.
const PLAIN: &str = concat!("^", plain!(), "*$");
/// Likewise, and not blank.
const NOT_BLANK: &str = concat!("^", plain!(), r"*[^\s\u0000-\u001f\u007f-\u009f]", plain!(), "*$");
/// The longest text of an answer that says nothing shorter.
const TEXT_MAX: u64 = 2000;
/// What every JSON reader keeps exactly: 2⁵³ − 1.
const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// The lengths that follow from a format.
const FORMATS: [(&str, u64); 6] = [
    ("date", 10),
    ("date-time", 40),
    ("email", 254),
    ("password", 200),
    ("uuid", 36),
    ("uri", 2000),
];

/// The rules know nothing of documents: their bounds are told here. Each place must exist.
pub(super) const TIGHTENED: [(&str, i64, i64); 8] = [
    ("/Interval/properties/count", 1, 3660),
    ("/Anchor/oneOf/1/properties/fiscal_start_month", 1, 12),
    ("/Anchor/oneOf/2/properties/day", 1, 31),
    ("/Anchor/oneOf/3/properties/day", 1, 31),
    ("/PaymentTerms/oneOf/1/properties/days", 0, 365),
    ("/PaymentTerms/oneOf/2/properties/day", 1, 31),
    ("/PaymentTerms/oneOf/4/properties/days", 0, 365),
    ("/Problem/properties/status", 400, 599),
];

/// Sets the bounds of [`TIGHTENED`], and the names that codes have on the wire.
pub(super) fn tighten(document: &mut Value) {
    // The generator sees the variants of the table, not the names beside them.
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    document["components"]["schemas"]["ErrorCode"]["enum"] = codes.into();
    for (place, minimum, maximum) in TIGHTENED {
        if let Some(schema) = document["components"]["schemas"].pointer_mut(place) {
            schema["minimum"] = minimum.into();
            schema["maximum"] = maximum.into();
        }
    }
}

/// A page's items are written out by the generator; they have a name, so use it.
pub(super) fn name_items_of_pages(document: &mut Value) {
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if let Some(item) = name.strip_prefix("Page_") {
            let reference = json!({ "$ref": format!("#/components/schemas/{item}") });
            schema["properties"]["items"]["items"] = reference;
        }
    }
}

/// The resources that people change, by the references to them.
pub(super) fn versioned(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"].as_object();
    let has_version = |schema: &Value| {
        schema.pointer("/properties/version").is_some()
            && schema.pointer("/properties/id").is_some()
    };
    let with_version = schemas.into_iter().flatten().filter(|(_, schema)| has_version(schema));
    with_version.map(|(name, _)| format!("/{name}")).collect()
}

/// Gives every text a length and a pattern, and every integer its bounds.
pub(super) fn bound(document: &mut Value) {
    let in_requests = of_requests(document);
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        bound_within(schema, in_requests.contains(name));
    }
    bound_within(&mut document["components"]["parameters"], true);
    bound_within(&mut document["components"]["responses"], false);
    bound_within(&mut document["paths"], true);
}

fn bound_within(value: &mut Value, in_request: bool) {
    match value {
        Value::Object(object) => {
            bound_one(object, in_request);
            object.values_mut().for_each(|value| bound_within(value, in_request));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| bound_within(item, in_request)),
        _ => {}
    }
}

fn is(schema: &Map<String, Value>, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(all)) => all.iter().any(|one| one == kind),
        _ => false,
    }
}

fn bound_one(schema: &mut Map<String, Value>, in_request: bool) {
    if is(schema, "integer") {
        let bound = if schema.get("format") == Some(&json!("int32")) {
            i32::MAX.into()
        } else {
            INTEGER_MAX
        };
        let least = if schema.contains_key("maximum") { 0 } else { -bound };
        schema.entry("minimum").or_insert(least.into());
        schema.entry("maximum").or_insert(bound.into());
    }
    if !is(schema, "string") || schema.contains_key("enum") {
        return;
    }
    let format = schema.get("format").and_then(Value::as_str).map(str::to_owned);
    let length = FORMATS.iter().find(|(name, _)| format.as_deref() == Some(name));
    schema.entry("maxLength").or_insert(length.map_or(TEXT_MAX, |(_, length)| *length).into());
    if format.is_none() {
        let not_blank = schema.get("minLength").and_then(Value::as_u64) >= Some(1);
        let pattern = match in_request {
            true if not_blank => NOT_BLANK,
            true => PLAIN,
            false => NO_NUL,
        };
        schema.entry("pattern").or_insert(pattern.into());
    }
}

/// The names of the schemas that request bodies are made of.
pub(super) fn of_requests(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    let operations = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    for operation in operations.filter_map(Value::as_object).flat_map(|item| item.values()) {
        collect(document, &operation["requestBody"], &mut names);
    }
    names
}

fn collect(document: &Value, value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let name = value.as_str().and_then(|text| text.rsplit('/').next());
                match name.filter(|_| key == "$ref") {
                    Some(name) if !names.iter().any(|known| known == name) => {
                        names.push(name.to_owned());
                        collect(document, &document["components"]["schemas"][name], names);
                    }
                    Some(_) => {}
                    None => collect(document, value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(document, item, names)),
        _ => {}
    }
}
