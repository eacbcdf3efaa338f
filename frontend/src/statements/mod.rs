//! The statement of a cycle: for people, for paper, and as a sheet.
mod entries;
mod page;
mod sums;

pub use page::StatementPage;

use shared::api::{AccountId, RetainerId};

/// Where the statement of a cycle is.
pub fn statement_href(account: AccountId, retainer: RetainerId, seq: i64) -> String {
    format!("/accounts/{account}/retainers/{retainer}/statements/{seq}")
}
