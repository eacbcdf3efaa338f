//! Expenses: money spent for a client. They are a cost of its retainer, and draw on nothing.
//!
//! Whether the client is asked for one is noted; the line that asks is written on an invoice by
//! hand. Source: domain 6.4.
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::record;
