//! Renewals: they begin by themselves before a term ends, and are there until somebody has decided.
//! Source: domain 7.2, 7.3; requirements S2-19 to S2-22; docs/decisions/0060.
mod brief;
mod brief_store;
mod brief_words;
mod look;
mod outcome;
mod reminders;
mod routes;
mod rule;
mod rule_store;
mod service;
mod store;
mod view;
mod words;

pub(crate) use look::tick;
pub use routes::routes;
pub(crate) use rule_store::{keep as keep_rule, look_soon};
