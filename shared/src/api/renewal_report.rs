//! What came of renewals month by month, and what contracts will probably bring. Source: domain 7.3,
//! 7.7; docs/decisions/0069.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// Months of a forecast, from this one on.
pub const FORECAST_MONTHS: usize = 12;

/// What came of the renewals of clients whose terms end in some months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalReport {
    /// The first day of the first month.
    pub from: NaiveDate,
    /// The last day of the last month.
    pub to: NaiveDate,
    /// Currency by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub currencies: Vec<RenewalsOfCurrency>,
}

/// What came of renewals, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalsOfCurrency {
    /// ISO 4217.
    pub currency: String,
    /// All months together.
    pub whole: RenewalCounts,
    /// Month by month: those whose terms end in it.
    #[cfg_attr(feature = "openapi", schema(max_items = 36))]
    pub months: Vec<RenewalMonth>,
    /// Why they were won and lost, the most revenue first.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub reasons: Vec<RenewalReasonCount>,
}

/// The renewals whose terms end in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// What came of them.
    pub counts: RenewalCounts,
}

/// What came of some renewals. Amounts are monthly recurring revenue in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalCounts {
    /// How many there are.
    pub due: i64,
    /// What they brought before.
    pub due_minor: i64,
    /// Won for the same.
    pub same: i64,
    /// Won for more.
    pub expanded: i64,
    /// Won for less.
    pub reduced: i64,
    /// What those that were won brought before.
    pub won_before_minor: i64,
    /// What they bring from then on.
    pub won_minor: i64,
    /// Lost.
    pub lost: i64,
    /// What those brought before.
    pub lost_minor: i64,
    /// Without an outcome, lapsed ones among them.
    pub open: i64,
    /// What those bring.
    pub open_minor: i64,
    /// Which part of those with an outcome was won, in thousandths; none of none.
    pub rate: Option<i64>,
    /// Which part of what those brought before goes on, what they bring more not counted, in
    /// thousandths; none of nothing.
    pub kept_rate: Option<i64>,
}

/// How often renewals were won or lost for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalReasonCount {
    /// Why.
    pub reason: RenewalReason,
    /// They were won; else lost.
    pub won: bool,
    /// How many.
    pub count: i64,
    /// What they brought a month before, in minor units.
    pub before_minor: i64,
}

/// What the contracts of clients will probably bring a month, from this month on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalForecast {
    /// Currency by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub currencies: Vec<ForecastOfCurrency>,
}

/// A forecast in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForecastOfCurrency {
    /// ISO 4217.
    pub currency: String,
    /// Month by month.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub months: Vec<ForecastMonth>,
}

/// What is expected of a month, on its last day, in minor units. Source: domain 7.7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForecastMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// Of contracts whose present term holds then.
    pub certain_minor: i64,
    /// Of contracts whose present term is over by then, if all went on.
    pub open_minor: i64,
    /// How many those are.
    pub open: i64,
    /// What is certain, and of what is open each by how likely its renewal is.
    pub likely_minor: i64,
}
