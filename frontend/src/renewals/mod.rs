//! Renewals: what is talked about before terms end, and what came of it.
mod board;
mod brief;
mod card;
mod detail;
mod forms;
mod outcome;
mod page;
mod people;
mod proposal_draft;
mod proposals;
mod propose;
mod rule_form;
mod rule_panel;
mod words;

pub use page::RenewalsPage;
pub(crate) use rule_panel::RulePanel;
