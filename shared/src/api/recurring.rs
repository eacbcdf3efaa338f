//! Recurring revenue by month, and how it moved.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// The most months of a report.
pub const RECURRING_MONTHS_MAX: i32 = 36;
/// How many months after this one a report may tell.
pub const RECURRING_AHEAD_MAX: i32 = 12;
/// The most movements that a report names; its sheet has all.
pub const RECURRING_MOVES_MAX: usize = 200;

names! {
    /// How a client came to bring another amount a month. Source: domain 7.5.
    Movement {
        /// It had never brought anything.
        New "new",
        /// It brings more.
        Expansion "expansion",
        /// It brings less.
        Contraction "contraction",
        /// It brings nothing any more.
        Churn "churn",
        /// It brings something again.
        Reactivation "reactivation",
    }
}

/// What the terms of clients bring a month, whatever was invoiced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurringReport {
    /// The first day of the first month.
    pub from: NaiveDate,
    /// The last day of the last month.
    pub to: NaiveDate,
    /// Currency by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub currencies: Vec<RecurringOfCurrency>,
}

/// Recurring revenue in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurringOfCurrency {
    /// ISO 4217.
    pub currency: String,
    /// A whole year of what there is at the end of the last month, in minor units.
    pub yearly_minor: i64,
    /// All months together: one net movement a client.
    pub whole: RecurringSpan,
    /// Month by month.
    #[cfg_attr(feature = "openapi", schema(max_items = 36))]
    pub months: Vec<RecurringMonth>,
    /// What moved, the last month first and in it the largest.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub moves: Vec<RecurringMove>,
    /// How many more there are; the sheet has all.
    pub moves_left: u64,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurringMonth {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Whether its last day is still to come: it tells what is agreed by now.
    pub ahead: bool,
    /// What contracts bring on their last day that end between today and the end of the month, less
    /// what others of their clients bring that begin until then, in minor units. It is in no other
    /// figure: nobody knows yet whether they are renewed.
    pub renewable_minor: i64,
    /// What came and went.
    pub span: RecurringSpan,
}

/// Recurring revenue a month at the start and the end of a time, in minor units: the end is the start
/// with what is new, expansion and reactivation, less contraction and churn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurringSpan {
    /// At its start.
    pub start_minor: i64,
    /// Of clients that are new.
    pub new_minor: i64,
    /// What clients bring more.
    pub expansion_minor: i64,
    /// Of clients that came back.
    pub reactivation_minor: i64,
    /// What clients bring less, not below zero.
    pub contraction_minor: i64,
    /// Of clients that left, not below zero.
    pub churn_minor: i64,
    /// At its end.
    pub end_minor: i64,
    /// Clients that bring something at its end.
    pub clients: u32,
    /// Clients that are new or came back.
    pub clients_won: u32,
    /// Clients that left.
    pub clients_lost: u32,
    /// What of the start stays, with what its clients bring more, in thousandths; absent if it
    /// starts with nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_retention: Option<i64>,
    /// The same without what they bring more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_retention: Option<i64>,
    /// Which part of the clients of the start left, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_churn: Option<i64>,
}

names! {
    /// How long a period of a cohort is.
    CohortBy {
        /// A month of the calendar.
        Month "month",
        /// A quarter.
        Quarter "quarter",
    }
}

/// Clients by the time in which they began, and what of them is left. Source: domain 7.6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortReport {
    /// The first day of the first period.
    pub from: NaiveDate,
    /// The last day of the last one, as far as it is told.
    pub to: NaiveDate,
    /// How long a period is.
    pub by: CohortBy,
    /// Currency by currency; one in which nobody began is left out.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub currencies: Vec<CohortsOfCurrency>,
}

/// The cohorts in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortsOfCurrency {
    /// ISO 4217.
    pub currency: String,
    /// The first comes first; a period in which nobody began is left out.
    #[cfg_attr(feature = "openapi", schema(max_items = 36))]
    pub cohorts: Vec<Cohort>,
}

/// Clients that began in one period: at the end of a month of it they first brought something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cohort {
    /// The first day of the period.
    pub starts_on: NaiveDate,
    /// How many clients.
    pub clients: u32,
    /// What they brought a month when they began: each at the end of its first month, in minor units.
    pub began_minor: i64,
    /// What is left at the end of that period, of the next, and so on.
    #[cfg_attr(feature = "openapi", schema(max_items = 36))]
    pub periods: Vec<CohortPeriod>,
}

/// What is left of a cohort at the end of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortPeriod {
    /// Its last day, by which it is measured; that of this month is told as agreed by now.
    pub ends_on: NaiveDate,
    /// Clients that bring something.
    pub clients: u32,
    /// What they bring a month, in minor units.
    pub mrr_minor: i64,
    /// Which part of the clients that is, in thousandths.
    pub clients_left: i64,
    /// Which part of what they brought when they began; above 1,000 where they grew.
    pub mrr_left: i64,
}

/// What a client brings a month, before and after it moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurringMove {
    /// The first day of the month.
    pub month: NaiveDate,
    /// Which client.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// What happened.
    pub movement: Movement,
    /// At the end of the month before, in minor units.
    pub before_minor: i64,
    /// At the end of the month.
    pub after_minor: i64,
}
