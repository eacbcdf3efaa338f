//! Charges: cards and bank accounts that a payment provider keeps, and tries of charging invoices.
//!
//! A try is a row before it is asked; its outcome is written once, and what came is a payment like
//! any other. Source: domain 5.13, 5.14; docs/decisions/0040.
mod accounts;
mod answers;
mod cashier;
mod links;
mod page;
mod plan;
mod provider;
mod routes;
mod settle;
mod signature;
mod store;
mod stripe;
mod webhook;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::Tx;
use crate::error::Result;

pub use cashier::Cashier;
pub use page::routes as page;
pub(crate) use plan::by_itself;
pub use routes::routes;
pub use settle::charge;
pub(crate) use store::runs;

/// For how long an event of the provider is known: it repeats them for days.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(60);

/// Forgets what the provider told long ago.
///
/// # Errors
/// Those of the database.
pub(crate) async fn forget_events(tx: &mut Tx, machine: DateTime<Utc>) -> Result<()> {
    store::forget(tx, machine - EVENTS_KEPT).await
}
