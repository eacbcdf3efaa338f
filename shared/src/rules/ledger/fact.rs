//! Facts of a cycle: what people recorded, before any of it is allotted to lots.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::lot::{Ends, LotKind};
use crate::rules::units::Quantity;

/// The lots that can be added by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TopUpKind {
    /// Bought.
    Purchased,
    /// Given for nothing.
    Goodwill,
}

impl From<TopUpKind> for LotKind {
    fn from(kind: TopUpKind) -> Self {
        match kind {
            TopUpKind::Purchased => Self::Purchased,
            TopUpKind::Goodwill => Self::Goodwill,
        }
    }
}

/// What a fact does. Source: domain 3.1, 3.6, 3.10, 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FactKind {
    /// Work, or a session that counts: draws lots, and is overage where there is none.
    Use,
    /// Extra allowance for the whole cycle.
    AdjustUp,
    /// Less allowance: takes what is unused of it on that day and waives the rest.
    AdjustDown,
    /// A lot for the whole cycle, or from a day of its own on.
    TopUp {
        /// What kind of lot.
        lot: TopUpKind,
        /// The first day it pays for, where it was bought or given ahead.
        #[serde(default)]
        starts: Option<NaiveDate>,
        /// Until when it pays.
        ends: Ends,
    },
    /// A cancelled session that is kept for later: sets aside what is available.
    Carry,
}

/// One thing that happened in a cycle. Facts are given in the order in which they were recorded,
/// without those that were reversed while the cycle was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// The day it counts from in this cycle: see `place`.
    pub effective_on: NaiveDate,
    /// How much, in units of the pool; not negative.
    pub quantity: Quantity,
    /// What it does.
    pub kind: FactKind,
}
