//! Sessions with clients: booked, then held, called off or missed.
mod routes;
mod service;
mod store;

pub(super) use routes::routes;
pub use service::book;
