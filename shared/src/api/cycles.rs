//! Cycles, balances, ledger lines, and what a number is made of.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::ledger::LotKind;
pub use crate::rules::meter::MeterState;

/// Whether a cycle can still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CycleStatus {
    /// Projected from its facts.
    Open,
    /// Frozen: entries are written and never change.
    Closed,
}

/// A pool of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Its name for programs: "hours".
    pub key: String,
    /// Its name for people, where the unit does not say enough.
    pub name: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// The retainer's currency: that of a pool of money, and of what overage costs.
    pub currency: String,
}

/// A stretch of time with an allowance of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cycle {
    /// Its id.
    pub id: CycleId,
    /// Whose.
    pub retainer_id: RetainerId,
    /// 1 for the first.
    pub seq: i64,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The day after the last.
    pub ends_on: NaiveDate,
    /// Shorter than the full cycle it is part of.
    pub partial: bool,
    /// Whether it can still change.
    pub status: CycleStatus,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// What each pool did in it.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PoolCycle>,
    /// Goes up with whatever is recorded or booked for its retainer, and when it closes.
    pub version: i64,
}

/// What a pool did in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoolCycle {
    /// Which pool.
    pub pool: Pool,
    /// Its sums.
    pub sums: CycleSums,
    /// What was given for nothing and what nobody used; none while a close is only looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servicing: Option<Servicing>,
}

/// Over-servicing and under-use of a pool in a cycle; of an open one as if it closed now.
/// Source: domain 6.5, 6.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Servicing {
    /// Units given for nothing: overage that is not billed, less what of it was taken back since,
    /// and allowance that could not be taken back because it was used.
    pub given: i64,
    /// Of the allowance, in tenths of a per cent; none of no allowance.
    pub given_share: Option<i64>,
    /// What that is worth in minor units of the retainer's currency, at the rate of overage, or
    /// at the price of a unit of the only pool; none where nobody has said a rate.
    pub given_minor: Option<i64>,
    /// Of what there was, what lapsed, in tenths of a per cent; none of nothing.
    pub lapsed_share: Option<i64>,
    /// More than a tenth of the allowance was given away, in this cycle or in both before it.
    pub over_serviced: bool,
}

/// The sums of a pool in a cycle, in its unit:
/// opening + granted + topped_up + adjusted − repaid − (used − overage) − lapsed = closing.
/// While the cycle is open, what is set aside for make-ups counts as closing. Source: domain 3.3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleSums {
    /// Carried in.
    pub opening: i64,
    /// The allowance of this cycle.
    pub granted: i64,
    /// Of the allowance, what went to overage of the cycle before.
    pub repaid: i64,
    /// Bought, or given for nothing.
    pub topped_up: i64,
    /// Given back or added, less taken away.
    pub adjusted: i64,
    /// Delivered, overage included.
    pub used: i64,
    /// Of it, beyond what was available.
    pub overage: i64,
    /// Of the overage, billed: rounded up to the increment.
    pub overage_billed: i64,
    /// What it costs, in minor units of the retainer's currency.
    pub overage_amount_minor: i64,
    /// Of the overage, delivered for nothing.
    pub overage_absorbed: i64,
    /// Of the overage, taken from the next cycle.
    pub borrowed: i64,
    /// Taken from this cycle earlier and not repaid when the retainer ended: settled with the
    /// overage.
    #[serde(default)]
    pub unrepaid: i64,
    /// Set aside for sessions to be made up; what the next cycle starts with has it.
    #[serde(default)]
    pub set_aside: i64,
    /// Lapsed at the close (for an open cycle: would lapse if it closed now).
    pub lapsed: i64,
    /// What the next cycle starts with (for an open cycle: would, if it closed now).
    pub closing: i64,
}

/// Where a pool stands in one cycle, in its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// The cycle this is about.
    pub cycle_id: CycleId,
    /// The pool this is about.
    pub pool: Pool,
    /// 1 for the first.
    pub seq: i64,
    /// The cycle's first day.
    pub starts_on: NaiveDate,
    /// The day after the cycle's last.
    pub ends_on: NaiveDate,
    /// Whether the cycle can still change.
    pub status: CycleStatus,
    /// Days that have begun, today included; at most `days`.
    pub elapsed_days: i64,
    /// Days of the cycle.
    pub days: i64,
    /// Opening + granted − repaid + topped_up + adjusted − ended − coming.
    pub available: i64,
    /// Carried in from earlier cycles, whatever was drawn of it since.
    pub opening: i64,
    /// This cycle's allowance.
    pub granted: i64,
    /// Of the allowance, what went to overage of the cycle before.
    pub repaid: i64,
    /// Bought, or given for nothing.
    pub topped_up: i64,
    /// Given back or added, less taken away.
    pub adjusted: i64,
    /// What ended unused inside the cycle: it lapses at the close, but can no longer be drawn.
    pub ended: i64,
    /// Bought or given ahead: it pays for nothing before the day it starts.
    pub coming: i64,
    /// Delivered, overage included.
    pub used: i64,
    /// Agreed but not delivered yet: booked sessions, and what is left of agreed estimates.
    pub committed: i64,
    /// Of it, what agreed work will still draw; not known as of a day.
    #[serde(default)]
    pub planned: i64,
    /// Of what was left, set aside for sessions to be made up.
    pub set_aside: i64,
    /// Available − used − set aside; never below 0.
    pub left: i64,
    /// Used beyond available.
    pub overage: i64,
    /// Where the terms ask first: how far beyond available use may go, as approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<i64>,
    /// What is left, in draw order; without what has ended or starts later.
    pub lots: Vec<Lot>,
    /// What starts later, soonest first.
    pub coming_lots: Vec<ComingLot>,
    /// Of what is left: carries at the cycle's end, if nothing more is used.
    pub carries: i64,
    /// Lapses at the cycle's end, if nothing more is used; with what has ended before.
    pub lapses: i64,
    /// What of the rest lapses when, soonest first, if nothing more is used: on the lot's own day
    /// where it has one.
    pub next_lapses: Vec<Lapse>,
    /// How it stands against limit and pace.
    pub state: MeterState,
    /// Where its figures are taken apart.
    pub explain: ExplainLinks,
}

/// Where the figures of a balance are taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainLinks {
    /// What is left.
    pub left: String,
    /// What was available.
    pub available: String,
    /// What was used.
    pub used: String,
    /// What went beyond.
    pub overage: String,
    /// What carries over at the end of the cycle.
    pub carries: String,
    /// What lapses then.
    pub lapses: String,
}

/// What a ledger line does. Source: domain 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LineKind {
    /// A lot carried in from the cycle before.
    CarryIn,
    /// The allowance.
    Grant,
    /// Units bought, or given for nothing.
    Topup,
    /// Allowance added by hand.
    AdjustUp,
    /// Allowance taken away by hand.
    AdjustDown,
    /// Work delivered.
    Consume,
    /// Units set aside for a session to be made up.
    SetAside,
    /// Something taken back while its cycle is open.
    Reverse,
    /// Work of a closed cycle taken back: given as allowance of this one.
    Restore,
    /// Allowance that went to overage of the cycle before.
    Repay,
    /// What was set aside, kept as a lot of its own.
    Makeup,
    /// A lot that lapsed.
    Expire,
    /// A lot carried out to the next cycle.
    CarryOut,
    /// Overage that the next cycle's allowance repays; told of a closed cycle, moves no balance.
    Borrow,
    /// Overage that is billed, in whole increments; likewise.
    OverageBilled,
    /// Overage that was given for nothing; likewise.
    OverageAbsorbed,
}

/// One line of the ledger, with the balance after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerLine {
    /// Its place in the cycle, from 1.
    pub position: i64,
    /// The day it counts.
    pub on: NaiveDate,
    /// What it does.
    pub kind: LineKind,
    /// Signed units as recorded: −90 for an hour and a half of work.
    pub quantity: i64,
    /// The part of it beyond what was available (0 or more); it moves no balance.
    pub overage: i64,
    /// What can still be drawn after this line.
    pub balance: i64,
    /// The lots it drew on, gave back to, made or ended.
    pub lots: Vec<LotMove>,
    /// The fact behind it.
    pub fact_id: Option<FactId>,
    /// The time entry behind it.
    pub time_entry_id: Option<TimeEntryId>,
    /// What was bought, given or corrected by hand.
    pub adjustment_id: Option<AdjustmentId>,
    /// What was delivered.
    pub deliverable_id: Option<DeliverableId>,
    /// The session behind it.
    pub session_id: Option<ClientSessionId>,
    /// How that session went, which is why it moved its units; not of what was taken back since,
    /// nor while nobody has said it.
    pub session_reason: Option<SettlementCode>,
    /// Who did the work.
    pub member_name: Option<String>,
    /// What was done.
    pub note: Option<String>,
    /// The day it was worked, when that is not the day it counts.
    pub worked_on: Option<NaiveDate>,
    /// Work of a closed cycle, posted here.
    pub late: bool,
    /// When it was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// What a line does to one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotMove {
    /// Where the lot comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// The first day it pays for, where it was bought or given ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The first day on which it is gone; never if absent. Allowance that can carry over is told
    /// with the life it has then, which decides when it is drawn.
    pub ends_on: Option<NaiveDate>,
    /// Signed units.
    pub quantity: i64,
}

/// The ledger of one pool in one cycle, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ledger {
    /// The cycle.
    pub cycle: Cycle,
    /// The pool.
    pub pool: Pool,
    /// Its lines in order.
    pub items: Vec<LedgerLine>,
    /// Send it back as `cursor` to read on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many lines there are in all.
    pub total: i64,
}

/// What a number is made of: the parts add up to the value exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// The figure, to translate: `left`, `available`, `used`, `overage`, `billed`, `approved`,
    /// `carries`, `lapses`.
    pub figure: String,
    /// The figure in English.
    pub label: String,
    /// Units of the pool.
    pub value: i64,
    /// The rule in English.
    pub rule: String,
    /// What adds up to the value.
    pub parts: Vec<ExplanationPart>,
    /// Who settled it otherwise than by the terms alone, for `overage` and `billed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<OverageDecision>,
}

/// A part of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplanationPart {
    /// The part, to translate: `carried_in`, `granted`, `adjusted`, `drawn`, `consumed` …
    pub key: String,
    /// The part in English.
    pub label: String,
    /// Signed units of the pool.
    pub value: i64,
    /// The cycle it comes from, for a lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_seq: Option<i64>,
    /// Where its rows are.
    pub source: String,
}

/// Overage of a closed cycle that was taken back since. Nothing comes back for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverageTakenBack {
    /// The key of the pool.
    pub pool: String,
    /// Units, more than zero.
    pub units: i64,
}

/// What a client is told about one cycle: what was promised, delivered, carried and lapsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statement {
    /// Who serves.
    pub organisation_name: String,
    /// Who is served, or serves.
    pub account_id: AccountId,
    /// Their name.
    pub account_name: String,
    /// The retainer's name.
    pub retainer_name: String,
    /// IANA name of the zone in which its days are counted.
    pub timezone: String,
    /// The price of a full cycle under the terms of this one.
    pub price: Money,
    /// The number of these terms.
    pub terms_number: i64,
    /// The cycle with the sums of its pools.
    pub cycle: Cycle,
    /// How overage was settled where the terms left it open, pool by pool.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub decisions: Vec<OverageDecision>,
    /// What was taken back of its overage after it closed, pool by pool. Its sums stay as they are.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub taken_back: Vec<OverageTakenBack>,
    /// What was said when somebody closed it by hand.
    pub closing: Option<ClosingRecord>,
    /// Whether these figures can still change.
    pub provisional: bool,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}
