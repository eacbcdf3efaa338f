//! Scope: what a retainer is for, what it holds and leaves out, who decides, and whether it makes
//! sense at all. Source: requirements S0-1, S0-4 to S0-6, S0-22 to S0-26, S0-33, S0-44.
mod changes;
mod changes_routes;
mod changes_store;
pub(crate) mod deciders;
mod delegations;
mod delegations_routes;
mod delegations_store;
mod fit;
mod gate;
mod routes;
mod service;
mod store;

pub(crate) use changes::{accept, decline, held as change_held, propose};
pub(crate) use delegations::delegate;
pub(crate) use fit::link as link_fit_check;
pub(crate) use gate::{hold as hold_gate, required as gate_is_required};
pub use routes::routes;
pub(crate) use service::{controls, find, reviewed, set};
pub(crate) use store::{FrameRow, frame};
