//! Signals: what is agreed on them, what they read, and the leads that sales marks.
//!
//! A reading is computed when it is asked for, from what others recorded: `counts` reads their
//! tables and writes none. A review keeps what it read.
//! Source: requirements S0-24, S0-38, S3-15 to S3-22, S3-32.
mod compare;
mod counts;
mod leads;
mod leads_csv;
mod leads_routes;
mod leads_store;
mod measure;
mod routes;
mod service;
mod store;

use crate::openapi::Routes;

pub(crate) use counts::{EffortRow, Place, Window, WorkRow, disputes, effort_on, leads, touched};
pub use leads::{create as mark_lead, read_file as read_leads};
pub(crate) use measure::{Measured, few_revisions, launches, measured};
pub use service::change as agree;
pub(crate) use service::{Agreed, agreed, unpaired};

/// Every route of signals and leads.
pub fn routes(routes: &mut Routes) {
    routes.configure(routes::routes).configure(leads_routes::routes);
}
