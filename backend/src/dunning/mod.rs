//! Reminders of unpaid invoices: a ladder of steps, each taken once for an invoice, and what stops
//! that. A step leaves as rows of the outbox of mails. Source: domain 5.15, 8.2; docs/decisions/0039.
mod raise;
mod routes;
mod settings;
mod standing;
mod stops;
mod store;
mod view;

pub(crate) use raise::{Wanted, holds, raise, still_wanted};
pub use routes::routes;
pub(crate) use store::{disputed, suspended};
