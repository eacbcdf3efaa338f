//! Closing a cycle by hand: what it leaves, decisions about overage, what the client is told.
mod months;
mod recap;
mod routes;
mod service;
mod view;
mod words;

pub(crate) use months::{begun, first_day};
pub use routes::routes;
pub(crate) use words::Words;
