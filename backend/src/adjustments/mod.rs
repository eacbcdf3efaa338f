//! Balances changed by hand: units bought, given for nothing, or corrected, always with a reason.
mod routes;
mod service;
mod store;

pub use routes::routes;
pub(crate) use service::{
    NoTime, amended, buy_time, standing_amendments, take_back_amendment, time_held, undone_by_hand,
};
pub(crate) use store::AmendedRow;
