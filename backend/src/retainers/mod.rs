//! Retainers: what was agreed, with whom, under which version of the terms.
mod bookings;
mod interval;
mod lifecycle;
mod lifecycle_routes;
mod moves;
mod recut;
mod routes;
mod service;
mod settlement;
mod simulation;
mod store;

pub(crate) use lifecycle::{amend, can_have, end};
pub use routes::routes;
pub(crate) use service::summaries;
pub use service::{activate, create, find};
pub use store::{Filter, running_of_account};
