//! Time from other tools: upload, preview, mapping, commit.
//!
//! A file is read in one pass, in constant memory, into staged rows; what becomes of each is worked
//! out page by page, whenever one looks; a commit turns them into time entries
//! that are seen once all of them are there.
mod arrivals;
mod columns;
mod commit;
mod dialect;
mod encoding;
mod fate;
mod lease;
mod mapping;
mod memory;
mod pass;
mod progress;
mod reader;
mod reasons;
mod rejected;
mod routes;
mod row;
mod rows;
mod service;
mod staged;
mod staging;
mod store;
mod undo;
mod upload;
mod values;
mod writer;

pub(crate) use columns::normal;
pub(crate) use encoding::Transcoder;
pub use routes::routes;
pub use staging::forget_abandoned;
pub use undo::tick;
pub(crate) use upload::whole;
pub(crate) use values::{Orders, WrittenDay, day};
