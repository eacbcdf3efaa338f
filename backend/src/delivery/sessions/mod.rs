//! Sessions with clients: booked, then held, called off or missed.
mod invitation_words;
mod invitations;
mod invitations_routes;
mod invitations_store;
mod routes;
mod service;
mod settlement;
mod store;
mod summary;
mod verdict;

pub(crate) use invitations::attached as invitation;
pub(super) use routes::routes;
pub use service::book;
pub(crate) use service::{change, delete, find};
pub use settlement::settle;
