//! What handlers share: checked bodies and queries, versions, pages, answers given once.
mod body;
mod csv;
mod once;
mod page;
mod params;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use shared::api::ErrorCode;

pub use body::Body;
pub use csv::{attachment, record};
pub use once::Once;
pub(crate) use once::forget_old as forget_answers;
pub use page::{Cursor, PageParams, page};
pub use params::{Id, Params};

use crate::error::{Error, Result};

/// The version in `If-Match: "7"`. One that cannot be read matches nothing.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // `*` matches whatever is there: it does not say which version is meant.
        let sent = req.headers().get(header::IF_MATCH).filter(|sent| *sent != "*");
        let version = sent.map(|v| v.to_str().ok().and_then(|v| v.trim_matches('"').parse().ok()));
        ready(version.map(|v| IfMatch(v.unwrap_or(-1))).ok_or(ErrorCode::IfMatchMissing.into()))
    }
}

/// 200 with a single resource and its version as `ETag`.
pub fn versioned(version: i64, resource: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(version)).json(resource)
}

/// A version as a client sees it.
fn etag(version: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}
