//! JSON bodies: read, checked, and refused at the field.
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::api::{Check, ErrorCode, FieldError};

use crate::error::{Error, Result};

/// The largest JSON body.
const BODY_MAX: usize = 256 << 10;
/// The longest name of a field that an answer repeats, in characters.
const FIELD_MAX: usize = 200;

/// A JSON body that has passed its check.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Check + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
            if !kind.is_some_and(is_json) {
                return Err(ErrorCode::UnsupportedMedia.into());
            }
            let mut bytes = web::BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| Error::Malformed(error.to_string()))?;
                if bytes.len() + chunk.len() > BODY_MAX {
                    return Err(ErrorCode::TooLarge.into());
                }
                bytes.extend_from_slice(&chunk);
            }
            refuse_lists(&bytes)?;
            refuse_nul(&bytes)?;
            let body: T = parse(&bytes)?;
            body.check()?;
            Ok(Body(body))
        })
    }
}

fn is_json(kind: &str) -> bool {
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Refuses a list: serde would take its items for the fields of a body, in their order.
fn refuse_lists(bytes: &[u8]) -> Result<()> {
    let is_list = bytes.trim_ascii_start().starts_with(b"[");
    match is_list && serde_json::from_slice::<Value>(bytes).is_ok() {
        true => Err(Error::field("/", "type")),
        false => Ok(()),
    }
}

/// Refuses an escaped NUL in any text, at its field: PostgreSQL cannot keep one. (A bare one is no
/// JSON, and half a surrogate pair is none either.)
fn refuse_nul(bytes: &[u8]) -> Result<()> {
    const ESCAPED: &[u8] = br"\u0000";
    if !bytes.windows(ESCAPED.len()).any(|part| part == ESCAPED) {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    match nul_in(&value, String::new()) {
        Some(field) => Err(Error::field(&cut(&field), "control_characters")),
        None => Ok(()),
    }
}

/// The pointer to the first text, or to the object with the first name, that has a NUL.
fn nul_in(value: &Value, at: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(at),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(n, item)| nul_in(item, format!("{at}/{n}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                return Some(if at.is_empty() { "/".to_owned() } else { at.clone() });
            }
            nul_in(value, format!("{at}/{name}"))
        }),
        _ => None,
    }
}

/// At most as much of a field's name as an answer repeats.
pub(super) fn cut(field: &str) -> String {
    field.chars().take(FIELD_MAX).collect()
}

/// Reads JSON; text that is not JSON is malformed, JSON of another shape is a fault at its field.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        // An array where a name of a list belongs is told as if it were no JSON.
        match cause.is_data() || serde_json::from_slice::<Value>(bytes).is_ok() {
            true => shape_fault(&path, &cause.to_string()),
            false => Error::Malformed(cause.to_string()),
        }
    })?;
    json.end().map_err(|error| Error::Malformed(error.to_string()))?;
    Ok(value)
}

/// serde names a missing or unknown field in its message, not in the path.
fn shape_fault(path: &str, message: &str) -> Error {
    let path = if path == "." { "" } else { path };
    let mut pointer = path.replace('[', ".").replace(']', "").replace('.', "/");
    if !pointer.is_empty() && !pointer.starts_with('/') {
        pointer.insert(0, '/');
    }
    let named = message.split('`').nth(1).unwrap_or_default();
    let (field, code) = match message {
        m if m.starts_with("missing field") => (format!("{pointer}/{named}"), "required"),
        m if m.starts_with("unknown field") => {
            let there = pointer.rsplit('/').next() == Some(named);
            (if there { pointer } else { format!("{pointer}/{named}") }, "unknown")
        }
        m if m.starts_with("unknown variant") => (pointer, "not_allowed"),
        _ => (pointer, "type"),
    };
    let field = if field.is_empty() { "/".to_owned() } else { field };
    let mut fault = FieldError::new(&cut(&field), code);
    if code == "type" || code == "not_allowed" {
        fault.message =
            message.split(" at line").next().unwrap_or(message).chars().take(300).collect();
    }
    Error::Invalid(vec![fault])
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{NewTimeEntry, Setup};

    fn fault<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> (String, String) {
        match parse::<T>(text.as_bytes()).unwrap_err() {
            Error::Invalid(faults) => (faults[0].field.clone(), faults[0].code.clone()),
            other => (other.to_string(), String::new()),
        }
    }

    #[test]
    fn a_fault_of_shape_names_its_field() {
        let is = |got: (String, String), field: &str, code: &str| {
            assert_eq!((got.0.as_str(), got.1.as_str()), (field, code));
        };
        is(fault::<NewTimeEntry>("{}"), "/retainer_id", "required");
        is(fault::<NewTimeEntry>(r#"{"minutes":"x"}"#), "/minutes", "type");
        is(fault::<NewTimeEntry>(r#"{"nonsense":1}"#), "/nonsense", "unknown");
        is(
            fault::<Setup>(r#"{"organisation":{"name":"a"}}"#),
            "/organisation/currency",
            "required",
        );
        is(fault::<Setup>("[]"), "/", "type");
        assert!(fault::<Setup>("{").0.starts_with("the request could not be read"));
    }

    #[test]
    fn an_escaped_nul_is_refused_at_its_field() {
        let refused = |text: &str| refuse_nul(text.as_bytes()).unwrap_err().problem();
        let problem = refused(r#"{"a":[{"b":"x\u0000"}]}"#);
        assert_eq!(
            (&*problem.errors[0].field, &*problem.errors[0].code),
            ("/a/0/b", "control_characters")
        );
        assert_eq!(refused(r#"{"a\u0000":1}"#).errors[0].field, "/");
        assert!(refuse_nul(br#"{"a":"\\u0000"}"#).is_ok());
    }
}
