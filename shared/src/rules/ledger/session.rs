//! What the outcome of a session does to the pool.
use serde::{Deserialize, Serialize};

use super::policy::{Cancellation, CancellationOutcome};
use crate::rules::units::Quantity;
use crate::rules::{RuleError, scale};

/// How a session went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SessionStatus {
    /// It took place.
    Completed,
    /// It was called off.
    Cancelled,
    /// Nobody came.
    NoShow,
}

/// What the ledger gets for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionEffect {
    /// A use of so many units.
    Use(Quantity),
    /// A carry of at most so many units.
    Carry(Quantity),
    /// Nothing: the units stay in the pool.
    Release,
}

/// What becomes of the units of a session that did not take place; none for one that did.
///
/// Notice exactly at the limit is in time. Source: domain 3.11.
#[must_use]
pub fn session_outcome(
    terms: &Cancellation,
    status: SessionStatus,
    notice_hours: i64,
) -> Option<CancellationOutcome> {
    match status {
        SessionStatus::Completed => None,
        SessionStatus::NoShow => Some(terms.no_show),
        SessionStatus::Cancelled if notice_hours >= i64::from(terms.notice_hours) => {
            Some(terms.in_time)
        }
        SessionStatus::Cancelled => Some(terms.late),
    }
}

/// What a session of `quantity` units does, called off `notice_hours` before its start.
///
/// Source: domain 3.11.
///
/// # Errors
/// [`RuleError::InvalidQuantity`] if the quantity is negative, [`RuleError::TooLarge`] if the
/// charge does not fit 64 bits.
pub fn session_effect(
    terms: &Cancellation,
    status: SessionStatus,
    notice_hours: i64,
    quantity: Quantity,
) -> Result<SessionEffect, RuleError> {
    if quantity.0 < 0 {
        return Err(RuleError::InvalidQuantity);
    }
    let Some(outcome) = session_outcome(terms, status, notice_hours) else {
        return Ok(SessionEffect::Use(quantity));
    };
    Ok(match outcome {
        CancellationOutcome::Charge => {
            let charged = scale(quantity.0, i64::from(terms.charge_percent), 100)?;
            SessionEffect::Use(Quantity(charged))
        }
        CancellationOutcome::Release => SessionEffect::Release,
        CancellationOutcome::Carry => SessionEffect::Carry(quantity),
    })
}
