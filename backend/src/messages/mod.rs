//! Messages to the people of an account, and from them: mails that stand in the record, so that
//! nothing depends on one person's inbox. Source: requirements S2-14, S2-15, S2-18;
//! docs/decisions/0063.
mod enclosing;
mod inbound;
mod returned;
mod routes;
mod service;
mod store;

pub(crate) use enclosing::{Enclosing, enclose, withdraw};
pub use routes::routes;
pub(crate) use service::{again, create, create_with, last, told};
pub(crate) use store::state_of;
