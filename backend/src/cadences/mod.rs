//! What keeps a client hearing from us without anybody thinking of it: check-ins where nobody was
//! in touch for too long, sessions to be written up, and a draft to each before a cycle ends.
//!
//! The clock looks at an account once a day, and whenever something happened with it (with its
//! health, which goes by the same things). What it makes are next steps, each once, and a draft
//! that a person sends. Source: requirements S2-16, S2-17; docs/decisions/0066.
mod check_ins;
mod follow_ups;
mod look;
mod outreach;
mod outreach_store;
mod outreach_words;
mod routes;
mod settings;
mod steps;
mod store;

pub(crate) use look::look;
pub use routes::routes;
