//! How a retainer is billed.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::billing::{possible_opt, taxes_once};
use super::problem::checked;
use super::*;
pub use crate::rules::proration::Timing;

/// The most days before a cycle begins that it is billed.
pub const LEAD_DAYS_MAX: u32 = 60;

/// How a retainer is billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RetainerBillingSet {
    /// Whether it is billed here at all.
    #[garde(skip)]
    #[serde(default = "billed")]
    pub billed: bool,
    /// At the start of a cycle or at its end.
    #[garde(skip)]
    pub timing: Timing,
    /// Days before the start, in advance.
    #[garde(range(min = 0, max = LEAD_DAYS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 60, example = 0))]
    pub lead_days: u32,
    /// When an invoice is due; as the organisation has it if left out.
    #[garde(custom(possible_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PaymentTerms>,
    /// Its taxes; those of the organisation if left out.
    #[garde(length(max = TAXES_MAX), dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub taxes: Option<Vec<TaxRate>>,
    /// Whether its invoices are issued and sent by themselves; as the organisation has it if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<bool>,
}

fn billed() -> bool {
    true
}

impl Default for RetainerBillingSet {
    fn default() -> Self {
        Self {
            billed: true,
            timing: Timing::Advance,
            lead_days: 0,
            terms: None,
            taxes: None,
            automatic: None,
        }
    }
}

/// How a retainer is billed, and when next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerBilling {
    /// What holds.
    pub billing: RetainerBillingSet,
    /// The day of its next invoice; none if there will be none, or nothing is billed here.
    pub next_on: Option<NaiveDate>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

checked! {
    RetainerBillingSet, |new, faults| {
        taxes_once("/taxes", new.taxes.as_deref().unwrap_or_default(), faults);
        if new.timing == Timing::Arrears && new.lead_days > 0 {
            faults.push(FieldError::new("/lead_days", "not_allowed"));
        }
    };
}
