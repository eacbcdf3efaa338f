//! Imports: a file of time from another tool, looked at, mapped, written.
mod detail;
mod editor;
mod list;
mod mapping;
mod options;
mod outcome;
mod problems;
mod upload;
mod words;

pub use detail::ImportPage;
pub use list::ImportsPage;
