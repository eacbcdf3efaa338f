//! Time delivered: recorded, changed and taken back, each a fact of the ledger.
mod poster;
pub(crate) mod posting;
mod routes;
mod service;
mod store;

pub use poster::{BulkEntry, Placed, Poster, takes_entries};
pub use posting::Posting;
pub use routes::routes;
pub use service::record;
