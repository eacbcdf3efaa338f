//! The timeline of an account, and its next steps: as a page, and on the page of the account.
mod composer;
mod page;
mod part;
mod step_form;
mod steps;
mod stream;
mod words;

pub use page::TimelinePage;
pub use part::TimelinePart;
pub(crate) use words::note_kind;
