//! What Stripe's answers mean.
use reqwest::StatusCode;
use serde_json::Value;
use shared::rules::mail::one_line;

use super::provider::{Fault, SetUp, Standing};

/// How much of what it says is kept, in characters.
const WORDS_MAX: usize = 300;

pub(super) fn text(of: &Value, name: &str) -> Option<String> {
    of[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn bounded(text: &str) -> String {
    one_line(text).chars().take(WORDS_MAX).collect()
}

/// An error with its causes: the first alone says little.
pub(super) fn words_of(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    bounded(&words)
}

/// An answer that nobody expects: how it went is not known.
pub(super) fn odd(what: &str) -> Fault {
    Fault::Away(format!("its answer is odd: {what}"))
}

pub(super) fn declined(error: &Value) -> Standing {
    let (code, reason) = why(error);
    Standing::Declined { code, reason }
}

/// The most telling code, and the sentence.
fn why(error: &Value) -> (String, String) {
    let code = text(error, "decline_code").or_else(|| text(error, "code"));
    let code = code.or_else(|| text(error, "type")).unwrap_or_else(|| "declined".to_owned());
    let reason = text(error, "message").unwrap_or_else(|| "It was declined.".to_owned());
    (bounded(&code), bounded(&reason))
}

/// What an answer that is no success means. Source: docs.stripe.com/api/errors.
pub(super) fn fault(status: StatusCode, error: &Value) -> Fault {
    let (code, reason) = why(error);
    match status {
        // Its own words may hold a part of our key, and clients' accounts show them.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Fault::Unasked("it does not take the key of this installation".to_owned())
        }
        // The key was used for another order, or is in use just now: the first of them may be done.
        _ if error["type"] == "idempotency_error" => Fault::Away(reason),
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => Fault::Away(reason),
        _ if status.is_client_error() && error.is_object() => {
            let intent = text(&error["payment_intent"], "id");
            Fault::Refused {
                code,
                reason,
                intent,
                declined: status == StatusCode::PAYMENT_REQUIRED,
            }
        }
        _ => Fault::Away(format!("it answered {}", status.as_u16())),
    }
}

/// A set-up as it is told.
pub(super) fn set_up(of: &Value) -> Result<SetUp, Fault> {
    let named = text(of, "id").zip(text(of, "client_secret"));
    let (id, client_secret) = named.ok_or_else(|| odd("a set-up without a name"))?;
    let done = of["status"] == "succeeded";
    let method = text(of, "payment_method").filter(|_| done);
    Ok(SetUp { id, client_secret, method, cancelled: of["status"] == "canceled" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_surely_not_done_is_refused() {
        let at = |status: u16, error: Value| fault(StatusCode::from_u16(status).unwrap(), &error);
        let card = json!({ "type": "card_error", "code": "card_declined", "message": "Declined.",
            "decline_code": "stolen_card", "payment_intent": { "id": "pi_1" } });
        let refused = Fault::Refused {
            code: "stolen_card".into(),
            reason: "Declined.".into(),
            intent: Some("pi_1".into()),
            declined: true,
        };
        assert_eq!(at(402, card), refused);
        let bad = json!({ "type": "invalid_request_error", "code": "resource_missing" });
        let missing = at(400, bad);
        assert!(
            matches!(&missing, Fault::Refused { code, declined: false, .. }
                if code == "resource_missing"),
            "{missing:?}"
        );
        let key = json!({ "type": "idempotency_error", "message": "Keys…" });
        assert!(matches!(at(400, key), Fault::Away(_)));
        for status in [409, 429] {
            assert!(matches!(at(status, json!({ "type": "x" })), Fault::Away(_)), "{status}");
        }
        // Whoever stands between us and Stripe says nothing about the charge.
        for status in [301, 400, 404, 500, 502, 503] {
            assert!(matches!(at(status, Value::Null), Fault::Away(_)), "{status}");
        }
        let key = at(401, json!({ "message": "Invalid API Key: sk_live_1" }));
        assert!(matches!(&key, Fault::Unasked(why) if !why.contains("sk_")), "{key:?}");
    }
}
