//! The files of an account and its signed agreements: as a page, and what was signed on the page of a
//! retainer.
mod agreement_form;
mod agreements;
mod list;
mod page;
mod part;
mod preview;
mod upload;
mod words;

pub use page::FilesPage;
pub use part::AgreementPart;
