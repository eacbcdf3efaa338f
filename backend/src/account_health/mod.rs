//! How the relationship with each client stands, and why. (Whether this server lives is told by
//! `crate::health`.)
//!
//! It reads the tables of others and changes nothing of them. One account is read as it is asked
//! for; lists show what the clock saw last, which looks once a day and after each thing that a
//! timeline tells. Source: domain 7.1, 7.8; requirement S1-6; docs/decisions/0056.
mod facts;
mod look;
mod routes;
mod service;
mod store;

pub(crate) use facts::used;
pub(crate) use look::tick;
pub use routes::routes;
pub(crate) use service::{find, shorts};
pub(crate) use store::{last_contact, look_at_all_soon, look_soon};
