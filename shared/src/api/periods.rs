//! What was billed and paid of each cycle, beside what was delivered in it.
use serde::{Deserialize, Serialize};

use super::*;

/// A cycle with its delivery and its money side by side. Source: S1-5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// What it brought, what was used of it, and what is left.
    pub cycle: Cycle,
    /// ISO 4217.
    pub currency: String,
    /// What issued invoices say of the cycle, with tax, in minor units: also what a later one bills
    /// beyond its allowance or corrects.
    pub billed_minor: i64,
    /// What credit notes took off it.
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
