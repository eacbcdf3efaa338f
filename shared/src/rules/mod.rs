//! The rules of retainers: pure functions on whole units, without clock, input, output or float.
mod error;
mod ratio;
mod rounding;

pub mod alerts;
pub mod amendment;
pub mod bank;
pub mod billing;
#[cfg(feature = "zone")]
pub mod cadence;
pub mod calls;
pub mod charging;
pub mod cohorts;
pub mod cycle;
#[cfg(feature = "zone")]
pub mod digest;
pub mod entries;
pub mod figure;
pub mod fit;
pub mod free;
pub mod health;
pub mod know;
pub mod ledger;
pub mod mail;
pub mod margin;
pub mod meter;
pub mod money;
pub mod ownership;
pub mod plan;
pub mod proration;
pub mod rates;
pub mod recurring;
pub mod renewal;
pub mod requests;
pub mod revenue;
pub mod reviews;
pub mod scope;
pub mod search;
pub mod servicing;
pub mod simulate;
pub mod units;
pub mod uplift;
pub mod versions;
pub mod work;
#[cfg(feature = "zone")]
pub mod zone;

pub use error::RuleError;
pub use rounding::{divide_rounded, scale};
