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
    /// Its sums. Opening + granted + adjusted − drawn − lapsed = closing, where drawn is
    /// used − overage.
    pub sums: CycleSums,
}

/// The sums of a cycle, in minutes. Source: domain 3.3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleSums {
    /// Carried in.
    pub opening: i64,
    /// The allowance of this cycle.
    pub granted: i64,
    /// Given back or added, less taken away.
    pub adjusted: i64,
    /// Delivered, overage included.
    pub used: i64,
    /// Of it, beyond what was available.
    pub overage: i64,
    /// Lapsed at the close (for an open cycle: would lapse if it closed now).
    pub lapsed: i64,
    /// What the next cycle starts with (for an open cycle: would, if it closed now).
    pub closing: i64,
}

/// Where a retainer stands in one cycle, in minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// The cycle this is about.
    pub cycle_id: CycleId,
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
    /// Opening + granted + adjusted.
    pub available: i64,
    /// Carried in from earlier cycles, whatever was drawn of it since.
    pub opening: i64,
    /// This cycle's allowance.
    pub granted: i64,
    /// Given back or added, less taken away.
    pub adjusted: i64,
    /// Delivered, overage included.
    pub used: i64,
    /// Agreed but not delivered yet.
    pub committed: i64,
    /// Available − used; never below 0.
    pub left: i64,
    /// Used beyond available.
    pub overage: i64,
    /// What is left, in the order in which it will be drawn.
    pub lots: Vec<Lot>,
    /// Of what is left: carries at the cycle's end, if nothing more is used.
    pub carries: i64,
    /// Of what is left: lapses at the cycle's end, if nothing more is used.
    pub lapses: i64,
    /// What lapses when, soonest first, if nothing more is used.
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
}

/// Time that can still be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// Where it comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// Minutes that remain.
    pub minutes: i64,
    /// The first day on which it is gone; never if absent.
    pub ends_on: Option<NaiveDate>,
}

/// Time that will lapse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lapse {
    /// Where it comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// Minutes.
    pub minutes: i64,
    /// The first day on which it is gone.
    pub on: NaiveDate,
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
    /// Work delivered.
    Consume,
    /// Work taken back while its cycle is open.
    Reverse,
    /// Work of a closed cycle taken back: given as allowance of this one.
    Restore,
    /// A lot that lapsed.
    Expire,
    /// A lot carried out to the next cycle.
    CarryOut,
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
    /// Signed minutes as recorded: −90 for an hour and a half of work.
    pub minutes: i64,
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
    /// The first day on which it is gone; never if absent.
    pub ends_on: Option<NaiveDate>,
    /// Signed minutes.
    pub minutes: i64,
}

/// The ledger of one cycle, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ledger {
    /// The cycle.
    pub cycle: Cycle,
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
    /// The figure, to translate: `left`, `available`, `used`, `overage`.
    pub figure: String,
    /// The figure in English.
    pub label: String,
    /// Minutes.
    pub value: i64,
    /// The rule in English.
    pub rule: String,
    /// What adds up to the value.
    pub parts: Vec<ExplanationPart>,
}

/// A part of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplanationPart {
    /// The part, to translate: `carried_in`, `granted`, `adjusted`, `drawn`, `consumed` …
    pub key: String,
    /// The part in English.
    pub label: String,
    /// Signed minutes.
    pub value: i64,
    /// Where its rows are.
    pub source: String,
}
