//! Recurring revenue: what the terms of clients bring a month, and how that moved.
//!
//! It reads what was agreed, whatever was invoiced, and changes nothing. Source: domain 7.4 to 7.7;
//! docs/decisions/0043.
mod clients;
mod cohorts;
mod report;
mod routes;
mod sheet;
mod store;

pub(crate) use clients::{first, months};
pub use routes::routes;
pub(crate) use store::{ClientRow, clients as retainers_of_clients};
