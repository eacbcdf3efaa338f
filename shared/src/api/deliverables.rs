//! Things delivered that are counted: deliverables, or credits by a price list.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most of one kind that is delivered at once.
pub const COUNT_MAX: i64 = 10_000;

/// Something delivered, to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDeliverable {
    /// Which retainer it serves.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// The key of the pool it draws on; the first of deliverables or credits if left out.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// Its name on the pool's price list; needed where the pool has one.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub item: Option<String>,
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "How we choose a heat pump")
    )]
    pub title: Option<String>,
    /// How many of it; 1 if left out.
    #[garde(range(min = 1, max = COUNT_MAX))]
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000, example = 1))]
    pub count: i64,
    /// The day it was delivered; it picks the cycle.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-03"))]
    pub delivered_on: NaiveDate,
    /// Who delivered it; oneself if left out. Others only by those who may.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
}

fn one() -> i64 {
    1
}

/// What to change about something delivered; what is left out stays. The ledger keeps both: the
/// old fact is reversed and a new one recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DeliverableChange {
    /// The key of the pool it draws on.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// Its name on the pool's price list; empty removes it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub item: Option<String>,
    /// As people call it; empty removes it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub title: Option<String>,
    /// How many of it.
    #[garde(range(min = 1, max = COUNT_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000, example = 2))]
    pub count: Option<i64>,
    /// The day it was delivered.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_on: Option<NaiveDate>,
}

/// Something delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deliverable {
    /// Its id.
    pub id: DeliverableId,
    /// Which retainer it serves.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// The account's name.
    pub account_name: String,
    /// The cycle it was posted to.
    pub cycle_id: CycleId,
    /// The key of the pool it draws on.
    pub pool: String,
    /// What that pool counts.
    pub unit: Unit,
    /// Who delivered it.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// Its name on the price list, if the pool had one.
    pub item: Option<String>,
    /// As people call it.
    pub title: Option<String>,
    /// How many of it.
    pub count: i64,
    /// Units of the pool that all of them draw.
    pub units: i64,
    /// The day it was delivered.
    pub delivered_on: NaiveDate,
    /// Of a closed cycle, posted to an open one.
    pub late: bool,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// Something delivered and where it leaves the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliverableRecorded {
    /// What was delivered.
    pub deliverable: Deliverable,
    /// Where the pool stands in the cycle it was posted to, after it.
    pub balance: Balance,
}

impl PoolTerms {
    /// Whether things delivered can draw on it.
    #[must_use]
    pub fn takes_deliverables(&self) -> bool {
        matches!(self.unit, Unit::Deliverables | Unit::Credits)
    }

    /// Units that `count` of an item draw: its price on the list, or one each where the pool has
    /// no list. Source: domain 1.4.
    ///
    /// # Errors
    /// What is wrong with the item: `required` or `not_found`.
    pub fn units_of(&self, item: Option<&str>, count: i64) -> Result<i64, &'static str> {
        let price = match item {
            None if self.items.is_empty() => 1,
            None => return Err("required"),
            Some(name) => {
                let named = |item: &&Item| item.name.trim() == name.trim();
                self.items.iter().find(named).ok_or("not_found")?.units
            }
        };
        price.checked_mul(count).ok_or("out_of_range")
    }
}

checked! {
    NewDeliverable;
    DeliverableChange;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_list_is_asked_where_there_is_one() {
        let plain = PoolTerms::plain(Unit::Deliverables, 4);
        assert_eq!(plain.units_of(None, 3), Ok(3));
        assert_eq!(plain.units_of(Some("Article"), 1), Err("not_found"));
        let item = Item { name: "Article ".into(), units: 3 };
        let listed = PoolTerms { items: vec![item], ..PoolTerms::plain(Unit::Credits, 20) };
        assert_eq!(listed.units_of(None, 1), Err("required"));
        assert_eq!(listed.units_of(Some("Film"), 1), Err("not_found"));
        assert_eq!(listed.units_of(Some(" Article"), 2), Ok(6));
        let dear = Item { name: "A".into(), units: ALLOWANCE_MAX };
        let dear = PoolTerms { items: vec![dear], ..PoolTerms::plain(Unit::Credits, 20) };
        assert_eq!(dear.units_of(Some("A"), COUNT_MAX), Ok(ALLOWANCE_MAX * COUNT_MAX));
    }
}
