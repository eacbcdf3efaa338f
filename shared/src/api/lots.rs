//! Lots as a balance tells them: what can be drawn, what starts later, what will lapse.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// Units that can still be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// Where it comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// Units that remain.
    pub quantity: i64,
    /// The first day on which it is gone; never if absent.
    pub ends_on: Option<NaiveDate>,
}

/// Units that were bought or given ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComingLot {
    /// Where it comes from.
    pub kind: LotKind,
    /// Units.
    pub quantity: i64,
    /// The first day they pay for.
    pub starts_on: NaiveDate,
    /// The first day on which they are gone; never if absent.
    pub ends_on: Option<NaiveDate>,
}

/// Units that will lapse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lapse {
    /// Where it comes from.
    pub kind: LotKind,
    /// The cycle it was granted in.
    pub origin_seq: i64,
    /// Units.
    pub quantity: i64,
    /// The first day on which it is gone.
    pub on: NaiveDate,
}
