//! Units bought, given for nothing, or corrected by hand.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// What a change of a balance by hand is. Source: domain 1.3, 3.1, 3.6, 3.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AdjustmentKind {
    /// Units the client bought: a lot of their own, outside any rollover cap.
    Purchase,
    /// Units given for nothing, likewise.
    Goodwill,
    /// More or less allowance in the cycle.
    Correction,
    /// What new terms changed in the cycle they came into; made by the amendment.
    Amendment,
}

/// A change of a balance by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAdjustment {
    /// Of which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// The key of the pool; needed where there are several.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$", example = "hours")
    )]
    pub pool: Option<String>,
    /// Bought, given or corrected.
    #[garde(custom(by_hand))]
    pub kind: AdjustmentKind,
    /// Units of the pool; less than zero only for a correction, which takes what is unused of the
    /// allowance and waives the rest.
    #[garde(range(min = -MONEY_MAX, max = MONEY_MAX), custom(not_zero))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = -1_000_000_000_000i64, maximum = 1_000_000_000_000i64, example = 120)
    )]
    pub quantity: i64,
    /// The day it counts from, which picks the cycle; today if left out. What is bought or given
    /// for a day to come pays from that day on.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The first day on which bought or given units are gone; never if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// Bought or given units end with the cycle.
    #[garde(skip)]
    #[serde(default)]
    pub ends_with_cycle: bool,
    /// What the client pays for what it buys, all together, in minor units of the retainer's
    /// currency, with or without tax as on its invoices: the next one takes it.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 90_000)
    )]
    pub price_minor: Option<i64>,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Two hours bought by mail, 12 Nov")
    )]
    pub reason: String,
}

fn not_zero(quantity: &i64, _: &()) -> garde::Result {
    if *quantity == 0 { Err(garde::Error::new("out_of_range")) } else { Ok(()) }
}

fn by_hand(kind: &AdjustmentKind, _: &()) -> garde::Result {
    match kind {
        AdjustmentKind::Amendment => Err(garde::Error::new("not_allowed")),
        _ => Ok(()),
    }
}

/// A change of a balance by hand, as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Adjustment {
    /// Its id.
    pub id: AdjustmentId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The key of the pool.
    pub pool: String,
    /// What the pool counts.
    pub unit: Unit,
    /// The cycle it counts in.
    pub cycle_id: CycleId,
    /// Bought, given, corrected or amended.
    pub kind: AdjustmentKind,
    /// Units of the pool.
    pub quantity: i64,
    /// The day it counts from.
    pub on: NaiveDate,
    /// The first day on which the units are gone, if there is one.
    pub ends_on: Option<NaiveDate>,
    /// They end with the cycle.
    pub ends_with_cycle: bool,
    /// What the client pays for it, in minor units of the retainer's currency.
    pub price_minor: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was taken back, if it was.
    pub undone_at: Option<DateTime<Utc>>,
    /// Goes up when it is taken back.
    pub version: i64,
}

/// An adjustment and where it leaves the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdjustmentMade {
    /// What was made.
    pub adjustment: Adjustment,
    /// Where the pool stands in that cycle, after it.
    pub balance: Balance,
}

checked! {
    NewAdjustment, |new, faults| {
        let mut fault = |field: &str, code: &str| faults.push(FieldError::new(field, code));
        let makes_lot =
            matches!(new.kind, AdjustmentKind::Purchase | AdjustmentKind::Goodwill);
        if makes_lot && new.quantity < 0 {
            fault("/quantity", "out_of_range");
        }
        if new.kind != AdjustmentKind::Purchase && new.price_minor.is_some() {
            fault("/price_minor", "not_allowed");
        }
        if !makes_lot && new.ends_on.is_some() {
            fault("/ends_on", "not_allowed");
        }
        if !makes_lot && new.ends_with_cycle {
            fault("/ends_with_cycle", "not_allowed");
        }
        if new.ends_on.is_some() && new.ends_with_cycle {
            fault("/ends_with_cycle", "one_of");
        }
        if new.ends_on.zip(new.on).is_some_and(|(end, on)| end <= on) {
            fault("/ends_on", "end_before_start");
        }
    };
}
