//! The cycles that end in a month, over all retainers: what is to be closed, and what was.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;

/// How far the closing of a cycle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClosingStage {
    /// Its last day is not over.
    Running,
    /// It is over and waits to be closed.
    Due,
    /// The calendar closed it: nobody has told the client yet.
    Frozen,
    /// Somebody closed it, or told the client afterwards.
    Told,
}

/// A cycle that ends in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthEnd {
    /// The cycle.
    pub cycle_id: CycleId,
    /// Its retainer.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// Its account.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// It serves us: nobody there is told how a cycle went.
    pub partner: bool,
    /// 1 for the first.
    pub seq: i64,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The day after the last.
    pub ends_on: NaiveDate,
    /// When the calendar closes it, or did: after its days of grace.
    pub closes_at: DateTime<Utc>,
    /// How far its closing is.
    pub stage: ClosingStage,
}
