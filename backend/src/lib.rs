//! The server: the API, its documentation and the app, in one binary.
// Slices are described by their routes and the API document; the kernel has its docs.
pub mod auth;
pub mod clock;
pub mod config;
pub mod cycles;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod error;
pub mod http;
pub mod identity;
pub mod retainers;
pub mod text;
