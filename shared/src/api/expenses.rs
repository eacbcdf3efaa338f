//! Money spent for a client: a direct cost of its retainer.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// Money that was spent for a retainer. Source: domain 6.4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewExpense {
    /// For which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// The day it was spent. It counts in the cycle that began last by then.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-03"))]
    pub spent_on: NaiveDate,
    /// How much, without tax, in minor units of the retainer's currency.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 12_900)
    )]
    pub amount_minor: i64,
    /// For what.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Stock photographs")
    )]
    pub text: String,
    /// The client is asked for it, and for the tax, by the invoice that comes next; else it is absorbed.
    #[garde(skip)]
    #[serde(default)]
    pub billed_on: bool,
}

/// Money that was spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expense {
    /// Its id.
    pub id: ExpenseId,
    /// For which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The account's name.
    pub account_name: String,
    /// The day it was spent.
    pub spent_on: NaiveDate,
    /// How much, without tax.
    pub amount: Money,
    /// For what.
    pub text: String,
    /// The client is asked for it by a line of an invoice.
    pub billed_on: bool,
    /// Which invoice that is: none before it is made, and of what was recorded before invoices took
    /// expenses.
    pub invoice_id: Option<InvoiceId>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Goes up when it is taken back.
    pub version: i64,
}

checked! {
    NewExpense;
}
