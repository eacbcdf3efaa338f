//! The app of the people who run retainers, and the portal of their clients: clients of the API,
//! with no state of their own but what is being typed.
//!
//! They are two programs, each built with its own feature alone: nothing of the agency's app
//! reaches a client.

#[cfg(feature = "staff")]
pub mod accounts;
#[cfg(feature = "staff")]
pub mod alerts;
pub mod api;
#[cfg(feature = "staff")]
mod app;
#[cfg(feature = "staff")]
pub mod auth;
#[cfg(feature = "staff")]
pub mod board;
pub mod browser;
#[cfg(feature = "staff")]
pub mod closing;
#[cfg(feature = "staff")]
pub mod decisions;
#[cfg(feature = "staff")]
pub mod files;
pub mod format;
pub mod i18n;
#[cfg(feature = "staff")]
pub mod imports;
#[cfg(feature = "staff")]
pub mod invoices;
#[cfg(feature = "staff")]
pub mod keys;
#[cfg(feature = "staff")]
pub mod members;
#[cfg(feature = "staff")]
mod messages;
pub mod meter;
#[cfg(feature = "staff")]
pub mod model;
#[cfg(feature = "portal")]
pub mod portal;
#[cfg(feature = "staff")]
pub mod portal_access;
pub mod query;
#[cfg(feature = "staff")]
pub mod renewals;
#[cfg(feature = "staff")]
pub mod reports;
#[cfg(feature = "staff")]
mod requests;
#[cfg(feature = "staff")]
pub mod retainers;
#[cfg(feature = "staff")]
pub mod reviews;
#[cfg(feature = "staff")]
pub mod scope;
#[cfg(feature = "staff")]
mod screens;
#[cfg(feature = "staff")]
pub mod session;
#[cfg(feature = "staff")]
pub mod sessions;
#[cfg(feature = "staff")]
pub mod settings;
#[cfg(feature = "staff")]
pub mod shell;
pub mod start;
#[cfg(feature = "staff")]
pub mod statements;
#[cfg(feature = "staff")]
pub mod time_entries;
#[cfg(feature = "staff")]
pub mod timeline;
#[cfg(feature = "staff")]
pub mod today;
pub mod ui;
#[cfg(feature = "staff")]
mod waiting;

#[cfg(feature = "staff")]
pub use app::App;
#[cfg(feature = "staff")]
pub use ui::watch_unsaved;
