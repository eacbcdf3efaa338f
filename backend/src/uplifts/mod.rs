//! Prices of many retainers that rise at once: planned, told to clients by letter, and agreed on by
//! the clock for each retainer before its first cycle at the new price. Source: docs/decisions/0047.
mod apply;
mod holding;
mod letter;
mod letters;
mod letters_store;
mod plan;
mod routes;
mod sending;
mod service;
mod store;

pub(crate) use apply::tick;
pub use routes::routes;
pub(crate) use sending::attached;
