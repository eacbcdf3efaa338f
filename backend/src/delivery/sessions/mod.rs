//! Sessions with clients: booked, then held, called off or missed.
mod routes;
mod service;
mod settlement;
mod store;
mod summary;
mod verdict;

pub(super) use routes::routes;
pub use service::book;
pub(crate) use service::{change, delete, find};
pub use settlement::settle;
