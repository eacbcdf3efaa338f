//! What happens to a retainer: amendments, pauses, its end.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::amendment::{Effective, TerminationPolicy};
use crate::rules::cycle::{Anchor, Interval};
pub use crate::rules::cycle::{Pause, ResumeAnchor, Rhythm};

/// New terms, from the next cycle on or from today; the past stays as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAmendment {
    /// What is agreed from then on.
    #[garde(dive)]
    pub terms: Terms,
    /// From the next cycle on (default), or now: the allowance of the running cycle then changes
    /// by the share of its days that remain, today included. With another interval or anchor, now
    /// is tomorrow: the running cycle ends with today, and the new terms hold from the next.
    #[garde(skip)]
    #[serde(default)]
    pub effective: Effective,
    /// How long cycles are from then on; as they are if left out. Another length ends the series of
    /// cycles there and begins a new one.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Where they begin then: with another length the day of the change if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// IANA name of another time zone; it stays if left out. It holds at once whatever `effective`
    /// says, for the boundaries that are to come.
    #[garde(length(max = 60), custom(check::zone_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = "^[A-Za-z0-9/_+-]+$")
    )]
    pub timezone: Option<String>,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

/// What an amendment would move. Source: domain 2.11.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentPreview {
    /// The first day of the new terms.
    pub effective_on: NaiveDate,
    /// The first day of its rules of overage, rollover and grace: a running cycle keeps those it
    /// began under. None if no cycle follows.
    pub rules_from: Option<NaiveDate>,
    /// The first day of terms that were agreed before for a later day: they hold from then on all
    /// the same.
    pub until: Option<NaiveDate>,
    /// The number of the version that was agreed before for the same day, and is replaced.
    pub replaces: Option<i64>,
    /// Days of the running cycle from then on.
    pub remaining_days: i64,
    /// Days of the full cycle it is part of.
    pub nominal_days: i64,
    /// What is given back of the old price for these days, zero or negative, in minor units.
    pub credit_minor: i64,
    /// The new price for these days, in minor units; with another interval that of its first
    /// cycle.
    pub charge_minor: i64,
    /// The first cycle of another interval; none where cycles stay as they are.
    pub first_cycle: Option<FirstCycle>,
    /// ISO 4217.
    pub currency: String,
    /// How the allowance of each pool changes in the running cycle.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PoolDelta>,
}

/// The first cycle of another interval. Source: domain 2.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstCycle {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The first day after it.
    pub ends_on: NaiveDate,
    /// Its days.
    pub days: i64,
    /// Those of a full one.
    pub nominal_days: i64,
}

/// How the allowance of a pool changes in a running cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoolDelta {
    /// The key of the pool.
    pub key: String,
    /// What it counts.
    pub unit: Unit,
    /// The allowance of a full cycle until then.
    pub old_allowance: i64,
    /// The allowance of a full cycle from then on.
    pub new_allowance: i64,
    /// Units by which the share of the running cycle changes.
    pub delta: i64,
    /// Units of it that the running cycle gains or loses if it is made now.
    pub applied: i64,
    /// Units of a loss that are used already and stay: `delta = applied − waived`.
    pub waived: i64,
}

/// Days without service to be. Source: domain 2.10.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewPause {
    /// The first day without service, tomorrow at the earliest; the start of the next cycle if
    /// left out.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The first day of service again; nobody knows if left out.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Whether cycles then keep their boundaries or begin anew.
    #[garde(skip)]
    pub resume_anchor: ResumeAnchor,
}

/// The end of a pause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Resumption {
    /// The first day of service again; today if left out. On or before the first day of a pause
    /// that has not begun: there is no pause.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Whether cycles then keep their boundaries or begin anew; as the pause said if left out.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_anchor: Option<ResumeAnchor>,
}

/// The end of a retainer. Source: domain 2.9, 2.12.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Termination {
    /// The first day without service, tomorrow at the earliest; open-ended again if left out.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-01"))]
    pub ends_on: Option<NaiveDate>,
    /// Whether only the days served of the last cycle are due (default), or the cycle in full.
    #[garde(skip)]
    pub settlement: TerminationPolicy,
}

/// What the end of a retainer moves in its last cycle. Source: domain 2.12.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settlement {
    /// Whether only the days served are due, or the cycle in full.
    pub policy: TerminationPolicy,
    /// The first day of the last cycle.
    pub starts_on: NaiveDate,
    /// Days of it that are served.
    pub used_days: i64,
    /// Days of it after the end.
    pub unused_days: i64,
    /// Days of the full cycle it is part of.
    pub nominal_days: i64,
    /// What the amendments in the cycle charge beside its price if both were billed ahead: the
    /// old price of the days they leave back, the new one for them, in minor units.
    pub amended_minor: i64,
    /// What is given back of it for the days after the end, zero or negative, in minor units.
    pub credit_minor: i64,
    /// What the cycle costs in the end, in minor units: its price, what amendments charge and what
    /// is given back.
    pub due_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

checked! {
    NewAmendment, |new, faults| {
        new.terms.across("/terms", faults);
        // A retainer keeps its currency, also one that came before there was a list of them.
        let code = new.terms.price.currency.as_bytes();
        let old = code.len() == 3 && code.iter().all(u8::is_ascii_uppercase);
        faults.retain(|fault| !(old && fault.field == "/terms/price/currency"));
    };
    NewPause, |new, faults| {
        if new.from.zip(new.to).is_some_and(|(from, to)| to <= from) {
            faults.push(FieldError::new("/to", "end_before_start"));
        }
    };
    Resumption;
    Termination;
}
