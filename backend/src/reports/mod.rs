//! Reports: what is read from the tables of others to see how the organisation does.
//!
//! Reports read all slices and none reads them. Source: domain 6; docs/decisions/0038.
mod count;
mod falls;
mod lines;
mod margin;
mod margin_sheet;
mod months;
mod routes;
mod store;

pub use routes::routes;
