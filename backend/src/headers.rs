//! Headers that every answer carries, and what is compressed.
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::{Error, HttpResponse};

/// Nothing from elsewhere, no inline script, no frame around us; pictures also from memory, as those
/// that only who is signed in may read.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
                      img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// Swagger UI writes its styles and icons into the page.
const POLICY_OF_DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
                              img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; \
                              form-action 'self'";
/// Two years, as browsers' preload lists ask.
const STRICT_TRANSPORT: &str = "max-age=63072000";
/// Smaller bodies fit a packet as they are.
const COMPRESSED_FROM: u64 = 1024;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// What every answer carries.
const GUARDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
];

/// On every answer that says nothing else.
pub fn of_everything(https: bool) -> DefaultHeaders {
    let headers = GUARDS.into_iter().fold(DefaultHeaders::new(), DefaultHeaders::add);
    match https {
        true => headers.add((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT)),
        false => headers,
    }
}

/// An answer that no middleware will see.
pub fn guarded(mut answer: HttpResponse) -> HttpResponse {
    for (name, value) in GUARDS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// What the API tells is for the one who asked.
pub fn of_the_api() -> DefaultHeaders {
    DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store"))
}

/// For the browsable document.
pub fn of_the_docs() -> DefaultHeaders {
    DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, POLICY_OF_DOCS))
}

/// Keeps the compressor's hands off bodies that would only grow.
pub async fn spare_small_bodies<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut answer = next.call(req).await?;
    let small =
        matches!(answer.response().body().size(), BodySize::Sized(n) if n < COMPRESSED_FROM);
    if small && !answer.headers().contains_key(header::CONTENT_ENCODING) {
        answer.headers_mut().insert(header::CONTENT_ENCODING, IDENTITY);
    }
    Ok(answer)
}

/// `Content-Encoding: identity` is a note to the compressor, not to clients.
pub async fn no_identity<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut answer = next.call(req).await?;
    if answer.headers().get(header::CONTENT_ENCODING) == Some(&IDENTITY) {
        answer.headers_mut().remove(header::CONTENT_ENCODING);
    }
    Ok(answer)
}
