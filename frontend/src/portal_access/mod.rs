//! The client portal as staff see to it: who of an account reads it, what it shows, what was seen;
//! and the links to single balances. What clients see is a program of its own.
mod access;
mod page;
mod parts;
mod people;
mod seen;
mod share;
mod share_form;
mod words;

pub use page::PortalPage;
pub use share::ShareLinks;
