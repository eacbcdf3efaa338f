//! Accounts: clients we serve, partners that serve us, and their people.
mod contacts;
mod contacts_routes;
mod routes;
mod service;
mod store;

pub use routes::routes;
pub use service::{add_contact, create};
pub(crate) use service::{deciders_first, owner};
