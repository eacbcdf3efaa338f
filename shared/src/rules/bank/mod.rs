//! What a bank statement says, and which invoices its lines pay.
//!
//! Amounts as banks write them, numbers of invoices in the text of a transfer, and what is proposed
//! of both. Pure: a proposal is for a person to confirm. Source: docs/decisions/0044.
mod amount;
mod names;
mod numbers;
mod propose;

pub use amount::{WrittenAmount, exact};
pub use names::same_name;
pub use numbers::{Mentioned, Numbers};
pub use propose::{BankReason, Bill, Books, Came, Certainty, Part, Proposal};
