//! What was delivered: time, things and sessions, each a fact of the ledger.
mod deliverables;
mod poster;
pub(crate) mod posting;
mod routes;
mod service;
mod sessions;
mod store;

pub use deliverables::deliver;
pub use poster::{BulkEntry, Placed, Poster, Written, takes_entries};
pub use posting::Posting;
pub use routes::routes;
pub use service::record;
pub(crate) use service::{may_act_for, whose};
pub(crate) use sessions::invitation;
pub use sessions::{book, settle};
pub(crate) use sessions::{change as change_session, delete as remove_session, find as session};
pub(crate) use store::delete_unseen;
