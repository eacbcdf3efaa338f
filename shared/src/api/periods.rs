//! What was billed and paid of each cycle, beside what was delivered in it.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// A cycle with its delivery and its money side by side. Source: S1-5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// Its number.
    pub seq: i64,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The first day after it.
    pub ends_on: NaiveDate,
    /// The cycle; none where invoices name one that has not come, or never will: it is billed ahead,
    /// or a pause or an end left it out.
    pub cycle_id: Option<CycleId>,
    /// Whether it may still change.
    pub status: Option<CycleStatus>,
    /// What was delivered of what there was.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PeriodPool>,
    /// ISO 4217.
    pub currency: String,
    /// What issued invoices say of the cycle, with tax, in minor units: also what a later one bills
    /// beyond its allowance, corrects, or bills of purchases made in it. What was spent or agreed
    /// beside counts in the cycle of its invoice.
    pub billed_minor: i64,
    /// What credit notes took off these lines.
    pub credited_minor: i64,
    /// What was paid of it. A payment falls on what its invoice says of each cycle in proportion.
    pub paid_minor: i64,
    /// What is still to be paid: billed less credited and paid.
    pub open_minor: i64,
    /// What drafts say of it.
    pub drafted_minor: i64,
    /// The invoices that say something of it, the first drafted first.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub invoices: Vec<PeriodInvoice>,
}

/// What was delivered of what a pool had in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodPool {
    /// The pool.
    pub pool: Pool,
    /// Units there are, or were.
    pub available: i64,
    /// Units used, beyond that too.
    pub used: i64,
    /// Of these, units beyond what there was.
    pub overage: i64,
    /// Units left; of a closed cycle those that were left at its end.
    pub left: i64,
    /// Of these, units that lapsed at the end of a closed cycle.
    pub lapsed: i64,
}

/// An invoice that says something of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodInvoice {
    /// Which.
    pub id: InvoiceId,
    /// Its number; none for a draft.
    pub number: Option<String>,
    /// What it says of the cycle, with tax, in minor units.
    pub amount_minor: i64,
}

/// What is owed of a retainer by all its invoices, with tax, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerOwed {
    /// ISO 4217.
    pub currency: String,
    /// What issued invoices still ask for: billed less credited and paid.
    pub open_minor: i64,
    /// What drafts say.
    pub drafted_minor: i64,
    /// Both together.
    pub total_minor: i64,
}
