//! Decisions: questions with their choices, reasons and evidence.
//!
//! A choice is never changed. Who wants another takes the decision up again, with evidence that is
//! new, and then decides anew: the earlier choice stays readable. Source: requirements S0-39,
//! S3-37, S3-38.
mod about;
mod choices;
mod routes;
mod service;
mod store;

pub use about::about;
pub(crate) use about::last;
pub use routes::routes;
pub use service::{create, decide, open_of, reopen, report};
