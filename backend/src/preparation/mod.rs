//! What somebody reads before a call. It reads what others keep, by what they tell, and keeps nothing.
//! Source: requirement S1-3; docs/decisions/0065.
mod routes;
mod service;

pub use routes::routes;
