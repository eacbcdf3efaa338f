//! Closing a cycle in six steps: what came late, what is left, overage, the invoice line, what the
//! client is told, what comes next.
mod finish;
mod loose;
mod made;
mod month;
mod page;
mod rest;
mod state;
mod steps;
mod summary;
mod words;

pub use month::{MonthPage, usual as month_to_close};
pub use page::ClosePage;
pub use words::decision as decision_words;

use shared::api::{AccountId, RetainerId};

/// Where a cycle is closed.
pub fn close_href(account: AccountId, retainer: RetainerId, seq: i64) -> String {
    format!("/accounts/{account}/retainers/{retainer}/close?cycle={seq}")
}
