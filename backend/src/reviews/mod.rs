//! Reviews of retainers: what the signals say, why, and what is decided.
//!
//! A running review shows what is; when it ends, what it saw is kept and the next one has its day.
//! Source: requirements S0-5, S0-8 to S0-13, S0-37, S3-14, S3-20 to S3-25, S3-32, S3-33, S3-36.
mod dropping;
mod finish;
mod month;
mod observe;
mod outcomes;
mod plan;
mod readings;
mod report;
mod room;
mod routes;
mod service;
mod steps;
mod steps_routes;
mod store;

use crate::openapi::Routes;

pub use finish::finish;
pub use outcomes::{decide, follow_up};
pub use service::start;
pub use steps::{diagnose, rate};

/// Every route of reviews.
pub fn routes(routes: &mut Routes) {
    routes.configure(routes::routes).configure(steps_routes::routes);
}
