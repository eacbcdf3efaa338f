//! How an organisation and its retainers are billed.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::billing::{InvoiceStatus, PaymentTerms, Purpose};
use crate::rules::money::Decimal;
pub use crate::rules::money::{Tax, TaxMode};
pub use crate::rules::proration::Timing;

/// The most taxes of a line.
pub const TAXES_MAX: usize = 4;
/// The most days before a cycle begins that it is billed.
pub const LEAD_DAYS_MAX: u32 = 60;

/// A tax by its rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// What it is called.
    #[garde(length(chars, max = 40), custom(check::name))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40, example = "VAT"))]
    pub code: String,
    /// In per cent, 0 to 100, with at most four places.
    #[garde(custom(check_percent))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", max_length = 8, example = "19")
    )]
    pub percent: String,
}

fn check_percent(text: &str, _: &()) -> garde::Result {
    let (whole, behind) = text.split_once('.').map_or((text, None), |(a, b)| (a, Some(b)));
    let digits = |part: &str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let shaped = digits(whole, 3) && behind.is_none_or(|behind| digits(behind, 4));
    let bounded = text.parse::<Decimal>().is_ok_and(|percent| percent.within(0, 100));
    if shaped && bounded { Ok(()) } else { Err(garde::Error::new("out_of_range")) }
}

impl TaxRate {
    /// As the rules read it; a rate that cannot be read is refused before.
    #[must_use]
    pub fn tax(&self) -> Tax {
        Tax { code: self.code.clone(), rate: self.percent.parse().unwrap_or_default() }
    }
}

fn possible(terms: &PaymentTerms, _: &()) -> garde::Result {
    if terms.possible() { Ok(()) } else { Err(garde::Error::new("out_of_range")) }
}

fn possible_opt(terms: &Option<PaymentTerms>, _: &()) -> garde::Result {
    terms.as_ref().map_or(Ok(()), |terms| possible(terms, &()))
}

/// Letters, digits and dashes, or nothing.
fn check_prefix(text: &str, _: &()) -> garde::Result {
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { Ok(()) } else { Err(garde::Error::new("key_invalid")) }
}

/// How an organisation bills. Nothing is billed before somebody says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BillingSettingsSet {
    /// The name that invoices are from.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Fieldwork Studio GmbH")
    )]
    pub legal_name: String,
    /// The address below it.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Hafenstr. 1\n20457 Hamburg")
    )]
    pub address: String,
    /// The number that the tax office gave.
    #[garde(inner(length(chars, max = 40), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 40, example = "DE123456789")
    )]
    pub tax_id: Option<String>,
    /// The taxes of a line where its retainer says nothing else.
    #[garde(dive, length(max = TAXES_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub taxes: Vec<TaxRate>,
    /// Whether prices are without tax or with it.
    #[garde(skip)]
    #[serde(default)]
    pub tax_mode: TaxMode,
    /// When an invoice is due.
    #[garde(custom(possible))]
    #[serde(default = "fourteen_days")]
    pub terms: PaymentTerms,
    /// What stands before the year in a number, such as `INV-`.
    #[garde(length(max = 10), custom(check_prefix))]
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 10, pattern = "^[A-Za-z0-9-]*$", example = "INV-")
    )]
    pub prefix: String,
    /// The same of credit notes, which have their own numbers.
    #[garde(length(max = 10), custom(check_prefix))]
    #[serde(default = "credit_prefix")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 10, pattern = "^[A-Za-z0-9-]*$", example = "CN-")
    )]
    pub credit_prefix: String,
    /// Cycles whose day of issue is before it were billed elsewhere.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub starts_on: NaiveDate,
}

fn credit_prefix() -> String {
    "CN-".into()
}

fn fourteen_days() -> PaymentTerms {
    PaymentTerms::NetDays { days: 14 }
}

/// How an organisation bills, and the version of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BillingSettings {
    /// What holds; nothing is billed without.
    pub settings: Option<BillingSettingsSet>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

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
}

fn billed() -> bool {
    true
}

impl Default for RetainerBillingSet {
    fn default() -> Self {
        Self { billed: true, timing: Timing::Advance, lead_days: 0, terms: None, taxes: None }
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

/// Each tax once.
fn once(field: &str, taxes: &[TaxRate], faults: &mut Vec<FieldError>) {
    for (place, tax) in taxes.iter().enumerate() {
        if taxes[..place].iter().any(|other| other.code == tax.code) {
            faults.push(FieldError::new(&format!("{field}/{place}/code"), "exists"));
        }
    }
}

checked! {
    BillingSettingsSet, |new, faults| {
        once("/taxes", &new.taxes, faults);
        if new.credit_prefix == new.prefix {
            faults.push(FieldError::new("/credit_prefix", "exists"));
        }
    };
    RetainerBillingSet, |new, faults| {
        once("/taxes", new.taxes.as_deref().unwrap_or_default(), faults);
        if new.timing == Timing::Arrears && new.lead_days > 0 {
            faults.push(FieldError::new("/lead_days", "not_allowed"));
        }
    };
}
