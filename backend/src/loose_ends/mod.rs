//! What of a month still waits for a person, over all retainers and whatever it is.
//!
//! It reads the tables of others and changes nothing: each kind is settled where it belongs.
//! Source: requirements S1-12; docs/decisions/0053.
mod kinds;
mod routes;
mod service;
mod store;

pub use routes::routes;
