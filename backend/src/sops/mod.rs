//! Routines that are written down, and the kinds of requests that follow them.
//!
//! A text is never changed: a new one supersedes it. A routine disappears on the day that it is
//! retired, by the calendar: nothing has to run for it. Why one is to be checked is computed when
//! it is read, from what happened since its last check. Source: requirements S0-40, S0-41,
//! S3-27..31.
mod changes;
mod changes_routes;
mod due;
mod routes;
mod service;
mod store;
mod types;
mod types_routes;
mod uses;

use crate::openapi::Routes;

pub use changes::record as record_change;
pub use service::{create, linkable, linked, retire, rewrite, use_today};
pub use types::create as create_type;
pub use types::find as request_type;
pub(crate) use types::list as request_types;
pub use uses::{Used, note as note_use};

/// What the report of usage reads of this slice.
pub mod report {
    pub use super::store::all_current as routines;
    pub use super::types::all_current as types;
    pub use super::uses::since as uses_since;
}

/// Every route of routines and kinds of requests.
pub fn routes(routes: &mut Routes) {
    routes
        .configure(routes::routes)
        .configure(types_routes::routes)
        .configure(changes_routes::routes);
}
