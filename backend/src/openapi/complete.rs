//! What every operation says without saying it: the refusals that follow from its method,
//! parameters and body, its headers, its limits.
use serde_json::{Map, Value, json};

use super::{examples, schemas};

/// The refusals, and the name of each among the document's components.
const REFUSALS: [(u16, &str, &str); 12] = [
    (400, "Malformed", "The request could not be read"),
    (401, "Unauthenticated", "Nobody signed in, or not as they say"),
    (403, "Forbidden", "The role may not do this, or the request came from another site"),
    (404, "NotFound", "There is no such thing here"),
    (409, "Conflict", "The present state does not allow it; `code` says why"),
    (412, "Stale", "Someone else changed it first: read it again"),
    (413, "TooLarge", "The body is too large"),
    (415, "UnsupportedMediaType", "The body has a format that is not taken here"),
    (422, "Invalid", "Some fields are not valid; `errors` names them"),
    (428, "IfMatchMissing", "Send `If-Match` with the version you read"),
    (429, "TooManyRequests", "Too many tries: wait as long as `Retry-After` says"),
    (503, "Unavailable", "Too much at once, or the database is away: try again"),
];

/// The words for what went well.
const SUCCESSES: [(&str, &str); 4] =
    [("200", "As asked"), ("201", "Made"), ("202", "Taken up"), ("204", "Done")];

/// Completes the document that the routes gave.
pub(super) fn complete(document: &mut Value) {
    schemas::name_items_of_pages(document);
    schemas::tighten(document);
    document["components"]["responses"] = refusals();
    document["components"]["parameters"] = parameters();
    document["components"]["securitySchemes"] = security_schemes();
    let versioned = schemas::versioned(document);
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            add_parameters(path, method, operation);
            add_refusals(path, method, operation);
            describe_answers(operation, &versioned);
        }
    }
    schemas::bound(document);
    examples::add(document);
}

fn refusals() -> Value {
    let refusal = |(status, name, words): &(u16, &str, &str)| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        let mut refusal = json!({ "description": words, "content": content });
        match status {
            401 => refusal["headers"] = header("WWW-Authenticate", "How to sign in", "Bearer"),
            429 | 503 => refusal["headers"] = header("Retry-After", "Seconds to wait", "1"),
            _ => {}
        }
        ((*name).to_owned(), refusal)
    };
    REFUSALS.iter().map(refusal).collect::<Map<_, _>>().into()
}

fn header(name: &str, words: &str, example: &str) -> Value {
    let schema = json!({ "type": "string", "maxLength": 100, "example": example });
    json!({ name: { "description": words, "schema": schema } })
}

fn parameters() -> Value {
    json!({
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": true,
            "description": "The version you read, as its `ETag`.",
            "schema": {
                "type": "string", "maxLength": 40, "pattern": "^\"[0-9]{1,18}\"$",
                "example": "\"1\""
            }
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key and body again: the first answer again, for 48 hours.",
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$",
                "example": "b7d2c6d0-0d4e-4f64-a4c1-3f6ad8a3f6f1"
            }
        }
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT, or an integrator's key",
            "description": "The access token of a sign-in, or an API key (`pk_…`)."
        },
        "refresh": {
            "type": "apiKey", "in": "cookie", "name": "perennial_refresh",
            "description": "The refresh token that signing in leaves in a cookie."
        },
        "portal": {
            "type": "http", "scheme": "bearer",
            "description": "The token of a sign-in to the portal (`pt_…`), or the cookie that \
                            signing in leaves. It reads the portal, and nothing else."
        }
    })
}

/// Whether an operation asks for this kind of sign-in.
fn asks_for(operation: &Value, scheme: &str) -> bool {
    let asked = operation["security"].as_array();
    asked.is_some_and(|all| all.iter().any(|one| one.get(scheme).is_some()))
}

fn declares(operation: &Value, place: &str, name: Option<&str>) -> bool {
    let declared = operation["parameters"].as_array();
    declared.is_some_and(|all| {
        all.iter().any(|one| one["in"] == place && name.is_none_or(|name| one["name"] == name))
    })
}

/// PATCH, PUT and DELETE change what was read; a POST that makes something can be repeated safely.
fn add_parameters(path: &str, method: &str, operation: &mut Value) {
    let bearer = asks_for(operation, "bearer");
    let makes = method == "post" && bearer && operation["responses"].get("201").is_some();
    let changes = matches!(method, "patch" | "put" | "delete") && bearer;
    let mut all = operation["parameters"].as_array().cloned().unwrap_or_default();
    let mut declared = |name: &str| {
        let place = all.iter().position(|one| one["name"] == name);
        place.map(|place| all.remove(place))
    };
    let (once, if_match) = (declared("Idempotency-Key"), declared("If-Match"));
    if path.contains("{id}") && !all.iter().any(|one| one["name"] == "id") {
        let schema = json!({ "type": "string", "format": "uuid" });
        all.push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
    }
    if makes || once.is_some() {
        all.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    match if_match {
        Some(declared) if declared["required"] == false => {
            let mut optional = parameters()["IfMatch"].take();
            optional["required"] = false.into();
            all.push(optional);
        }
        declared if changes || declared.is_some() => {
            all.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
        }
        _ => {}
    }
    operation["parameters"] = all.into();
}

fn add_refusals(path: &str, method: &str, operation: &mut Value) {
    let named = |reference: &str| {
        let all = operation["parameters"].as_array();
        all.is_some_and(|all| all.iter().any(|one| one["$ref"] == reference))
    };
    let (once, if_match) =
        (named("#/components/parameters/IdempotencyKey"), named("#/components/parameters/IfMatch"));
    let may_match = declares(operation, "header", Some("If-Match"));
    let body = operation.get("requestBody").is_some();
    let query = declares(operation, "query", None);
    let secured = asks_for(operation, "bearer") || asks_for(operation, "refresh");
    let changes = method != "get" && asks_for(operation, "bearer");
    let rules = [
        (secured, &[401, 403][..]),
        (asks_for(operation, "portal"), &[401]),
        (path.contains('{'), &[404]),
        (body, &[400, 413, 415, 422]),
        (query, &[400, 422]),
        (once, &[422]),
        (if_match, &[412, 428]),
        (may_match, &[412]),
        (changes, &[409]),
        (true, &[503]),
    ];
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    responses.remove("4XX");
    let declared: Vec<u16> = responses.keys().filter_map(|key| key.parse().ok()).collect();
    let follows = rules.iter().filter(|(holds, _)| *holds).flat_map(|(_, codes)| codes.iter());
    let all: Vec<u16> = follows.copied().chain(declared).collect();
    for (status, name, _) in REFUSALS.iter().filter(|(status, _, _)| all.contains(status)) {
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        responses.insert(status.to_string(), reference);
    }
}

/// Every answer has words; a single resource has its version as `ETag`.
fn describe_answers(operation: &mut Value, versioned: &[String]) {
    for (status, words) in SUCCESSES {
        let Some(answer) = operation["responses"].get_mut(status) else { continue };
        if answer["description"].as_str().unwrap_or_default().is_empty() {
            answer["description"] = words.into();
        }
        let body = &answer["content"]["application/json"]["schema"]["$ref"];
        if body.as_str().is_some_and(|body| versioned.iter().any(|name| body.ends_with(name))) {
            answer["headers"] = header("ETag", "Its version, for `If-Match`", "\"1\"");
        }
        if let Some(content) = answer.get("content")
            && content.is_null()
        {
            answer.as_object_mut().map(|answer| answer.remove("content"));
        }
    }
}
