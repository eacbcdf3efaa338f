//! Requests: which line of a scope they fall under, and what each verdict on them would do.
//!
//! Pure: lines, books and days are given. Source: requirements S0-2, S0-32.
pub mod matching;
pub mod verdicts;

pub use matching::{Line, MatchReason, Proposal, ScopeMatch};
pub use verdicts::{Coming, Footing, NowIn, RequestVerdict, VerdictEffect, VerdictRefusal};
