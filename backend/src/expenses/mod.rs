//! Expenses: money spent for a client. They are a cost of its retainer, and draw on nothing.
//!
//! One that the client is asked for is on the invoice that comes next. Source: domain 5.3, 6.4;
//! docs/decisions/0057.
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::record;
