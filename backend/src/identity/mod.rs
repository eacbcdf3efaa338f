//! People and organisations: set-up, sign-in, members, invitations, keys.
mod install;
mod keys_routes;
pub(crate) mod members;
mod members_routes;
mod password;
mod routes;
mod service;
pub(crate) mod store;
mod throttle;

pub use install::{enrol, found, is_set_up, organisations_named, signing_secret, signs_in};
pub(crate) use members::{is_active, role_of};
pub(crate) use password::{fits as password_fits, hash as password_hash};
pub use routes::routes;
pub(crate) use routes::{answer, same_origin};
pub use service::{add_member, found_organisation, new_member, set_up};
pub(crate) use service::{today, zone};
pub(crate) use throttle::{
    check_keys as check_tries, forget_old as forget_failures, note_keys as note_try,
};
