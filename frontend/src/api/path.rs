//! Paths with query strings, built without a browser.
use std::fmt::{Display, Write};

/// A path under `/api/v1` that collects its query string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// A path without a query string.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// Adds `name=value`; an absent or empty value adds nothing.
    pub fn with<V: Display>(mut self, name: &str, value: Option<V>) -> Self {
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        if !value.is_empty() {
            self.0.push(if self.0.contains('?') { '&' } else { '?' });
            self.0.push_str(name);
            self.0.push('=');
            self.0.push_str(&escape(&value));
        }
        self
    }

    /// The finished path.
    pub fn done(self) -> String {
        self.0
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Reads what was percent-encoded, and `+` as a space, as forms write it. What is no UTF-8 is left
/// out.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
        rest = after;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_is_escaped_and_leaves_out_what_is_empty() {
        let path = Path::new("/accounts")
            .with("q", Some("R&D ü"))
            .with("kind", None::<&str>)
            .with("cursor", Some(""))
            .with("limit", Some(200));
        assert_eq!(path.done(), "/accounts?q=R%26D%20%C3%BC&limit=200");
    }

    #[test]
    fn what_was_escaped_is_read_back() {
        for text in ["R&D ü", "100 %", "a+b@c.example", ""] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(unescape("a+b%2"), "a b%2");
        assert_eq!(unescape("%ff"), "");
    }
}
