//! The OpenAPI document: collected from the routes, completed, served, browsable.
//!
//! A route declares its answer, who may ask (`security`), and what is special about it. What
//! follows from its method, parameters and bodies is added here, for all routes alike: see
//! [`complete`].
mod complete;
mod examples;
mod routes;
mod schemas;

use std::sync::LazyLock;

use actix_web::middleware::Compress;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpResponse, Responder, http::header};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use self::routes::Routes;
use crate::{app, headers, slices};

/// What the document says before any route does.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Perennial",
        version = "1",
        description = "Client retainers: what was sold, what is used, what is left, what carries \
                       over. Lists are read page by page with `cursor`; errors are problems \
                       (RFC 9457) with a stable `code`; what was read is changed with its `ETag` \
                       in `If-Match`.",
        license(name = "AGPL-3.0-only", identifier = "AGPL-3.0-only")
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "identity", description = "People, organisations, sign-in and keys"),
        (name = "accounts", description = "Clients, partners and their people"),
        (name = "retainers", description = "What was agreed, with whom"),
        (name = "cycles", description = "Cycles, balances, ledgers, and what a figure is made of"),
        (name = "delivery", description = "Time, things that are counted, sessions"),
        (name = "calendar", description = "Feeds for calendar programs"),
        (name = "work", description = "Work on boards: gates, seats, checks, and live changes"),
        (name = "requests", description = "What somebody asks for, its verdict, and forms by link"),
        (name = "alerts", description = "What somebody should know, and who is told"),
        (name = "reports", description = "What clients bring and what they cost"),
        (name = "reviews", description = "Signals, what they say of a retainer, and what follows"),
        (name = "records", description = "Notes of what was said, and the next steps that follow"),
        (name = "renewals", description = "What is to be when terms end, and what came of it"),
        (name = "portal", description = "What clients read, who of them may, and what they have seen"),
        (name = "decisions", description = "What was decided, why, and by what evidence"),
        (name = "model", description = "Routines, kinds of requests, workflows and frictions"),
        (name = "invoices", description = "How somebody is billed, drafts, and what was issued"),
        (name = "scope", description = "What retainers are for, what they hold, who decides"),
        (name = "imports", description = "Time from other tools"),
        (name = "clock", description = "The clock, which demonstrations can move"),
        (name = "app", description = "What the browser app reports"),
    ),
    components(schemas(
        shared::api::CohortBy,
        shared::api::ExportFormat,
        shared::api::Problem,
        shared::api::SopState
    ))
)]
struct Description;

/// The document of the API, made when somebody first asks for it: a start does not wait for it.
#[derive(Debug)]
struct Document {
    text: Bytes,
    /// Each path's parts, and the methods it takes as `Allow` names them.
    paths: Vec<(Vec<String>, String)>,
}

/// One for all workers.
static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let (_, described) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Description::openapi())
        .service(scope::scope(app::API).configure(|config| slices(&mut Routes::Described(config))))
        .split_for_parts();
    let mut document = serde_json::to_value(&described).unwrap_or_default();
    complete::complete(&mut document);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    Document { text: text.into(), paths: paths(&document) }
});

/// The document as text, for `perennial openapi` and the snapshot.
pub fn text() -> String {
    String::from_utf8_lossy(&DOCUMENT.text).into_owned()
}

/// The document and its browsable form.
pub(crate) fn routes(config: &mut ServiceConfig) {
    // Swagger UI would show a badge from a server of its makers.
    let settings = Config::from("/api/openapi.json").validator_url("none");
    let pages = SwaggerUi::new("/{_:.*}").config(settings);
    config
        .service(
            web::resource("/api/openapi.json")
                .wrap(Compress::default())
                .route(web::get().to(document)),
        )
        .route("/api/docs", web::get().to(to_the_docs))
        .service(web::scope("/api/docs").wrap(headers::of_the_docs()).service(pages));
}

async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(DOCUMENT.text.clone())
}

async fn to_the_docs() -> impl Responder {
    web::Redirect::to("/api/docs/").permanent()
}

/// The methods that an address takes; none if it is no address of the API.
pub(crate) fn methods_of(address: &str) -> Option<&'static str> {
    let parts: Vec<&str> = address.trim_start_matches('/').split('/').collect();
    let fits = |template: &[String]| {
        template.len() == parts.len()
            && template
                .iter()
                .zip(&parts)
                .all(|(t, p)| if t.starts_with('{') { !p.is_empty() } else { t == p })
    };
    let mut paths = DOCUMENT.paths.iter();
    paths.find(|(template, _)| fits(template)).map(|(_, methods)| methods.as_str())
}

fn paths(document: &Value) -> Vec<(Vec<String>, String)> {
    let Some(paths) = document["paths"].as_object() else { return Vec::new() };
    let parts = |path: &str| path.trim_start_matches('/').split('/').map(str::to_owned).collect();
    paths
        .iter()
        .map(|(path, item)| {
            let methods = item.as_object().into_iter().flat_map(|item| item.keys());
            let methods: Vec<String> = methods.map(|name| name.to_uppercase()).collect();
            (parts(path), methods.join(", "))
        })
        .collect()
}
