//! Retainers and how they run; what is agreed is in `terms`.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};

/// A retainer to be. Its cycles are generated from these terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRetainer {
    /// For whom, or by whom.
    #[garde(skip)]
    pub account_id: AccountId,
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Monthly support")
    )]
    pub name: String,
    /// The first day with service.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-01"))]
    pub starts_on: NaiveDate,
    /// The first day without service; open-ended if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// IANA name; the organisation's if left out.
    #[garde(length(max = 60), custom(check::zone_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = "^[A-Za-z0-9/_+-]+$",
            example = "Europe/Berlin"
        )
    )]
    pub timezone: Option<String>,
    /// How long a cycle is; one month if left out.
    #[garde(skip)]
    #[serde(default = "monthly")]
    pub interval: Interval,
    /// Where cycles begin; the first of the month if left out.
    #[garde(skip)]
    #[serde(default = "first_of_month")]
    pub anchor: Anchor,
    /// What a first cycle in part brings and costs; its share of the days if left out. `full` is
    /// the allowance and the price of the full cycle, `free` its share of the allowance for no
    /// price.
    #[garde(skip)]
    #[serde(default)]
    pub first_partial: FirstPartial,
    /// What is agreed.
    #[garde(dive)]
    pub terms: Terms,
    /// Start keeping the books at once. If left out: yes, unless the retainer began in an
    /// earlier cycle, whose history can then be imported before it is locked, or the organisation
    /// requires its scope first.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate: Option<bool>,
    /// The check by which it was found that a retainer makes sense.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit_check_id: Option<FitCheckId>,
}

pub(super) fn monthly() -> Interval {
    Interval { unit: IntervalUnit::Month, count: 1 }
}

pub(super) fn first_of_month() -> Anchor {
    Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon }
}

/// What to change about a retainer itself; its terms change by amendment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RetainerChange {
    /// As people call it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
}

/// A version of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermsVersion {
    /// Its id.
    pub id: TermsId,
    /// 1 for the first.
    pub number: i64,
    /// Holds for cycles that start on this day or later; the first day of the next cycle, wherever
    /// it moves, for terms that were agreed for that.
    pub effective_from: NaiveDate,
    /// What was agreed.
    pub terms: Terms,
    /// Why it replaced the one before.
    pub reason: Option<String>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// Where a retainer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RetainerState {
    /// History may still be imported into past cycles: none is closed yet.
    Setup,
    /// Cycles close by the calendar.
    Active,
    /// The last cycle is closed.
    Ended,
}

impl RetainerState {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            RetainerState::Setup => "setup",
            RetainerState::Active => "active",
            RetainerState::Ended => "ended",
        }
    }
}

/// A retainer with the balances of its present cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retainer {
    /// Its id.
    pub id: RetainerId,
    /// For whom, or by whom.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// As people call it.
    pub name: String,
    /// Where it stands.
    pub state: RetainerState,
    /// The first day with service.
    pub starts_on: NaiveDate,
    /// The first day without service.
    pub ends_on: Option<NaiveDate>,
    /// What the end moves in the last cycle; none for one that is open-ended.
    pub settlement: Option<Settlement>,
    /// What of bought units is paid back, without tax, in minor units: if it ended with what is left
    /// today, as far as invoices bill it; once it has ended, what is owed and not credited yet. Zero
    /// where the terms pay nothing back, and as of a day in the past.
    #[serde(default)]
    pub refund_minor: i64,
    /// IANA name.
    pub timezone: String,
    /// How long a cycle is now.
    pub interval: Interval,
    /// Where cycles begin now.
    pub anchor: Anchor,
    /// How cycles are cut, from which day; the first from the start, one to come the last.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub rhythms: Vec<Rhythm>,
    /// What a first cycle in part brings and costs.
    pub first_partial: FirstPartial,
    /// The version of the terms that holds now.
    pub terms: TermsVersion,
    /// The versions that the cycle of today runs under, oldest first: its rules of overage,
    /// rollover and grace are those of the first, what was agreed "now" since changes price and
    /// allowance from its day on. Empty where no cycle is open today.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub cycle_terms: Vec<TermsVersion>,
    /// A version that holds from the next cycle on.
    pub next_terms: Option<TermsVersion>,
    /// Days without service, past and to come.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub pauses: Vec<Pause>,
    /// Whether today lies in one of them.
    pub paused: bool,
    /// Where each pool stands in the cycle that holds today (or `as_of`); empty if there is none.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub balances: Vec<Balance>,
    /// While it is paused: where each pool stood in the last cycle with service.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub last_balances: Vec<Balance>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

impl Retainer {
    /// The terms whose rules of overage, rollover and grace the cycle of today keeps: those that it
    /// began under, and of a pool that is new in it, those that brought it.
    pub fn kept_terms(&self) -> Terms {
        let first = self.cycle_terms.first().unwrap_or(&self.terms);
        let mut kept = first.terms.clone();
        for version in self.cycle_terms.iter().skip(1) {
            let named = |pool: &&PoolTerms| kept.pool(pool.key()).is_none();
            let fresh: Vec<PoolTerms> = version.terms.pools.iter().filter(named).cloned().collect();
            kept.pools.extend(fresh);
        }
        kept
    }
    /// The pools of the terms of today, each with the overage rule that today's cycle keeps.
    pub fn pools_now(&self) -> impl Iterator<Item = PoolTerms> + '_ {
        let kept = self.kept_terms();
        self.terms.terms.pools.iter().map(move |pool| {
            let kept = kept.pool(pool.key()).map(|kept| kept.overage.clone());
            let overage = kept.unwrap_or_else(|| pool.overage.clone());
            PoolTerms { overage, ..pool.clone() }
        })
    }
}

/// A retainer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerSummary {
    /// Its id.
    pub id: RetainerId,
    /// For whom, or by whom.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// As people call it.
    pub name: String,
    /// Where it stands.
    pub state: RetainerState,
    /// What its terms amount to.
    pub model: Model,
    /// What a full cycle costs, after its discount.
    pub price: Money,
    /// Monthly recurring revenue of the terms, without tax; zero before the start, in a pause and
    /// after the end. Source: domain 7.4.
    pub mrr: Money,
    /// The first day without service.
    pub ends_on: Option<NaiveDate>,
    /// Where each pool stands in its present cycle, what was delivered of it and what is left; empty if
    /// there is none.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub balances: Vec<Balance>,
    /// The day on which it is billed next, while it runs; none as of a day in the past, and none for who
    /// does not see invoices.
    #[serde(default)]
    pub next_invoice_on: Option<NaiveDate>,
    /// The day on which its renewal is talked about first, while it runs: past, once that has begun. None
    /// as of a day in the past, and none for who does not see renewals.
    #[serde(default)]
    pub renewal_on: Option<NaiveDate>,
    /// The first day after its present term, as far as `renewal_on` is told.
    #[serde(default)]
    pub renews_on: Option<NaiveDate>,
    /// Whether today lies in a pause.
    pub paused: bool,
    /// While it is paused: where each pool stood in the last cycle with service.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub last_balances: Vec<Balance>,
}

checked! {
    NewRetainer, |new, faults| {
        new.terms.across("/terms", faults);
        if new.ends_on.is_some_and(|end| end <= new.starts_on) {
            faults.push(FieldError::new("/ends_on", "end_before_start"));
        }
    };
    RetainerChange;
}
