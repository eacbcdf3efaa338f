//! The minor units of currencies, and amounts as decimal strings.
use super::Decimal;
use super::decimal::{at_places, power_of_ten};
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// How many digits behind the point an amount of `currency` has: 2 for EUR, 0 for JPY, 3 for KWD.
///
/// Codes that the list does not name have two. Source: ISO 4217, domain 5.4.
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// The codes of ISO 4217 in which money is paid, and two that were used until 2026 and may stand in
/// older contracts (ANG, BGN). Metals, bond units and test codes are none.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV \
    BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD \
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK \
    JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR \
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
    TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR \
    ZMW ZWG";

/// Whether money is paid in it. Source: ISO 4217.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && CODES.split_ascii_whitespace().any(|known| known == code)
}

/// An amount in units of `currency`, rounded to its minor units. Source: domain 5.4.
///
/// # Errors
/// [`RuleError::TooLarge`] if the result does not fit 64 bits.
pub fn to_minor(value: Decimal, currency: &str) -> Result<Minor, RuleError> {
    let unit = Ratio::new(power_of_ten(minor_digits(currency)), 1)?;
    value.ratio()?.times(unit)?.rounded().map(Minor)
}

/// Minor units as a decimal string with all the digits of `currency`: `1234.50`.
#[must_use]
pub fn to_decimal(amount: Minor, currency: &str) -> String {
    at_places(amount.0, minor_digits(currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_one_that_money_is_paid_in() {
        for known in ["EUR", "USD", "JPY", "KWD", "CLF", "UYW", "XAF", "ZWG", "AED"] {
            assert!(is_currency(known), "{known}");
        }
        // No code, metals and tests, one that is gone, another case, a part of the list.
        for unknown in ["XXZ", "XXX", "XTS", "XAU", "DEM", "eur", "EU", "", "R U", "D A"] {
            assert!(!is_currency(unknown), "{unknown}");
        }
        let codes: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert!(codes.is_sorted() && codes.iter().all(|code| code.len() == 3), "{codes:?}");
        assert!(codes.iter().filter(|code| minor_digits(code) != 2).count() == 26);
    }
}
