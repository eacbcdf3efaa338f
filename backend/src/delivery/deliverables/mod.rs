//! Things delivered that are counted: deliverables, or credits by a price list.
mod routes;
mod service;
mod store;

pub(super) use routes::routes;
pub use service::record as deliver;
