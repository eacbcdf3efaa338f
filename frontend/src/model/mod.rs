//! The operating model: workflows, routines, kinds of requests, frictions, and what is used.
mod board;
mod changes;
mod frictions;
mod inputs;
mod lines;
mod map;
mod page;
mod parts;
mod review;
mod roles;
mod sop_actions;
mod sop_form;
mod sop_page;
mod sops;
mod starters;
mod types;
mod usage;
mod words;
mod workflow_form;
mod workflows;

pub use page::ModelPage;
pub use sop_form::NewSop;
pub use sop_page::SopPage;
