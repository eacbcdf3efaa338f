//! Files of accounts, and the signed agreements among them. Their bytes are kept beside the database,
//! in a folder or a bucket. Source: requirements S1-1, S1-4; docs/decisions/0067.
mod agreements;
mod agreements_routes;
mod agreements_store;
mod bucket;
mod keep;
mod names;
mod routes;
mod service;
mod sniff;
mod store;
mod sweep;
mod zip;

use crate::openapi::Routes;

pub(crate) use agreements::{BySignature, sign};
pub use keep::Files;
pub(crate) use keep::key;
pub(crate) use service::hash;
pub(crate) use store::all;
pub use sweep::sweep;

/// Every route of files and agreements.
pub fn routes(routes: &mut Routes) {
    routes.configure(self::routes::routes).configure(agreements_routes::routes);
}
