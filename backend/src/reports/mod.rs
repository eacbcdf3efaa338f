//! Reports: what is read from the tables of others to see how the organisation does.
//!
//! Reports read all slices, and only `account_health` reads them. Source: domain 6; docs/decisions/0038.
mod count;
mod falls;
mod lines;
mod margin;
mod margin_sheet;
mod months;
mod recent;
mod routes;
mod store;

pub(crate) use recent::{Recent, of_cycles};
pub use routes::routes;
