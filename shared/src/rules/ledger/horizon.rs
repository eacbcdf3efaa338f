//! The day by which lots end at the latest: what lapses at a close to come is drawn before what
//! lasts. Source: domain 3.4, docs/decisions/0033.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::lot::LotKind;
use super::policy::Policy;
use crate::rules::cycle::Series;

/// What is known of the end, or of a pause without one, when work is put on lots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Horizon {
    /// The first day on which no lot pays any more: the retainer has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<NaiveDate>,
    /// The first day for which nothing carries any more, where what carries does so only if the
    /// retainer goes on: a pause begins that has no end yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried: Option<NaiveDate>,
}

impl Horizon {
    /// What a series and the rules of a pool say of it. Source: domain 2.12, docs/decisions/0030.
    #[must_use]
    pub fn of(series: &Series, policy: &Policy) -> Self {
        let renewed = policy.rollover.is_some_and(|rule| rule.only_if_renewed);
        match series.waits() {
            true => Self { all: series.end(), carried: series.stop().filter(|_| renewed) },
            false => Self { all: series.stop(), carried: None },
        }
    }

    /// When a lot of a kind is gone that would end on `end`, or never.
    #[must_use]
    pub fn cap(&self, kind: LotKind, end: Option<NaiveDate>) -> Option<NaiveDate> {
        let carries = matches!(kind, LotKind::Included | LotKind::Rollover);
        let carried = self.carried.filter(|_| carries);
        [end, self.all, carried].into_iter().flatten().min()
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }
}
