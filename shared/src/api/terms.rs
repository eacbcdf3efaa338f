//! What is agreed: a price, and the pools it buys.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::*;
use crate::rules::scale;
use crate::rules::units::Minor;

/// The most pools a retainer has.
pub const POOLS_MAX: usize = 6;
/// The largest allowance of a cycle, in units of its pool: 10,000 hours for minutes.
pub const ALLOWANCE_MAX: i64 = 600_000;
/// The largest allowance of a pool of money, in minor units.
pub const DRAWDOWN_MAX: i64 = MONEY_MAX;
/// The most types that the price list of a pool names.
pub const ITEMS_MAX: usize = 50;
/// The most levels at which somebody is told.
pub const LEVELS_MAX: usize = 6;

/// All of a price, in hundredths of a per cent.
const WHOLE: u32 = 10_000;

/// What a pool counts. Units never convert between pools. Source: domain 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unit {
    /// Minutes of effort.
    #[default]
    Minutes,
    /// Sessions held.
    Sessions,
    /// Things delivered.
    Deliverables,
    /// Credits, by a price list.
    Credits,
    /// Minor units of the retainer's currency.
    Money,
}

impl Unit {
    /// What a pool of this unit is called where nobody named it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Unit::Minutes => "hours",
            Unit::Sessions => "sessions",
            Unit::Deliverables => "deliverables",
            Unit::Credits => "credits",
            Unit::Money => "budget",
        }
    }
}

/// What terms amount to, in the words of the trade. It follows from the pools. Source: domain 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Model {
    /// Hours; unused ones lapse when the cycle closes.
    FixedHours,
    /// Hours; unused ones carry over by the rollover rule.
    RolloverHours,
    /// Things delivered.
    Deliverables,
    /// Credits by a price list.
    Credits,
    /// Sessions.
    Sessions,
    /// A budget that work draws down.
    Drawdown,
    /// Units that are bought as they are needed, without an allowance a cycle.
    Prepaid,
    /// Several pools under one price.
    Hybrid,
}

/// What is agreed: the price of a full cycle, and the pools it buys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The price of a full cycle, before what is taken off.
    #[garde(dive)]
    pub price: Money,
    /// What it buys, one to six pools.
    #[garde(dive, length(min = 1, max = POOLS_MAX))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 6))]
    pub pools: Vec<PoolTerms>,
    /// Days after its end in which a cycle still takes its own late entries.
    #[garde(range(min = 0, max = 60))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 60, example = 0))]
    pub grace_days: u32,
    /// What is taken off the price of each cycle, in hundredths of a per cent.
    /// Source: domain 5.6.
    #[garde(range(min = 0, max = WHOLE))]
    #[serde(default, skip_serializing_if = "nothing")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000, example = 1_000))]
    pub discount_hundredths: u32,
}

fn nothing(hundredths: &u32) -> bool {
    *hundredths == 0
}

impl Terms {
    /// What a full cycle costs, in minor units: the price without what is taken off.
    /// Source: domain 5.6.
    #[must_use]
    pub fn fee(&self) -> Minor {
        let price = self.price.amount_minor;
        let off = scale(price, self.discount_hundredths.min(WHOLE).into(), WHOLE.into());
        // At most the price: it fits.
        Minor(price - off.unwrap_or_default())
    }

    /// The same with its currency.
    #[must_use]
    pub fn cycle_fee(&self) -> Money {
        Money { amount_minor: self.fee().0, currency: self.price.currency.clone() }
    }

    /// What they amount to.
    #[must_use]
    pub fn model(&self) -> Model {
        let [pool] = self.pools.as_slice() else { return Model::Hybrid };
        match (pool.unit, &pool.rollover) {
            _ if pool.allowance == 0 => Model::Prepaid,
            (Unit::Minutes, None) => Model::FixedHours,
            (Unit::Minutes, Some(_)) => Model::RolloverHours,
            (Unit::Sessions, _) => Model::Sessions,
            (Unit::Deliverables, _) => Model::Deliverables,
            (Unit::Credits, _) => Model::Credits,
            (Unit::Money, _) => Model::Drawdown,
        }
    }

    /// What units of a pool are worth in minor units, at the rate of its overage, or else at the
    /// price of a unit of the only pool; none where neither is known. Source: domain 6.5.
    #[must_use]
    pub fn worth(&self, key: &str, units: i64) -> Option<i64> {
        let pool = self.pool(key)?;
        let hour = if pool.unit == Unit::Minutes { 60 } else { 1 };
        let (rate, per) = match pool.overage.rate_minor.filter(|rate| *rate > 0) {
            _ if pool.unit == Unit::Money => return Some(units),
            Some(rate) => (rate, hour),
            None => {
                (Some(self.price.amount_minor).filter(|_| self.pools.len() == 1)?, pool.allowance)
            }
        };
        crate::rules::scale(units, rate, per).ok()
    }

    /// The pool of a key.
    #[must_use]
    pub fn pool(&self, key: &str) -> Option<&PoolTerms> {
        self.pools.iter().find(|pool| pool.key() == key)
    }

    /// The terms with every pool's key written out.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        for pool in &mut self.pools {
            pool.key = pool.key().to_owned();
        }
        self
    }

    /// What holds between fields.
    pub(super) fn across(&self, at: &str, faults: &mut Vec<FieldError>) {
        for (place, pool) in self.pools.iter().enumerate() {
            let at = format!("{at}/pools/{place}");
            pool.across(&at, faults);
            if self.pools[..place].iter().any(|other| other.key() == pool.key()) {
                faults.push(FieldError::new(&format!("{at}/key"), "exists"));
            }
        }
    }
}
