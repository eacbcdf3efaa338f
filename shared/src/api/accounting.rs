//! What books of account are told of invoices and payments.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::billing::check_percent;
use super::*;

/// The most rates that have accounts of their own.
pub const RATE_ACCOUNTS_MAX: usize = 10;
/// The most days of an export.
pub const EXPORT_DAYS_MAX: i64 = 366;
/// The most documents of an export.
pub const EXPORT_MAX: usize = 20_000;

names! {
    /// The file that an export is.
    ExportFormat {
        /// A journal, a line an entry.
        Csv "csv",
        /// The same as a workbook.
        Xlsx "xlsx",
        /// A batch of bookings for DATEV: EXTF 700, Windows-1252, in euros.
        Datev "datev",
    }
}

/// The accounts of the rate of a tax, where they are not the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RateAccounts {
    /// In per cent.
    #[garde(custom(check_percent))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", max_length = 8, example = "19")
    )]
    pub percent: String,
    /// Of what was earned.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "8400")
    )]
    pub revenue: String,
    /// Of the tax; the usual one if left out.
    #[garde(inner(custom(check_account)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "1776")
    )]
    pub tax: Option<String>,
    /// The tax key that DATEV has for it; none where the account says it.
    #[garde(inner(range(min = 1, max = 9_999)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 9_999, example = 3))]
    pub key: Option<u32>,
}

/// What DATEV knows the books by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DatevBooks {
    /// The number of the adviser.
    #[garde(range(min = 1_001, max = 9_999_999))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1_001, maximum = 9_999_999, example = 1001))]
    pub consultant: u32,
    /// The number of the client there.
    #[garde(range(min = 1, max = 99_999))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 99_999, example = 1))]
    pub client: u32,
    /// The month in which a business year begins.
    #[garde(range(min = 1, max = 12))]
    #[serde(default = "january")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12, example = 1))]
    pub year_starts_in: u32,
}

fn january() -> u32 {
    1
}

/// The accounts that invoices and payments are booked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerAccounts {
    /// What clients owe.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "10000")
    )]
    pub receivables: String,
    /// Where money comes in.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "1200")
    )]
    pub bank: String,
    /// Where charges wait that the payment provider collected, in full, until it pays them out less
    /// its fees; that of the bank if left out.
    #[garde(inner(custom(check_account)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "1360")
    )]
    pub collected: Option<String>,
    /// What was earned with tax.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "8400")
    )]
    pub revenue: String,
    /// What was earned without.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "8200")
    )]
    pub untaxed: String,
    /// The tax.
    #[garde(custom(check_account))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9]{1,10}$", max_length = 10, example = "1776")
    )]
    pub tax: String,
    /// Rates with accounts of their own.
    #[garde(length(max = RATE_ACCOUNTS_MAX), dive)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub rates: Vec<RateAccounts>,
    /// For DATEV, which has no others.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datev: Option<DatevBooks>,
}

fn check_account(text: &str, _: &()) -> garde::Result {
    if text.is_empty() {
        return Err(garde::Error::new("required"));
    }
    let fits = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err(garde::Error::new("key_invalid")) }
}
