//! Payments: money that came in or went back, what it pays, and the statement of an account.
//!
//! Nothing is changed or deleted: a payment that bounced is taken back by a mark on it and rows
//! that undo what it paid. Source: domain 5.10 to 5.12; docs/decisions/0023.
mod routes;
mod service;
mod statement;
mod statement_sheet;
mod store;

pub use routes::routes;
pub(crate) use service::{allocate, record, record_line};
pub(crate) use store::known;
