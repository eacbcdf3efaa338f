//! Frictions: what got in the way of work, where, and where it comes back. Source: requirement
//! S3-9.
mod map;
mod routes;
mod service;
mod store;

pub use map::{Recurrence, recurring};
pub use routes::routes;
pub use service::{log, open_of_workflows, resolve};
