//! Bank statements: files are taken in, their lines looked at, recorded, changed, set aside.
mod change;
mod line;
mod list;
mod page;
mod upload;
mod words;

pub use list::BankPage;
pub use page::BankImportPage;
