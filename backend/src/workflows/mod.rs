//! Workflows: streams of work with an owner who can change them, reviewed again and again.
//! Source: requirements S3-1..8, S3-11, S3-13, S3-14.
mod board;
mod reviews;
mod routes;
mod service;
mod store;
mod usage;

pub use reviews::hold;
pub use routes::routes;
pub use service::{change, create};
pub use usage::meeting_minutes;
