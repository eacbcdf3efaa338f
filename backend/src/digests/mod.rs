//! What a member is told by mail of what needs them: a digest at their hour, never in their quiet
//! hours, and at most one on a day.
//!
//! A digest is no row of the outbox: it is put together when it leaves, so that it says what is so
//! then, and an empty one is not sent. Who hands one over holds a lease, as with mails.
//! Source: requirement S2-16; docs/decisions/0066.
mod contents;
mod routes;
mod send;
mod settings;
mod store;
mod words;

pub use routes::routes;
pub(crate) use send::send;
pub(crate) use settings::reckon_anew;
