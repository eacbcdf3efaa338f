//! Charging cards and bank accounts by themselves: what is asked of the provider, and when again.
//! Source: domain 5.13.
use chrono::{Days, NaiveDate};

use super::money::minor_digits;

/// Days from a try that was declined to the next: on day 0, 3, 8 and 15 if every one is declined.
pub const GAPS: [u64; 3] = [3, 5, 7];

/// Codes of a declined charge after which no other try of the same card or account can go well, or
/// may be made. Source: docs.stripe.com/declines/codes,
/// docs.stripe.com/error-codes.
const FATAL: [&str; 28] = [
    "account_closed",
    "amount_too_large",
    "amount_too_small",
    "authentication_required",
    "bank_account_unusable",
    "card_not_supported",
    "charge_exceeds_source_limit",
    "charge_exceeds_transaction_limit",
    "country_unsupported",
    "currency_not_supported",
    "debit_not_authorized",
    "do_not_try_again",
    "expired_card",
    "highest_risk_level",
    "incorrect_number",
    "invalid_account",
    "invalid_charge_amount",
    "lost_card",
    "no_account",
    "payment_intent_mandate_invalid",
    "payment_method_currency_mismatch",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "stolen_card",
    "stop_payment_order",
    "transaction_not_allowed",
];

/// Whether a charge that was declined for this is not tried again with the same card or account.
#[must_use]
pub fn is_fatal(code: &str) -> bool {
    FATAL.contains(&code)
}

/// When a charge is next tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTry {
    /// As soon as the invoice is to be charged at all.
    Now,
    /// On this day or later.
    On(NaiveDate),
    /// No more with this card or account.
    Over,
}

/// When an invoice is next tried, after so many tries with one card or account were declined, the
/// last on that day and for good or not. Source: domain 5.13.
#[must_use]
pub fn next_try(declined: usize, last: Option<(NaiveDate, bool)>) -> NextTry {
    let Some((day, fatal)) = last.filter(|_| declined > 0) else { return NextTry::Now };
    let gap = GAPS.get(declined - 1).filter(|_| !fatal);
    let next = gap.and_then(|gap| day.checked_add_days(Days::new(*gap)));
    next.map_or(NextTry::Over, NextTry::On)
}

/// Digits behind the point as Stripe counts amounts of a currency, which differ from those of ISO
/// 4217 for a few. Source: docs.stripe.com/currencies.
fn provider_digits(currency: &str) -> u32 {
    match currency {
        // Ariary have fifths on paper, and none here.
        "MGA" => 0,
        // Without smaller units by now, and counted in hundredths as before.
        "ISK" | "UGX" => 2,
        _ => minor_digits(currency),
    }
}

/// An amount in minor units as Stripe takes it; none if it cannot be charged to the unit: of three
/// digits behind the point the last must be zero, and there is no part of an ariary.
#[must_use]
pub fn provider_units(minor: i64, currency: &str) -> Option<i64> {
    let (ours, theirs) = (minor_digits(currency), provider_digits(currency));
    let scale = 10i64.checked_pow(ours.abs_diff(theirs))?;
    let units = match theirs >= ours {
        true => minor.checked_mul(scale)?,
        false if minor % scale == 0 => minor / scale,
        false => return None,
    };
    let whole = theirs < 3 || units % 10 == 0;
    (units > 0 && whole).then_some(units)
}

/// An amount as Stripe tells it, in minor units; none where it comes to no whole number of them.
#[must_use]
pub fn minor_units(units: i64, currency: &str) -> Option<i64> {
    let (ours, theirs) = (minor_digits(currency), provider_digits(currency));
    let scale = 10i64.checked_pow(ours.abs_diff(theirs))?;
    match ours >= theirs {
        true => units.checked_mul(scale),
        false => (units % scale == 0).then_some(units / scale),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_declined_charge_is_tried_on_day_3_8_and_15_and_then_no_more() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        assert_eq!(next_try(0, None), NextTry::Now);
        let mut on = day(1);
        for (tries, next) in [(1, 4), (2, 9), (3, 16)] {
            assert_eq!(next_try(tries, Some((on, false))), NextTry::On(day(next)));
            assert_eq!(next_try(tries, Some((on, true))), NextTry::Over);
            on = day(next);
        }
        assert_eq!(next_try(4, Some((on, false))), NextTry::Over);
        assert!(is_fatal("stolen_card") && !is_fatal("insufficient_funds"));
    }

    #[test]
    fn amounts_are_in_the_units_of_the_provider() {
        assert_eq!(provider_units(300_000, "EUR"), Some(300_000));
        assert_eq!(provider_units(125_000, "JPY"), Some(125_000));
        assert_eq!(provider_units(500, "ISK"), Some(50_000));
        assert_eq!(provider_units(500, "UGX"), Some(50_000));
        assert_eq!(provider_units(1_230, "KWD"), Some(1_230));
        assert_eq!(provider_units(1_234, "KWD"), None);
        assert_eq!(provider_units(12_300, "MGA"), Some(123));
        assert_eq!(provider_units(12_350, "MGA"), None);
        assert_eq!(provider_units(0, "EUR"), None);
        assert_eq!(provider_units(i64::MAX, "ISK"), None);
    }

    proptest! {
        #[test]
        fn what_is_asked_is_worth_what_is_open(minor in 1i64..1_000_000_000_000, of in 0usize..6) {
            let currency = ["EUR", "JPY", "ISK", "UGX", "KWD", "MGA"][of];
            if let Some(units) = provider_units(minor, currency) {
                let worth = |amount: i64, digits| i128::from(amount) * 10i128.pow(4 - digits);
                let ours = worth(minor, minor_digits(currency));
                prop_assert_eq!(worth(units, provider_digits(currency)), ours);
                prop_assert_eq!(minor_units(units, currency), Some(minor));
            }
        }
    }
}
