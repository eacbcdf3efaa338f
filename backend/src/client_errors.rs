//! What broke in a browser, told to the server's log.
use actix_web::{HttpResponse, post};
use shared::api::ClientError;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::Result;
use crate::http::Body;

/// The one route.
pub fn routes(config: &mut ServiceConfig) {
    config.service(report);
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
