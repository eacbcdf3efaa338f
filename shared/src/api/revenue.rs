//! Revenue month by month. Source: domain 5.17.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was billed and earned, month by month, a currency at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevenueReport {
    /// The first month first; of each a row for every currency in which something was billed.
    pub months: Vec<RevenueMonth>,
}

/// A month in one currency, in minor units without tax. What is unearned less what is unbilled is that
/// of the month before, and what was billed less what was earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevenueMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// The last day that is counted: its last, or today.
    pub until: NaiveDate,
    /// ISO 4217.
    pub currency: String,
    /// On invoices of its days, less what credit notes of its days took back.
    pub billed_minor: i64,
    /// Earned in its days: `fee_minor`, `overage_minor` and `other_minor`.
    pub earned_minor: i64,
    /// Of the price of cycles, by days of service.
    pub fee_minor: i64,
    /// By what went beyond allowances, on the last day of the cycle.
    pub overage_minor: i64,
    /// By what was agreed, bought or written beside, on the day of its invoice.
    pub other_minor: i64,
    /// Billed and not earned at the end: for days still to come, or owed back.
    pub unearned_minor: i64,
    /// Earned and on no issued invoice at the end.
    pub unbilled_minor: i64,
}
