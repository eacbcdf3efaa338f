//! What books of account are told: each invoice, credit note, payment and refund of a period, once.
//!
//! It reads what invoices and payments keep, and changes nothing. Source: docs/decisions/0042.
mod datev;
mod journal;
mod routes;
mod sheet;
mod store;

pub use routes::routes;
