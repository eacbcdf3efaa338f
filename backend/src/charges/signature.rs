//! The signature under what Stripe tells by itself. Source: domain 5.14; docs.stripe.com/webhooks.
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How far the time in a signature may be from ours, in seconds: an event that somebody kept is not
/// believed later.
const TOLERANCE: u64 = 300;

/// Whether `header` (`t=…,v1=…`, of which several may stand there while a secret is changed) signs
/// these very bytes by this secret, just now. Compared in constant time.
pub fn holds(secret: &str, body: &[u8], header: &str, machine: DateTime<Utc>) -> bool {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let mut times = parts().filter(|(name, _)| *name == "t").map(|(_, time)| time);
    let (Some(time), None) = (times.next(), times.next()) else { return false };
    let Ok(at) = time.parse::<i64>() else { return false };
    if at.abs_diff(machine.timestamp()) > TOLERANCE {
        return false;
    }
    let Ok(key) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    let signed = key.chain_update(time.as_bytes()).chain_update(b".").chain_update(body);
    parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, hex)| bytes(hex))
        .any(|sent| signed.clone().verify_slice(&sent).is_ok())
}

/// The bytes that hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.is_ascii() && hex.len().is_multiple_of(2);
    let pairs = (0..hex.len()).step_by(2);
    digits.then(|| pairs.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect())?
}

#[cfg(test)]
pub fn sign(secret: &str, body: &[u8], at: i64) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = key.chain_update(format!("{at}.").as_bytes()).chain_update(body).finalize();
    let hex: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    /// Made with `openssl dgst -sha256 -hmac whsec_test`, so that both sides are not ours alone.
    #[test]
    fn a_signature_of_another_program_holds() {
        let header =
            "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
        assert!(holds("whsec_test", BODY, header, now()));
    }

    #[test]
    fn what_was_changed_kept_or_signed_by_another_does_not_hold() {
        let signed = sign("whsec_test", BODY, 1_700_000_000);
        let holds = |secret, body, header: &str, later| {
            super::holds(secret, body, header, now() + chrono::TimeDelta::seconds(later))
        };
        assert!(holds("whsec_test", BODY, &signed, 0) && holds("whsec_test", BODY, &signed, 300));
        assert!(!holds("whsec_test", BODY, &signed, 301), "too late");
        assert!(!holds("whsec_test", BODY, &signed, -301), "too early");
        assert!(!holds("whsec_other", BODY, &signed, 0));
        assert!(!holds("whsec_test", br#"{"id":"evt_2"}"#, &signed, 0));
        assert!(!holds("whsec_test", BODY, &signed.replace("1700000000", "1700000001"), 0));
        // While a secret is changed both sign.
        let both = format!("{},v1={}", sign("old", BODY, 1_700_000_000), &signed[16..]);
        assert!(holds("whsec_test", BODY, &both, 0));
        let odd = [
            "",
            "t=1700000000",
            "v1=00",
            "t=x,v1=00",
            "t=1700000000,v1=0",
            "t=,v1=é0",
            "t=1700000000,t=1700000000,v1=00",
            "t=9223372036854775808,v1=00",
        ];
        for odd in odd {
            assert!(!holds("whsec_test", BODY, odd, 0), "{odd}");
        }
    }
}
