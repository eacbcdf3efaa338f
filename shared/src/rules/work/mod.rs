//! The rules of work on a board: who and what must be there before it goes on, how closely it is
//! looked at, its place, and what it will still draw.
//!
//! Pure, and asked by the server and the browser alike. Source: requirements S0-15 to S0-36.
pub mod forecast;
pub mod gate;
pub mod kinds;
pub mod level;
pub mod order;
pub mod review;
