//! Alerts: what somebody should know of a pool in a cycle, and what they want to be told.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::alerts::Level;

/// The most people who are told.
pub const ALERT_MEMBERS_MAX: usize = 20;
/// The levels of use where nobody chose others. Source: domain 4.6.
pub const LEVELS_DEFAULT: [u32; 3] = [50, 80, 100];
/// Points of a hundred, ahead of pace or behind it, where nobody chose others.
const POINTS_DEFAULT: u32 = 20;
/// Per cent of the days before which under-use is not told, where nobody chose another.
const AFTER_PERCENT_DEFAULT: u32 = 60;

/// What an alert is about. Source: domain 4.6, 6.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AlertKind {
    /// So many per cent of what is available are used.
    Used,
    /// At most so many units are left.
    Left,
    /// Use is ahead of the calendar, so that what is available runs out before the cycle ends.
    Pace,
    /// Use is behind the calendar.
    UnderUse,
}

impl AlertKind {
    /// What a level is about, and its number: per cent, units or points.
    #[must_use]
    pub fn of(level: Level) -> (Self, i64) {
        match level {
            Level::Used { percent } => (Self::Used, percent.into()),
            Level::Left { units } => (Self::Left, units),
            Level::Pace { points } => (Self::Pace, points.into()),
            Level::UnderUse { points, .. } => (Self::UnderUse, points.into()),
        }
    }
}

/// When use that is behind the calendar is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnderUse {
    /// So many points of a hundred behind.
    #[garde(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100, example = 20))]
    pub points: u32,
    /// Not before so many per cent of the days have begun.
    #[garde(range(min = 0, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100, example = 60))]
    pub after_percent: u32,
}

/// At what somebody is told of a pool. What is empty or left out is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PoolAlerts {
    /// The key of the pool.
    #[garde(length(min = 1, max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
            example = "hours"
        )
    )]
    pub pool: String,
    /// Per cent of what is available.
    #[garde(length(max = LEVELS_MAX), custom(check::percents))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 6, example = json!([80, 100])))]
    pub percent: Vec<u32>,
    /// Units left.
    #[garde(length(max = LEVELS_MAX), inner(range(min = 0, max = MONEY_MAX)))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 6, example = json!([120])))]
    pub left: Vec<i64>,
    /// Points of a hundred that the used share is ahead of the calendar.
    #[garde(range(min = 1, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100, example = 20))]
    pub pace_points: Option<u32>,
    /// When use that is behind the calendar is told.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_use: Option<UnderUse>,
}

impl PoolAlerts {
    /// As the rules read it.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        let used = self.percent.iter().map(|percent| Level::Used { percent: *percent });
        let left = self.left.iter().map(|units| Level::Left { units: *units });
        let pace = self.pace_points.map(|points| Level::Pace { points });
        let under = self
            .under_use
            .map(|rule| Level::UnderUse { points: rule.points, after_percent: rule.after_percent });
        used.chain(left).chain(pace).chain(under).collect()
    }
}

/// What an organisation wants to be told where a retainer says nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertDefaults {
    /// Per cent of what is available; the levels that terms name come before them.
    #[garde(length(max = LEVELS_MAX), custom(check::percents))]
    #[cfg_attr(feature = "openapi", schema(max_items = 6, example = json!([50, 80, 100])))]
    pub percent: Vec<u32>,
    /// Points of a hundred that the used share is ahead of the calendar; not told if left out.
    #[garde(range(min = 1, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100, example = 20))]
    pub pace_points: Option<u32>,
    /// When use that is behind the calendar is told; not told if left out.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_use: Option<UnderUse>,
    /// Who is told; everybody with the role of an owner if empty.
    #[garde(length(max = ALERT_MEMBERS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20, example = json!([])))]
    pub member_ids: Vec<MemberId>,
}

impl Default for AlertDefaults {
    fn default() -> Self {
        Self {
            percent: LEVELS_DEFAULT.to_vec(),
            pace_points: Some(POINTS_DEFAULT),
            under_use: Some(UnderUse {
                points: POINTS_DEFAULT,
                after_percent: AFTER_PERCENT_DEFAULT,
            }),
            member_ids: Vec::new(),
        }
    }
}

impl AlertDefaults {
    /// What holds for a pool of which nothing else is said: the levels its terms name, or these.
    #[must_use]
    pub fn of_pool(&self, pool: &str, agreed: Option<&[u32]>) -> PoolAlerts {
        PoolAlerts {
            pool: pool.to_owned(),
            percent: agreed.unwrap_or(&self.percent).to_vec(),
            left: Vec::new(),
            pace_points: self.pace_points,
            under_use: self.under_use,
        }
    }
}

/// The defaults, and their version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertDefaultsKept {
    /// What they are.
    pub defaults: AlertDefaults,
    /// Goes up with each change; send it back in `If-Match`.
    pub version: i64,
}

/// What differs from the defaults for one retainer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AlertSettings {
    /// Pools with rules of their own; the others follow the defaults.
    #[garde(dive, length(max = 24))]
    #[cfg_attr(feature = "openapi", schema(max_items = 24, example = json!([])))]
    pub pools: Vec<PoolAlerts>,
    /// Who is told; those of the defaults if left out.
    #[garde(inner(length(min = 1, max = ALERT_MEMBERS_MAX)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub member_ids: Option<Vec<MemberId>>,
}

/// What holds for one retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertSettingsKept {
    /// What differs from the defaults.
    pub settings: AlertSettings,
    /// What holds for each of its pools, whether it differs or not.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PoolAlertsHeld>,
    /// Who is told.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub told: Vec<AlertReader>,
    /// Goes up with each change; send it back in `If-Match`.
    pub version: i64,
}

/// What holds for a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoolAlertsHeld {
    /// The pool.
    pub pool: Pool,
    /// At what somebody is told of it.
    pub rules: PoolAlerts,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertReader {
    /// Who.
    pub member_id: MemberId,
    /// Their name.
    pub name: String,
}

/// What was true when an alert was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertFigures {
    /// Units that the cycle offered.
    pub available: i64,
    /// Units used, overage included.
    pub used: i64,
    /// Days of the cycle that had begun.
    pub elapsed_days: i64,
    /// Days of the cycle.
    pub days: i64,
    /// The day on which what was available is used up if use goes on as it did; none if it lasts
    /// for the cycle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_out_on: Option<NaiveDate>,
}

/// Something about a pool in a cycle that somebody should know. Raised once a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Of which account.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// In which cycle.
    pub cycle_id: CycleId,
    /// The number of the cycle.
    pub seq: i64,
    /// The pool.
    pub pool: Pool,
    /// What it is about.
    pub kind: AlertKind,
    /// Per cent, units or points, as the kind says.
    pub threshold: i64,
    /// The day it was raised, where the retainer is.
    pub on: NaiveDate,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// What was true then.
    pub figures: AlertFigures,
    /// Since when it is not so any more: corrected, or the calendar caught up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fell_at: Option<DateTime<Utc>>,
    /// Whether the caller is among those who are told.
    pub mine: bool,
    /// When the caller saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<DateTime<Utc>>,
}

checked! {
    AlertDefaults;
    AlertSettings, |settings, faults| {
        for (place, pool) in settings.pools.iter().enumerate() {
            if settings.pools[..place].iter().any(|other| other.pool == pool.pool) {
                faults.push(FieldError::new(&format!("/pools/{place}/pool"), "exists"));
            }
        }
    };
}
