//! The timeline of an account: one stream of what happened with a client. Source: requirement S1-1.
//!
//! Whoever does something tells it here, in its own transaction, with one call of [`tell`]. What is
//! told is only ever added to; a page of it costs the same however long it is
//! ([decision 0051](../../../docs/decisions/0051-what-happened-is-a-row.md)).
mod index;
mod routes;
mod service;
mod sources;
mod store;

pub(crate) use index::{reindex, tick, unindex};
pub use routes::routes;
pub(crate) use service::{Told, tell};
pub(crate) use store::move_to;
