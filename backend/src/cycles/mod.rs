//! The books: cycles generated from terms, balances projected from facts, closes frozen.
//!
//! Knows agreements only by their rows; retainers and delivery build on it.
mod approved;
mod as_of;
mod book;
mod coming;
mod explain;
mod freeze;
mod holds;
mod last;
mod line;
mod lines;
mod load;
mod makeup;
mod outline;
mod pool;
mod realign;
mod restored;
mod routes;
mod service;
mod servicing;
mod statement;
pub(crate) mod store;
mod versions;
mod view;

pub use book::{Book, Terms};
pub(crate) use explain::explain;
pub use freeze::{close_due, complete, generate, replay, tick};
pub(crate) use freeze::{draft, freeze};
pub use holds::Hold;
pub(crate) use last::last_balances;
pub(crate) use makeup::owed;
pub use outline::Outline;
pub use pool::{Known, PoolBook};
pub use realign::{realign, tomorrow};
pub(crate) use restored::{taken_back, unpaid};
pub use routes::routes;
pub(crate) use service::{
    balance_of_cycle, balance_on, cycle, cycles as begun, last_closed, ledger, row_of, shown_now,
};
pub(crate) use servicing::given;
pub(crate) use statement::{sheet, statement};
pub use store::SeriesRule;
pub(crate) use view::{balance_in, balances_of, ends_on, open_balances, sums};
