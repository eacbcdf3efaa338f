//! Margin as it is reported. Source: domain 6.1 to 6.5.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

names! {
    /// What margin is reported by.
    MarginBy {
        /// By cycle, those that began last first.
        Cycle "cycle",
        /// By retainer, by name.
        Retainer "retainer",
        /// By account, by name.
        Account "account",
        /// By account, by name, all its cycles ever.
        Lifetime "lifetime",
        /// By the channel of the work that time was spent on, by name.
        ServiceLine "service_line",
    }
}
names! {
    /// What took most of a margin.
    ErosionCause {
        /// Less was earned.
        Revenue "revenue",
        /// More time was worked.
        Hours "hours",
        /// Hours cost more.
        Rates "rates",
        /// More was spent on admin time.
        Admin "admin",
        /// More was spent besides time.
        Expenses "expenses",
    }
}

/// A row of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarginRow {
    /// What the row is.
    pub by: MarginBy,
    /// The account; none by service line.
    pub account_id: Option<AccountId>,
    /// Its name.
    pub account_name: Option<String>,
    /// The retainer, by cycle and by retainer.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The cycle, by cycle.
    pub cycle: Option<MarginCycle>,
    /// The channel, by service line; none for time that was spent on no work with a channel.
    pub service_line: Option<String>,
    /// What was earned and spent, a currency at a time: nothing is converted.
    pub sums: Vec<MarginSums>,
    /// Who worked without a cost rate; their time is in no cost.
    pub unrated: Vec<Unrated>,
    /// A margin that fell in each of the last three whole cycles that are over; of an account that
    /// of the retainer that fell most.
    pub erosion: Option<MarginErosion>,
}

impl MarginRow {
    /// A row of nothing yet.
    #[must_use]
    pub const fn of(by: MarginBy) -> Self {
        Self {
            by,
            account_id: None,
            account_name: None,
            retainer_id: None,
            retainer_name: None,
            cycle: None,
            service_line: None,
            sums: Vec::new(),
            unrated: Vec::new(),
            erosion: None,
        }
    }
}

/// A cycle in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarginCycle {
    /// Its id.
    pub id: CycleId,
    /// Its number.
    pub seq: i64,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The day after its last.
    pub ends_on: NaiveDate,
    /// Open or closed.
    pub status: CycleStatus,
}

/// What cycles earned and cost, in minor units of one currency and whole minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarginSums {
    /// ISO 4217.
    pub currency: String,
    /// Cycles that are counted: those whose price is billed, drafts included, or that
    /// cost nothing.
    pub cycles: i64,
    /// What these cycles earned without tax until today: `fee_minor`, `overage_minor` and
    /// `other_minor`.
    pub revenue_minor: i64,
    /// Of the price of the cycles, by days of service.
    pub fee_minor: i64,
    /// By what went beyond the allowance.
    pub overage_minor: i64,
    /// By what was agreed, bought or written beside.
    pub other_minor: i64,
    /// Billed for days that are still to come, or that are not served and not given back yet; in no
    /// other figure.
    pub unearned_minor: i64,
    /// Of the revenue, what is on drafts.
    pub drafted_minor: i64,
    /// Time, admin time included.
    pub minutes: i64,
    /// Admin time: it draws on no pool.
    pub admin_minutes: i64,
    /// Of all time, in tenths of a per cent; none of no time.
    pub admin_share: Option<i64>,
    /// What was spent, of time as far as rates are known: `work_cost_minor`, `admin_cost_minor` and
    /// `expenses_minor`.
    pub cost_minor: i64,
    /// Of time that draws on pools.
    pub work_cost_minor: i64,
    /// Of admin time.
    pub admin_cost_minor: i64,
    /// Besides time.
    pub expenses_minor: i64,
    /// Minutes without a cost rate: the margin is that much too high.
    pub unrated_minutes: i64,
    /// Revenue less cost.
    pub margin_minor: i64,
    /// Of the revenue, in tenths of a per cent; none of no revenue.
    pub margin_share: Option<i64>,
    /// What an hour brought of price and overage, admin time included; none of no time.
    pub effective_hour_minor: Option<i64>,
    /// What closed cycles gave for nothing, billed or not, at the rate of overage or the price of a
    /// unit; none where no cycle is closed, and by service line.
    pub given_minor: Option<i64>,
    /// Pools of cycles that gave something which nobody has priced.
    pub given_unpriced: i64,
    /// What closed cycles went beyond their allowance and no invoice has taken yet, as its amount
    /// will be; in no other figure.
    pub unbilled_overage_minor: i64,
    /// Cycles whose price is on no invoice: nobody knows what they earn, so that their time, their cost
    /// and what else was billed of them count nowhere above.
    pub unbilled_cycles: i64,
    /// Their time.
    pub unbilled_minutes: i64,
    /// What they cost, expenses included, as far as rates are known.
    pub unbilled_cost_minor: i64,
    /// What was billed of them besides their price: overage, and what was agreed, bought or written
    /// beside.
    pub unbilled_revenue_minor: i64,
}

/// Somebody whose time has no cost rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unrated {
    /// Who.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// In which currency the rate is missing.
    pub currency: String,
    /// Their minutes without one.
    pub minutes: i64,
    /// The first day of them: a rate from then on is missing.
    pub since: NaiveDate,
}

/// A margin that fell three times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarginErosion {
    /// The retainer whose margin it is.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The share of the three cycles in tenths of a per cent, the oldest first.
    pub shares: Vec<i64>,
    /// What took most from the first to the last of them.
    pub cause: ErosionCause,
    /// How much that took, in minor units.
    pub taken_minor: i64,
    /// ISO 4217.
    pub currency: String,
}
