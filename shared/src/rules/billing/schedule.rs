//! Which invoices a retainer makes: one a cycle and purpose, on the day its terms say.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::PaymentTerms;
use crate::rules::RuleError;
use crate::rules::cycle::{Cycle, Series};
use crate::rules::proration::{FirstPartial, Timing, cycle_price};
use crate::rules::units::Minor;

/// The most cycles looked at: a daily one over ten years.
const CYCLES_MAX: usize = 3_660;

/// What an invoice of a cycle is for. There is one a cycle and purpose. Source: domain 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Purpose {
    /// Its fee, with what earlier cycles left to be billed.
    Cycle,
    /// What the last cycle left to be billed, after which none comes that could take it.
    Final,
}

/// How the cycles of a retainer are billed. Source: domain 5.1, 5.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingRule {
    /// At their start or at their end.
    pub timing: Timing,
    /// Days before the start, in advance.
    pub lead_days: u32,
    /// Days after the end for late entries, in arrears.
    pub grace_days: u32,
    /// The day the retainer became active; nothing is issued before it.
    pub activated_on: Option<NaiveDate>,
    /// What a first cycle costs that starts late.
    pub first_partial: FirstPartial,
    /// When an invoice is due.
    pub terms: PaymentTerms,
}

impl BillingRule {
    /// The day the invoice of a cycle is issued. Source: domain 5.1.
    ///
    /// # Errors
    /// [`RuleError::InvalidRange`] if the calendar has no such day.
    pub fn issue_on(&self, cycle: &Cycle) -> Result<NaiveDate, RuleError> {
        let by_terms = match self.timing {
            Timing::Advance => cycle.start.checked_sub_days(Days::new(u64::from(self.lead_days))),
            Timing::Arrears => cycle.end.checked_add_days(Days::new(u64::from(self.grace_days))),
        };
        let by_terms = by_terms.ok_or(RuleError::InvalidRange)?;
        Ok(self.activated_on.map_or(by_terms, |activated| by_terms.max(activated)))
    }
}

/// An invoice to come, or one that should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Of which cycle.
    pub cycle: Cycle,
    /// What for.
    pub purpose: Purpose,
    /// The day it is issued.
    pub issue_on: NaiveDate,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// The cycle's price and what comes on top of it, in minor units; not zero.
    pub amount: Minor,
}

/// The invoices of a series that are issued through a day, that day included: the price of each
/// cycle with what `extras` adds to it by the cycle's number. What comes to nothing is left out.
/// Source: domain 2.5, 5.1, 5.3.
///
/// # Errors
/// [`RuleError::TooLarge`] above 3,660 cycles; those of the price and of the days.
pub fn planned(
    series: &Series,
    price: Minor,
    rule: &BillingRule,
    extras: &BTreeMap<u32, Minor>,
    through: NaiveDate,
) -> Result<Vec<Planned>, RuleError> {
    let mut invoices = Vec::new();
    for (count, cycle) in series.cycles().enumerate() {
        let issue_on = rule.issue_on(&cycle)?;
        if issue_on > through {
            break;
        }
        if count >= CYCLES_MAX {
            return Err(RuleError::TooLarge);
        }
        let fee = cycle_price(&cycle, price, rule.first_partial)?.amount;
        let extra = extras.get(&cycle.seq).copied().unwrap_or_default();
        let amount = fee.0.checked_add(extra.0).map(Minor).ok_or(RuleError::TooLarge)?;
        if amount != Minor(0) {
            let due_on = rule.terms.due_on(issue_on)?;
            let purpose = Purpose::Cycle;
            invoices.push(Planned { cycle, purpose, issue_on, due_on, amount });
        }
    }
    Ok(invoices)
}
