//! Invoices: drafts that the terms made, what was issued, and how the organisation bills.
//! Source: domain 5.
mod client;
mod credit;
mod credit_page;
mod credits;
mod draft;
mod dunning_settings;
mod export;
mod failed;
mod files;
mod issue;
mod lines;
mod list;
mod mail_settings;
mod mails;
mod more;
mod page;
mod paper;
mod pay;
mod pay_back;
mod payments;
mod reminders;
mod retainer;
mod run;
mod settings;
mod settings_accounts;
mod settings_fields;
mod settings_paper;
mod statement;
mod sums;
mod words;

pub use credit_page::CreditNotePage;
pub use list::InvoicesPage;
pub use page::InvoicePage;
pub use retainer::RetainerBillingPage;
pub(crate) use settings::BillingPage;
pub use statement::AccountBillingPage;
