//! Rates of people, with the day from which on they hold.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// What a rate says.
    RateKind {
        /// What an hour costs us.
        Cost "cost",
        /// What a client is billed for an hour.
        Bill "bill",
    }
}

/// A rate to add. It holds from its day on; one of the same day as the last corrects that. Rates
/// are never changed. Source: domain 6.1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRate {
    /// Whose; of everybody without one of their own if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// What it says.
    #[garde(skip)]
    pub kind: RateKind,
    /// An hour. Each currency has rates of its own: nothing is converted.
    #[garde(dive)]
    pub hour: Money,
    /// The first day it holds: that of the last rate of its kind, a later one, or one before the
    /// first, where nothing had a rate.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-15"))]
    pub valid_from: NaiveDate,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Raise of the year"))]
    pub note: Option<String>,
}

/// A rate as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rate {
    /// Its id.
    pub id: RateId,
    /// Whose; none for everybody without one of their own.
    pub member_id: Option<MemberId>,
    /// Their name.
    pub member_name: Option<String>,
    /// What it says.
    pub kind: RateKind,
    /// An hour.
    pub hour: Money,
    /// The first day it holds.
    pub valid_from: NaiveDate,
    /// It takes the place of the one recorded before it.
    pub corrects: bool,
    /// Why.
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

checked! {
    NewRate;
}
