//! Rates of people: what an hour costs, and what clients are billed for it, from a day on.
//!
//! They are only ever added to. Source: domain 6.1; docs/decisions/0032.
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::add;
pub(crate) use store::costs;
