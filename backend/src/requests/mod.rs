//! Requests: what somebody asks of a retainer, matched to its scope, with a verdict that tells what
//! it does; and the links by which those without a sign-in ask and answer.
//! Source: requirements S0-2, S0-21, S0-32, S3-36.
mod act;
mod act_routes;
mod effects;
mod intake;
mod links;
mod links_store;
mod make;
mod outcome;
mod questions;
mod routes;
mod sign;
mod store;
mod triage;
mod triage_routes;
mod view;

use crate::openapi::Routes;

pub(crate) use effects::options;
pub use intake::create;
pub(crate) use links::{end_link, end_other_links, end_proposal, open_proposal, renew_proposal};
pub(crate) use questions::ask;
pub(crate) use triage::triage;
pub(crate) use view::waiting;

/// Every route of requests.
pub fn routes(routes: &mut Routes) {
    routes.configure(routes::routes).configure(triage_routes::routes).configure(act_routes::routes);
}
