//! Approvals: decisions on how far a pool that asks first may go beyond its limit in a cycle, by those
//! who work here, or by the client who is asked by a link.
//!
//! They are only ever added to; the last one about a pool and a cycle counts. Source: domain 4.7.
mod asks;
mod asks_routes;
mod asks_store;
mod figures;
pub(crate) mod links;
mod routes;
mod service;
mod store;

use crate::openapi::Routes;

pub(crate) use service::decide;

/// Every route of approvals, and of what clients are asked to approve.
pub fn routes(routes: &mut Routes) {
    routes.configure(routes::routes).configure(asks_routes::routes);
}
