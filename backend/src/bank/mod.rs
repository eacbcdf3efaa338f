//! Bank statements: files are read into lines, a payment is proposed for each, people confirm it.
//!
//! A booking is kept once, however many files have it, and one payment of it stands at a time: the
//! database sees to both. Proposals are worked out whenever one looks, since what is open changes.
//! Source: docs/decisions/0044.
mod camt;
mod columns;
mod intake;
mod lines;
mod proposals;
mod routes;
mod service;
mod sheet;
mod statement;
mod store;
mod xml;

pub use routes::routes;
