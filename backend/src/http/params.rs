//! Queries and ids in the path: read, checked, and refused at the field.
use std::future::{Ready, ready};
use std::ops::RangeInclusive;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use shared::api::ErrorCode;

use super::body::cut;
use crate::clock::YEAR_MAX;
use crate::error::{Error, Result};

/// The longest value of a query's field, in characters.
const VALUE_MAX: usize = 500;
/// Fields that people write as they like.
const FREE_TEXTS: [&str; 2] = ["q", "file_name"];
/// The longest of those, in characters.
const TEXT_MAX: usize = 200;
/// Days and instants of other years lie outside of what calendars and engines keep.
pub(super) const YEARS: RangeInclusive<i32> = 1970..=YEAR_MAX;

/// A query string, every field of it known.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query(req.query_string()).map(Params))
    }
}

fn query<T: DeserializeOwned>(text: &str) -> Result<T> {
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        bounds(&name, &value)?;
    }
    let pairs = form_urlencoded::parse(text.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let named = message.split('`').nth(1).unwrap_or_default().to_owned();
        let (field, code) = match message.as_str() {
            m if m.starts_with("missing field") => (named, "required"),
            m if m.starts_with("unknown field") => (named, "unknown"),
            m if m.starts_with("unknown variant") => (path, "not_allowed"),
            _ => (path, "type"),
        };
        Error::field(&cut(&field), code)
    })
}

/// What holds for every field of a query.
fn bounds(name: &str, value: &str) -> Result<()> {
    if name.contains('\0') || value.contains('\0') {
        return Err(Error::Malformed("the query holds a NUL".into()));
    }
    let text = FREE_TEXTS.contains(&name);
    if value.chars().count() > if text { TEXT_MAX } else { VALUE_MAX } {
        return Err(Error::field(&cut(name), "too_long"));
    }
    let day = value.parse::<NaiveDate>().map(|day| day.year());
    let year = day.or_else(|_| value.parse::<DateTime<Utc>>().map(|at| at.year()));
    if !text && year.is_ok_and(|year| !YEARS.contains(&year)) {
        return Err(Error::field(&cut(name), "out_of_range"));
    }
    Ok(())
}

/// The id in the path. What is not an id names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Id).ok_or(ErrorCode::NotFound.into()))
    }
}
