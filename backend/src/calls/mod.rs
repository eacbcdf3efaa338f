//! Calls that come again: rules by which sessions of retainers are booked ahead, each day once.
//!
//! What was booked is a session like any other. Once somebody moved it, called it off or removed it,
//! it is theirs: the rule leaves it alone, and does not book its day again. Source: requirement S1-2;
//! docs/decisions/0065.
mod ahead;
mod look;
mod replan;
mod routes;
mod service;
mod store;

pub(crate) use ahead::give_way;
pub(crate) use look::tick;
pub use routes::routes;
