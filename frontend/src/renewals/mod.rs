//! Renewals: what is talked about before terms end, and what came of it.
mod board;
mod brief;
mod card;
mod detail;
mod exit;
mod forms;
mod history;
mod outcome;
mod page;
mod people;
mod proposal_draft;
mod proposal_mail;
mod proposals;
mod propose;
mod rule_form;
mod rule_panel;
mod steps;
mod words;

pub use page::RenewalsPage;
pub(crate) use rule_panel::RulePanel;
pub(crate) use words::reason as reason_words;
