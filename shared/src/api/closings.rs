//! Closing a cycle: what it leaves, what people decide about it, what the client is told.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::ledger::ExpiryReason;

/// The most priorities that a closing names.
pub const PRIORITIES_MAX: usize = 10;
/// The longest recap, in characters.
pub const RECAP_MAX: usize = 20_000;
/// The most pools that a cycle has: those of its terms, and what is left of earlier ones.
const POOLS_EVER_MAX: usize = 24;

/// In which language words are made that go to a client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// What to decide and to say when a cycle is closed; what is left out goes by the terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewClosing {
    /// How the overage of a pool is settled, where the terms leave it open.
    #[garde(dive, length(max = POOLS_EVER_MAX))]
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub overage: Vec<OverageChoice>,
    /// What the client is told; made from what was delivered if left out.
    #[garde(length(chars, max = RECAP_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub recap: Option<String>,
    /// The language of the recap.
    #[garde(skip)]
    pub language: Language,
    /// What comes first in the next cycle, in order.
    #[garde(
        length(max = PRIORITIES_MAX),
        inner(length(chars, max = NAME_MAX), custom(check::name))
    )]
    #[cfg_attr(feature = "openapi", schema(max_items = 10, example = json!(["Launch the shop"])))]
    pub priorities: Vec<String>,
}

/// How the overage of one pool is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OverageChoice {
    /// The key of the pool.
    #[garde(length(max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$", example = "hours")
    )]
    pub pool: String,
    /// One of the ways that the closing offers for it.
    #[garde(skip)]
    pub choice: OverageMode,
    /// Why; must be there for `absorb` where the terms do not say that.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

/// A cycle on its way to be closed, or as it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleClosing {
    /// The cycle's id.
    pub id: CycleId,
    /// The cycle, with its sums as they are chosen.
    pub cycle: Cycle,
    /// Whether its last day is over.
    pub ended: bool,
    /// When the calendar closes it: the first instant after its days of grace.
    pub closes_at: DateTime<Utc>,
    /// Why nobody can close it now; absent if it can be closed, or was.
    pub refused: Option<ErrorCode>,
    /// What was recorded after its end, or belongs to a cycle that was closed before; the newest
    /// first, at most a hundred.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub late: Vec<LateRecord>,
    /// How many there are in all.
    pub late_total: i64,
    /// Sessions of its days of which nobody said how they went; closing draws their units as far
    /// as they are covered, and how they went is said later. At most a hundred.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub unsettled: Vec<UnsettledSession>,
    /// What becomes of each pool.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PoolClosing>,
    /// What is to be billed for it beside the price.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub lines: Vec<DraftLine>,
    /// What the client is told, or would be.
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub recap: String,
    /// Who closed it by hand and what they said; absent while nobody did.
    pub made: Option<ClosingRecord>,
    /// Goes up with whatever is recorded or booked for its retainer; the cycle's too.
    pub version: i64,
}

/// Something recorded late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LateRecord {
    /// The key of the pool.
    pub pool: String,
    /// The day it was worked.
    pub worked_on: NaiveDate,
    /// Signed units: −90 for an hour and a half of work.
    pub quantity: i64,
    /// Who did it.
    pub member_name: String,
    /// What was done.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Of a cycle that was closed before: a correction that counts here.
    pub correction: bool,
}

/// A session that waits for somebody to say how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnsettledSession {
    /// Its id.
    pub session_id: ClientSessionId,
    /// The key of the pool.
    pub pool: String,
    /// Its day.
    pub on: NaiveDate,
    /// Units that it reserves.
    pub units: i64,
}

/// What becomes of a pool when its cycle closes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoolClosing {
    /// The pool.
    pub pool: Pool,
    /// Its sums, as chosen.
    pub sums: CycleSums,
    /// What carries over, lot by lot.
    pub carries: Vec<Lot>,
    /// What lapses, lot by lot, each with its reason.
    pub lapses: Vec<LapsedLot>,
    /// The ways to settle its overage, the one of the terms first; none if nothing is over.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub choices: Vec<OverageSettlement>,
    /// The way that is taken.
    pub chosen: Option<OverageMode>,
    /// Who took it; absent where the terms did.
    pub decision: Option<OverageDecision>,
    /// Of the overage of a closed cycle, what was taken back since. Nothing comes back for it: what
    /// was delivered for nothing is so much less over-servicing, what was billed is not refunded
    /// by itself.
    pub taken_back: i64,
}

/// A lot that lapses at a close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LapsedLot {
    /// Where it comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// Units.
    pub quantity: i64,
    /// Why.
    pub reason: ExpiryReason,
}

/// What a way to settle overage comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverageSettlement {
    /// The way.
    pub choice: OverageMode,
    /// Units that are billed, rounded up to the increment.
    pub billed: i64,
    /// What they cost, in minor units of the retainer's currency.
    pub amount_minor: i64,
    /// Units that are delivered for nothing.
    pub absorbed: i64,
    /// Units that are taken from the next cycle.
    pub borrowed: i64,
}

/// How overage was settled, by whom. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverageDecision {
    /// The key of the pool.
    pub pool: String,
    /// The way.
    pub choice: OverageMode,
    /// Why.
    pub reason: Option<String>,
    /// Who decided.
    pub member_name: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

/// What an invoice is to bill for a cycle beside its price: one line a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftLine {
    /// The key of the pool.
    pub pool: String,
    /// Units that are billed.
    pub quantity: i64,
    /// What they cost.
    pub amount: Money,
    /// The line in words.
    pub text: String,
}

/// What was said when a cycle was closed. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClosingRecord {
    /// Who closed it.
    pub member_name: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What the client is told.
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub recap: String,
    /// In which language.
    pub language: Language,
    /// What comes first in the next cycle, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub priorities: Vec<String>,
}

checked! {
    NewClosing, |new, faults| {
        for (place, one) in new.overage.iter().enumerate() {
            if new.overage[..place].iter().any(|other| other.pool == one.pool) {
                faults.push(FieldError::new(&format!("/overage/{place}/pool"), "exists"));
            }
        }
    };
}
