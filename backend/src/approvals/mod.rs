//! Approvals: decisions on how far a pool that asks first may go beyond its limit in a cycle.
//!
//! They are only ever added to; the last one about a pool and a cycle counts. Source: domain 4.7.
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::decide;
