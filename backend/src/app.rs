//! The running server: every slice under `/api/v1`, the document, the browser app, health, limits.
use std::net::TcpListener;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{HttpServer, ResponseError, web};
use shared::api::ErrorCode;
use tracing_actix_web::TracingLogger;

use crate::auth::Keys;
use crate::charges::{self, Cashier};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::Error;
use crate::files::Files;
use crate::mail::Mailer;
use crate::openapi::Routes;
use crate::{headers, health, openapi, request_log, slices, spa, work};

/// Where the API begins.
pub const API: &str = "/api/v1";

/// How long a request may take in all, its body included.
pub const DEADLINE: Duration = Duration::from_secs(30);
/// How long the head of a request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Connections that one worker holds at once.
const CONNECTIONS_MAX: usize = 4096;
/// How long the requests in work may take once the server is told to stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;

/// Work that may take longer than [`DEADLINE`]: files, and what fills or moves a whole history.
const UNHURRIED: &[(Method, &str)] = &[
    (Method::POST, "/api/v1/imports"),
    (Method::POST, "/api/v1/bank-imports"),
    (Method::PATCH, "/api/v1/imports/"),
    (Method::POST, "/api/v1/setup"),
    (Method::POST, "/api/v1/clock/advance"),
];
/// Likewise by how its address ends: files of accounts come under their account, and have an end of
/// their own.
const UNHURRIED_END: (Method, &str) = (Method::POST, "/files");

/// What the server needs to run.
pub struct App {
    /// Where everything is kept; migrated.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// What handlers need to know of the settings.
    pub site: Site,
    /// For access tokens.
    pub keys: Keys,
    /// Where mails go.
    pub mailer: Mailer,
    /// Who charges cards.
    pub cashier: Cashier,
    /// Where files are.
    pub files: Files,
    /// Threads that answer.
    pub workers: usize,
    /// The boards that somebody watches; closed before the server stops.
    pub watched: work::Watched,
    /// How long a request may take; [`DEADLINE`] but in tests.
    pub deadline: Duration,
}

/// [`App::deadline`], for the middleware.
#[derive(Debug, Clone, Copy)]
struct Deadline(Duration);

/// Starts the server on `listener`. The caller awaits it, and stops it through its handle.
///
/// # Errors
/// A listener that the system takes back.
pub fn serve(listener: TcpListener, app: App) -> std::io::Result<Server> {
    let App { db, clock, site, keys, mailer, cashier, files, workers, watched, deadline } = app;
    let https = site.is_https();
    let (db, clock) = (web::Data::new(db), web::Data::new(clock));
    let (site, keys) = (web::Data::new(site), web::Data::new(keys));
    let (watched, mailer) = (web::Data::new(watched), web::Data::new(mailer));
    let (cashier, files) = (web::Data::new(cashier), web::Data::new(files));
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(db.clone())
            .app_data(clock.clone())
            .app_data(site.clone())
            .app_data(keys.clone())
            .app_data(watched.clone())
            .app_data(mailer.clone())
            .app_data(cashier.clone())
            .app_data(files.clone())
            .app_data(Deadline(deadline))
            .service(
                web::scope(API)
                    .configure(|config| slices(&mut Routes::Served(config)))
                    .wrap(headers::of_the_api())
                    .wrap(from_fn(headers::spare_small_bodies))
                    .wrap(Compress::default()),
            )
            .configure(openapi::routes)
            .configure(health::routes)
            .configure(charges::page)
            .default_service(web::to(spa::answer))
            .wrap(from_fn(hurried))
            .wrap(from_fn(headers::no_identity))
            .wrap(headers::of_everything(https))
            .wrap(TracingLogger::<request_log::Quiet>::new())
    })
    .workers(workers)
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    // What is ready is sent: an answer in two packets would wait for the first to be acknowledged.
    .tcp_nodelay(true)
    .max_connections(CONNECTIONS_MAX)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// Gives up on a request that takes too long; what it was writing is rolled back.
async fn hurried(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let unhurried =
        |(method, path): &(Method, &str)| req.method() == method && req.path().starts_with(path);
    let limit = req.app_data::<Deadline>().map_or(DEADLINE, |limit| limit.0);
    let (method, end) = UNHURRIED_END;
    let is_file = *req.method() == method && req.path().ends_with(end);
    if is_file || UNHURRIED.iter().any(unhurried) {
        return next.call(req).await;
    }
    match actix_web::rt::time::timeout(limit, next.call(req)).await {
        Ok(answer) => answer,
        Err(late) => {
            // A failure on its way out passes by what adds headers to answers.
            let problem = headers::guarded(Error::from(ErrorCode::Busy).error_response());
            Err(InternalError::from_response(late, problem).into())
        }
    }
}
