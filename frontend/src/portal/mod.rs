//! What clients see: their retainers, read only. A program of its own, without the staff's code.
mod address;
mod api;
mod app;
mod balance;
mod enter;
mod explain;
mod facts;
mod frame;
mod home;
mod invoices;
mod ledger;
mod lists;
mod log;
mod parts;
mod retainer;
mod route;
mod scope;
mod sentence;
mod sign_in;
mod statement;
mod statements;
mod sums;
mod visit;
mod words;

pub use app::App;
