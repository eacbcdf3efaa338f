//! The app of the people who run retainers: a client of the API, with no state of its own
//! but what is being typed.

pub mod accounts;
pub mod alerts;
pub mod api;
mod app;
pub mod auth;
pub mod board;
pub mod browser;
pub mod closing;
pub mod decisions;
pub mod format;
pub mod i18n;
pub mod imports;
pub mod invoices;
pub mod keys;
pub mod members;
pub mod meter;
pub mod model;
pub mod query;
pub mod renewals;
pub mod reports;
mod requests;
pub mod retainers;
pub mod reviews;
pub mod scope;
mod screens;
pub mod session;
pub mod sessions;
pub mod settings;
pub mod shell;
pub mod statements;
pub mod time_entries;
pub mod timeline;
pub mod today;
pub mod ui;

pub use app::App;
pub use ui::watch_unsaved;
