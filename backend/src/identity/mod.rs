//! People and organisations: set-up, sign-in, members, invitations, keys.
mod keys_routes;
mod members_routes;
pub(crate) mod members;
mod password;
mod routes;
mod service;
pub(crate) mod store;
mod throttle;

pub use routes::routes;
pub use service::{add_member, found_organisation};
