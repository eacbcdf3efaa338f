//! Whether the program lives, and whether it can work.
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};

use crate::db::Db;

/// `/health/live` and `/health/ready`.
pub fn routes(config: &mut ServiceConfig) {
    config.route("/health/live", web::get().to(live)).route("/health/ready", web::get().to(ready));
}

async fn live() -> impl Responder {
    "live\n"
}

/// Ready: the database answers and has the schema of this version.
async fn ready(db: web::Data<Db>) -> HttpResponse {
    match db.is_current().await {
        Ok(true) => HttpResponse::Ok().body("ready\n"),
        Ok(false) => {
            HttpResponse::ServiceUnavailable().body("the database waits for a migration\n")
        }
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            HttpResponse::ServiceUnavailable().body("the database does not answer\n")
        }
    }
}
