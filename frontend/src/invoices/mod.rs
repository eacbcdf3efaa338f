//! Invoices: drafts that the terms made, what was issued, and how the organisation bills.
//! Source: domain 5.
mod client;
mod draft;
mod issue;
mod lines;
mod list;
mod page;
mod paper;
mod run;
mod settings;
mod settings_fields;
mod settings_paper;
mod words;

pub use list::InvoicesPage;
pub use page::InvoicePage;
pub(crate) use settings::BillingPage;
