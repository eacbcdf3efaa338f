//! The API, over HTTP, on both engines. One binary, one module a slice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod adjustments;
mod alerts;
mod app;
mod approvals;
mod ask;
mod away;
mod bad_bodies;
mod bad_requests;
mod busy;
mod check;
mod cli;
mod closings;
mod database;
mod deliverables;
mod demo;
mod document;
mod dropped;
mod durability;
mod hard_stop;
mod identity;
mod imports;
#[path = "../../../shared/tests/laws/life.rs"]
mod life;
mod lifecycle;
mod once;
mod openapi;
mod priorities;
mod program;
mod replay;
mod retainers;
mod schema;
mod scope;
mod scope_changes;
mod server;
mod sessions;
mod simulation;
mod statement;
mod time;
mod upgrade;
mod walk;
mod world;
