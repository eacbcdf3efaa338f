//! Alerts: what somebody should know of a pool in a cycle, raised once, told to chosen people.
//!
//! They are raised by the transaction that records a fact and, since pace follows the days, by the
//! clock once a day. The unique key of `alerts` holds "once". Told means: kept with what was true
//! then, and shown in the app; `alert_readers` is where another way of delivery would begin.
//! Source: domain 4.6, 6.6, 8.2.
mod look;
mod routes;
mod service;
mod store;

pub use look::{look, look_soon, tick};
pub use routes::routes;
