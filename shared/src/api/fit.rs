//! The check whether a retainer makes sense, before there is one.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::fit::FitVerdict;
use crate::rules::fit::{Answers, verdict};

/// What was answered. Source: requirement S0-44.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FitAnswers {
    /// The need comes again, cycle after cycle.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub repeating_need: bool,
    /// What it is to bring stays the same for a while.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub stable_outcome: bool,
    /// Somebody has the time to do it, each cycle.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub capacity: bool,
    /// Somebody on the side of the business decides and answers.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub owner: bool,
}

impl FitAnswers {
    /// What they come to.
    #[must_use]
    pub fn verdict(self) -> FitVerdict {
        let Self { repeating_need, stable_outcome, capacity, owner } = self;
        verdict(Answers { repeating_need, stable_outcome, capacity, owner })
    }
}

/// A check, to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewFitCheck {
    /// For whom, or by whom.
    #[garde(skip)]
    pub account_id: AccountId,
    /// What was answered.
    #[garde(dive)]
    pub answers: FitAnswers,
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FitCheck {
    /// Its id.
    pub id: FitCheckId,
    /// For whom, or by whom.
    pub account_id: AccountId,
    /// The retainer that was made of it.
    pub retainer_id: Option<RetainerId>,
    /// What was answered.
    pub answers: FitAnswers,
    /// What that comes to.
    pub verdict: FitVerdict,
    /// Who answered.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

checked! {
    NewFitCheck;
}
