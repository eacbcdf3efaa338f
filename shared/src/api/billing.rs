//! How an organisation bills, and what its invoices say of it and of an account.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::billing::{InvoiceStatus, PaymentTerms, Purpose};
use crate::rules::money::Decimal;
pub use crate::rules::money::{Tax, TaxMode};

/// The most taxes of a line.
pub const TAXES_MAX: usize = 4;

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

pub(super) fn check_percent(text: &str, _: &()) -> garde::Result {
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

pub(super) fn possible_opt(terms: &Option<PaymentTerms>, _: &()) -> garde::Result {
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
    /// Whether what a cycle brings is issued and sent on its day with no press, from eight o'clock in
    /// the organisation's zone. Source: requirement S2-5.
    #[garde(skip)]
    #[serde(default)]
    pub automatic: bool,
    /// The country of the address, ISO 3166-1.
    #[garde(inner(custom(check::country)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Z]{2}$", max_length = 2, example = "DE")
    )]
    pub country: Option<String>,
    /// The language of invoices where the account has none.
    #[garde(skip)]
    #[serde(default)]
    pub language: Language,
    /// The size of their pages.
    #[garde(skip)]
    #[serde(default)]
    pub paper: Paper,
    /// The picture that they show beside the name they are from.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_id: Option<LogoId>,
    /// The account that is paid to, ISO 13616; blanks are left out.
    #[garde(inner(custom(check_iban)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            pattern = "^[A-Z]{2}[0-9]{2}[A-Z0-9 ]+$",
            max_length = 42,
            example = "DE89370400440532013000"
        )
    )]
    pub iban: Option<String>,
    /// Its bank, ISO 9362.
    #[garde(inner(custom(check_bic)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            pattern = "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$",
            max_length = 11,
            example = "COBADEFFXXX"
        )
    )]
    pub bic: Option<String>,
    /// Why an invoice has no tax, such as a small business; printed on those without.
    #[garde(inner(length(chars, max = LINE_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Exempt as a small business")
    )]
    pub tax_note: Option<String>,
    /// The accounts that invoices and payments are booked on; exports name them by their kind
    /// without.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_accounts: Option<LedgerAccounts>,
}

/// The size of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// The sum of an IBAN: its first four characters moved to the end, letters as 10 to 35, leave 1
/// when divided by 97. Source: ISO 13616.
fn check_iban(text: &str, _: &()) -> garde::Result {
    let bytes: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let digits = bytes.get(2..4).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
    let letters = bytes.iter().take(2).all(u8::is_ascii_uppercase);
    let others = bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let shaped = (15..=34).contains(&bytes.len()) && digits && letters && others;
    let moved = bytes.iter().skip(4).chain(bytes.iter().take(4));
    let rest = moved.fold(0u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        letter => (sum * 100 + u32::from(letter.wrapping_sub(b'A')) + 10) % 97,
    });
    if shaped && rest == 1 { Ok(()) } else { Err(garde::Error::new("iban_invalid")) }
}

/// Six letters, then two or five of either. Source: ISO 9362.
fn check_bic(text: &str, _: &()) -> garde::Result {
    let bytes = text.as_bytes();
    let shaped = (bytes.len() == 8 || bytes.len() == 11)
        && bytes.iter().take(6).all(u8::is_ascii_uppercase)
        && bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if shaped { Ok(()) } else { Err(garde::Error::new("bic_invalid")) }
}

/// What invoices say of an account, where that is not its name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AccountBillingSet {
    /// The name they go to; that of the account if left out.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Northwind Traders Ltd")
    )]
    pub legal_name: Option<String>,
    /// The address below it.
    #[garde(inner(length(chars, max = LINE_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "1 Quay St\nBristol BS1 4DJ")
    )]
    pub address: Option<String>,
    /// Its country, ISO 3166-1.
    #[garde(inner(custom(check::country)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Z]{2}$", max_length = 2, example = "GB")
    )]
    pub country: Option<String>,
    /// The number that its tax office gave.
    #[garde(inner(length(chars, max = 40), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 40, example = "GB123456789")
    )]
    pub tax_id: Option<String>,
    /// What it wants to read on invoices: a number of its order or cost centre.
    #[garde(inner(length(chars, max = 100), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100, example = "PO 4711"))]
    pub reference: Option<String>,
    /// The language of its invoices; that of the organisation if left out.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// It owes the tax itself: its invoices have none and say so. What a retainer says of its
    /// taxes comes first.
    #[garde(skip)]
    pub reverse_charge: bool,
    /// The mail addresses that its invoices are sent to.
    #[garde(length(max = ADDRESSES_MAX), inner(length(max = 254), custom(check::email)))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_items = 5, example = json!(["invoices@northwind.example"]))
    )]
    pub send_to: Vec<String>,
}

/// What invoices say of an account, and the version of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountBilling {
    /// What holds.
    pub billing: AccountBillingSet,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
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

/// Each tax once.
pub(super) fn taxes_once(field: &str, taxes: &[TaxRate], faults: &mut Vec<FieldError>) {
    for (place, tax) in taxes.iter().enumerate() {
        if taxes[..place].iter().any(|other| other.code == tax.code) {
            faults.push(FieldError::new(&format!("{field}/{place}/code"), "exists"));
        }
    }
}

checked! {
    BillingSettingsSet, |new, faults| {
        taxes_once("/taxes", &new.taxes, faults);
        let rates = new.ledger_accounts.iter().flat_map(|of| &of.rates).enumerate();
        let rates: Vec<_> = rates.map(|(at, of)| (at, of.percent.parse::<Decimal>().ok())).collect();
        for (place, rate) in &rates {
            if rates[..*place].iter().any(|(_, other)| other == rate) {
                faults.push(FieldError::new(&format!("/ledger_accounts/rates/{place}/percent"), "exists"));
            }
        }
        if new.credit_prefix == new.prefix {
            faults.push(FieldError::new("/credit_prefix", "exists"));
        }
    };
    AccountBillingSet, |new, faults| {
        for (place, address) in new.send_to.iter().enumerate() {
            if new.send_to[..place].contains(address) {
                faults.push(FieldError::new(&format!("/send_to/{place}"), "exists"));
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_known_by_its_sum() {
        for fits in
            ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"]
        {
            assert!(check_iban(fits, &()).is_ok(), "{fits}");
        }
        let odd =
            ["", "DE", "DE88370400440532013000", "de89370400440532013000", "DE89é70400440532013"];
        for odd in odd {
            assert!(check_iban(odd, &()).is_err(), "{odd}");
        }
        assert!(check_bic("COBADEFFXXX", &()).is_ok() && check_bic("COBADEF", &()).is_err());
        assert!(check::country("DE", &()).is_ok() && check::country("XX", &()).is_err());
    }
}
