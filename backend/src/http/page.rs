//! Pages of lists: read on from a cursor, never by counting.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Datelike;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::api::{PAGE_MAX, Page};

use super::params::YEARS;
use crate::error::{Error, Result};

/// How many rows a page has when nobody says.
const PAGE_DEFAULT: i64 = 50;

/// `limit` and `cursor` of a list, to flatten into its query.
#[derive(Debug, Default, Clone)]
pub struct PageParams {
    /// Rows asked for, within bounds.
    pub limit: i64,
    /// Where to read on.
    pub cursor: Option<String>,
}

impl PageParams {
    /// Checks what the query says.
    ///
    /// # Errors
    /// A limit outside 1 to 200.
    pub fn new(limit: Option<i64>, cursor: Option<String>) -> Result<Self> {
        let limit = limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(Error::field("limit", "out_of_range"));
        }
        Ok(Self { limit, cursor })
    }
    /// The key after which this page begins.
    ///
    /// # Errors
    /// A cursor that no page gave.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        self.cursor.as_deref().map(Cursor::read).transpose()
    }
    /// Likewise for a key that begins with a day or an instant, of a year that both engines keep.
    ///
    /// # Errors
    /// A cursor that no page gave.
    pub fn after_time<T, K>(&self) -> Result<Option<(T, K)>>
    where
        T: DeserializeOwned + Datelike,
        K: DeserializeOwned,
    {
        let after: Option<(T, K)> = self.after()?;
        match after {
            Some((time, _)) if !YEARS.contains(&time.year()) => Err(not_ours()),
            after => Ok(after),
        }
    }
}

/// An opaque place in a list.
#[derive(Debug)]
pub struct Cursor;

impl Cursor {
    /// The place after the row with this key.
    pub fn write(key: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
    }
    fn read<K: DeserializeOwned>(text: &str) -> Result<K> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            // Texts of a key never hold a NUL, and PostgreSQL could not compare with one.
            .filter(|bytes| !bytes.windows(6).any(|part| part == br"\u0000"))
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(not_ours)
    }
}

fn not_ours() -> Error {
    Error::field("cursor", "not_allowed")
}

/// A page of `rows`, which were read with one more than `limit`.
pub fn page<T, K: Serialize + for<'k> Deserialize<'k>>(
    mut rows: Vec<T>,
    limit: i64,
    key: impl Fn(&T) -> K,
) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::write(&key(row)));
    Page { items: rows, next_cursor }
}
