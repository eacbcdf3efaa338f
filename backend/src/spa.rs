//! The browser apps, built into the program: files as they are, and for every other address the page
//! of the app it belongs to.
use std::borrow::Cow;
use std::ops::RangeInclusive;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use rust_embed::EmbeddedFile;
use shared::api::ErrorCode;

use crate::error::Error;
use crate::openapi;

#[derive(rust_embed::RustEmbed)]
#[folder = "../frontend/dist/"]
#[allow_missing = true]
struct Dist;

/// Shown instead of the app while nobody has built it.
const NOT_BUILT: &str = "The browser app is not built into this program.\n\n\
    Run `make run`, or `scripts/build-spa.sh` and then `cargo build`.\n\
    The API is at /api/v1, its documentation at /api/docs/.\n";

/// How long a hash in a name is: sixteen digits, of which the first may be zeros left out.
const HASH: RangeInclusive<usize> = 12..=16;

/// Encodings of built files, the best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// What nobody else answers: a file of the app, its page, or a problem under `/api`.
pub async fn answer(req: HttpRequest) -> HttpResponse {
    let path = req.path();
    if path == "/api" || path.starts_with("/api/") {
        return no_such_route(&req);
    }
    if req.method() != Method::GET && req.method() != Method::HEAD {
        return wrong_method("GET, HEAD");
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Dist::get(name).filter(|_| !name.is_empty()) {
        return send(&req, name, file);
    }
    if is_file_name(name) {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("Not found\n");
    }
    let page = page_of(path);
    match Dist::get(page) {
        Some(file) => send(&req, page, file),
        None => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(NOT_BUILT),
    }
}

fn no_such_route(req: &HttpRequest) -> HttpResponse {
    match openapi::methods_of(req.path()) {
        Some(methods) => wrong_method(methods),
        None => Error::from(ErrorCode::NotFound).error_response(),
    }
}

fn wrong_method(allowed: &str) -> HttpResponse {
    let mut problem = Error::from(ErrorCode::MethodNotAllowed).error_response();
    if let Ok(allowed) = header::HeaderValue::from_str(allowed) {
        problem.headers_mut().insert(header::ALLOW, allowed);
    }
    problem
}

/// Clients have an app of their own, under `/portal`.
fn page_of(path: &str) -> &'static str {
    let portal = path == "/portal" || path.starts_with("/portal/");
    if portal { "portal/index.html" } else { "index.html" }
}

/// A page address has no dot in its last part; a file that was replaced must not become a page.
fn is_file_name(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn send(req: &HttpRequest, name: &str, plain: EmbeddedFile) -> HttpResponse {
    let accepted = req.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    let packed = ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepts(accepted.unwrap_or_default(), encoding))
        .find_map(|(encoding, suffix)| Some((*encoding, Dist::get(&format!("{name}{suffix}"))?)));
    let kind = plain.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    let (encoding, file) = packed.map_or((None, plain), |(encoding, file)| (Some(encoding), file));
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));

    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, lifetime(name)))
        .insert_header((header::ETAG, tag.as_str()));
    if req
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|sent| sent.as_bytes() == tag.as_bytes())
    {
        return answer.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    match file.data {
        Cow::Borrowed(bytes) => answer.body(web::Bytes::from_static(bytes)),
        Cow::Owned(bytes) => answer.body(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `Accept-Encoding` names an encoding without refusing it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let (name, quality) = item.split_once(';').unwrap_or((item, ""));
        let quality = quality.trim().strip_prefix("q=");
        let refused = quality.is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// A name with a hash never changes its content; anything else is asked for again.
fn lifetime(name: &str) -> &'static str {
    let hashed = name
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split(['-', '_', '.'])
        .any(|part| HASH.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()));
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        for name in ["app-0123456789abcdef.js", "fonts/inter-latin-3100e775e8616cd2.woff2"] {
            assert!(lifetime(name).contains("immutable"), "{name}");
        }
        assert!(lifetime("app-0123456789abcdef_bg.wasm").contains("immutable"));
        assert!(lifetime("app-45ef763c65248ee.css").contains("immutable"));
        assert!(lifetime("portal/portal-0123456789abcdef_bg.wasm").contains("immutable"));
        assert_eq!(lifetime("index.html"), "no-cache");
        assert_eq!(lifetime("portal/index.html"), "no-cache");
        assert_eq!(lifetime("favicon.svg"), "no-cache");
    }

    #[test]
    fn what_lies_under_portal_is_the_page_of_clients() {
        for path in ["/portal", "/portal/", "/portal/enter/t0k3n", "/portal/retainers/7/log"] {
            assert_eq!(page_of(path), "portal/index.html", "{path}");
        }
        for path in ["/", "/accounts", "/portals", "/settings/portal"] {
            assert_eq!(page_of(path), "index.html", "{path}");
        }
    }

    #[test]
    fn an_encoding_is_taken_only_if_it_is_accepted() {
        assert!(accepts("gzip, deflate, br;q=0.9", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
    }
}
