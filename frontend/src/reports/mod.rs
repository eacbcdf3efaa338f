//! Reports: what clients bring and what they cost.
mod months;
mod page;
mod rows;
mod spend;
mod words;

pub use page::MarginPage;
