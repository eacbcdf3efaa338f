//! What broke in a browser, told to the server's log.
use crate::openapi::Routes;
use actix_web::{HttpResponse, post};
use shared::api::ClientError;

use crate::error::Result;
use crate::http::Body;

/// The one route.
pub fn routes(routes: &mut Routes) {
    routes.service(report);
}

/// Report a crash of the app
#[utoipa::path(tag = "app", operation_id = "create_client_error", security(()),
    request_body = ClientError, responses((status = 204)))]
#[post("/client-errors")]
async fn report(Body(body): Body<ClientError>) -> Result<HttpResponse> {
    let ClientError { id, message, stack, route, build, locale } = body;
    tracing::warn!(report = %id, %message, ?stack, %route, ?build, ?locale, "the app crashed");
    Ok(HttpResponse::NoContent().finish())
}
