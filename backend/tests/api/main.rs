//! The API, over HTTP, on both engines. One binary, one module a slice.
mod access;
mod accounts;
mod app;
mod ask;
mod bad_input;
mod database;
mod document;
mod identity;
mod imports;
mod once;
mod openapi;
mod retainers;
mod schema;
mod time;
mod world;
