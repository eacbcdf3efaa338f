//! The API, over HTTP, on both engines. One binary, one module a slice.
mod accounts;
mod app;
mod ask;
mod database;
mod retainers;
mod time;
