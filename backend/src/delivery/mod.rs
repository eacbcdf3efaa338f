//! Time delivered: recorded, changed and taken back, each a fact of the ledger.
mod poster;
mod posting;
mod routes;
mod service;
mod store;

pub use poster::{BulkEntry, Placed, Poster};
pub use routes::routes;
pub use service::record;
