//! Priorities: what comes first in a cycle, in order, and the draft of that from the cycle before.
//!
//! Cycles are named by their number, since those that have not begun are made anew when terms
//! change.
mod effort;
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::{displace, displaced_by, reach, set_numbered};
pub(crate) use store::of_cycle;
