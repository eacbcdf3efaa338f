//! How the relationship with a client stands. Source: domain 7.1, 7.8; requirement S1-6.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::health::{ExpansionSign, HealthBand, HealthState};

/// Days of the history that are shown.
pub const HEALTH_DAYS_SHOWN: i64 = 24;

/// A score and what it comes to, in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthShort {
    /// The day it was looked at, in the zone of the organisation.
    pub on: NaiveDate,
    /// In tenths of a point, 0 to 1,000, of the parts that the reader may see.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub score: Option<i64>,
    /// What the score comes to.
    pub band: Option<HealthBand>,
    /// How it stands; none where nothing is known.
    pub state: Option<HealthState>,
}

/// How the relationship with a client stands, with all that this is made of. Parts that the reader
/// may not see are left out, of the score as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountHealth {
    /// Whose.
    pub account_id: AccountId,
    /// The day it is of, in the zone of the organisation.
    pub on: NaiveDate,
    /// In tenths of a point, 0 to 1,000: the mean of the parts that are known, by their weights.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub score: Option<i64>,
    /// What the score comes to.
    pub band: Option<HealthBand>,
    /// The first of the signs and of what the score comes to; none where nothing is known.
    pub state: Option<HealthState>,
    /// What speaks for a state other than the score, in the order in which they go before each
    /// other.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub signs: Vec<HealthSign>,
    /// What it is made of.
    pub parts: HealthParts,
    /// The days at whose end band or state were others, the newest first; of who may read everything
    /// that they are made of.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub days: Vec<HealthDay>,
}

/// What speaks for a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthSign {
    /// For which.
    pub state: HealthState,
    /// The retainer it is about; none of what is late.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// Invoices that are late, or how often units were bought.
    pub count: Option<i64>,
    /// Days the oldest of them is late.
    pub days: Option<i64>,
    /// In tenths of a per cent: of the allowance, what was given away; of what there was, what was
    /// used; of the revenue of the last cycle, what was left.
    pub share: Option<i64>,
    /// Why more could be agreed.
    pub because: Option<ExpansionSign>,
    /// The margin that falls; only of who may read margins.
    #[serde(default)]
    pub erosion: Option<MarginErosion>,
}

/// The five parts. One that the reader may not see is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthParts {
    /// What was used of what there was.
    #[serde(rename = "use")]
    pub used: HealthUse,
    /// How late invoices were paid.
    pub payment: Option<HealthPayment>,
    /// What was left of the revenue.
    pub margin: Option<HealthMargin>,
    /// How long ago the last exchange was.
    pub contact: HealthContact,
    /// What was delivered on time.
    pub delivery: HealthDelivery,
}

/// What was used, of the retainer where that stands worst.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthUse {
    /// What it weighs, in hundredths where no part is missing.
    pub weight: i64,
    /// In tenths of a point; none where no cycle of a running retainer was closed yet.
    pub score: Option<i64>,
    /// The retainer.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The mean of its cycles, in tenths of a per cent.
    pub share: Option<i64>,
    /// Its last closed cycles, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub cycles: Vec<HealthCycle>,
}

/// What a closed cycle used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthCycle {
    /// Its number.
    pub seq: i64,
    /// Of what the tightest pool had, in tenths of a per cent.
    pub share: i64,
}

/// How late the last invoices were paid that are paid or past their day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthPayment {
    /// What it weighs, in hundredths where no part is missing.
    pub weight: i64,
    /// In tenths of a point; none where no invoice was due yet.
    pub score: Option<i64>,
    /// Invoices that were looked at, six at most.
    pub invoices: i64,
    /// Days they were late together; one that is open is late until today.
    pub days_late: i64,
    /// Invoices that are open after their day.
    pub late: i64,
    /// Days the oldest of them is late.
    pub longest_days: i64,
}

/// What was left of the revenue in the last closed cycles of the running retainers, of the currency
/// where that stands worst.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthMargin {
    /// What it weighs, in hundredths where no part is missing.
    pub weight: i64,
    /// In tenths of a point; none where nothing was billed, or time has no cost rate.
    pub score: Option<i64>,
    /// Of the revenue, in tenths of a per cent.
    pub share: Option<i64>,
    /// What is aimed at, likewise.
    pub target: i64,
    /// The currency.
    pub currency: Option<String>,
    /// What an hour of work brought, admin time included, in minor units.
    #[serde(default)]
    pub effective_hour_minor: Option<i64>,
}

/// How long ago a call, a meeting, a message, a session or a request was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthContact {
    /// What it weighs, in hundredths where no part is missing.
    pub weight: i64,
    /// In tenths of a point; none where there was none.
    pub score: Option<i64>,
    /// The day of the last one.
    pub last_on: Option<NaiveDate>,
    /// Days since.
    pub days: Option<i64>,
}

/// Work of the running retainers that was due in the last 90 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthDelivery {
    /// What it weighs, in hundredths where no part is missing.
    pub weight: i64,
    /// In tenths of a point; none where nothing was due.
    pub score: Option<i64>,
    /// Delivered by its day.
    pub on_time: i64,
    /// Pieces that were due.
    pub due: i64,
}

/// A day at whose end band or state were others than before, with the score as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthDay {
    /// The day; only the last one can still change, and only today.
    pub on: NaiveDate,
    /// In tenths of a point.
    pub score: Option<i64>,
    /// How it stood.
    pub state: Option<HealthState>,
}

impl AccountHealth {
    /// Its short form.
    #[must_use]
    pub const fn short(&self) -> HealthShort {
        HealthShort { on: self.on, score: self.score, band: self.band, state: self.state }
    }
}
