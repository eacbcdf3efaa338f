//! The log of decisions: searched, recorded, taken up again.
mod choice_fields;
mod detail;
mod evidence;
mod forms;
mod page;
mod report;
mod words;

pub use page::DecisionsPage;
