//! Calendars of other programs: what they read at the address of a feed, and how an event is
//! written for them; when members work and are free. Source: requirement S1-2;
//! docs/decisions/0064.
mod events;
mod hours;
mod hours_routes;
pub(crate) mod ics;
mod routes;
mod service;
mod store;
mod words;

pub use routes::routes;
