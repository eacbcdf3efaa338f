//! Delegations: the right to decide, given to the side that does not own the business.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// A right to decide, to be given. Source: requirement S0-22.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    /// Who may decide from now on.
    #[garde(skip)]
    pub holder: Holder,
    /// Who gave it: of a client the person there who decides, for the retainer of a partner a member.
    #[garde(skip)]
    pub granted_by: Holder,
    /// Where that is written down.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Mail of 3 November")
    )]
    pub evidence: String,
    /// What for.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "While Mia is on leave")
    )]
    pub reason: String,
    /// The first day on which it holds.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub starts_on: NaiveDate,
    /// The first day on which it no longer holds; until it is taken back if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
}

/// A right to decide that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delegation {
    /// Its id.
    pub id: DelegationId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Who may decide.
    pub to: Held,
    /// Who gave it, by the name they had, and where that is written down.
    pub granted_by: String,
    /// What for.
    pub reason: String,
    /// The first day on which it holds.
    pub starts_on: NaiveDate,
    /// The first day on which it no longer holds.
    pub ends_on: Option<NaiveDate>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who took it back.
    pub revoked_by_name: Option<String>,
    /// Whether it holds today, where the retainer is.
    pub holds: bool,
    /// Who recorded it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

checked! {
    NewDelegation, |new, faults| {
        if new.ends_on.is_some_and(|end| end <= new.starts_on) {
            faults.push(FieldError::new("/ends_on", "end_before_start"));
        }
    };
}
