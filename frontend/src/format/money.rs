//! Money: whole minor units in, the browser's words out. No float touches an amount.
use shared::api::Money;

use super::intl;

/// With all its decimals: "€1,500.00".
pub fn money(money: &Money) -> String {
    let digits = fraction_digits(&money.currency);
    intl::currency(&decimal(money.amount_minor, digits), &money.currency, None)
}

/// For tables and figures: no decimals from 1,000 units on, and none where they are zero.
pub fn money_short(money: &Money) -> String {
    let digits = fraction_digits(&money.currency);
    let unit = 10_i64.pow(digits);
    let bare = money.amount_minor.abs() >= 1_000 * unit || money.amount_minor % unit == 0;
    let text = decimal(money.amount_minor, digits);
    intl::currency(&text, &money.currency, bare.then_some(0))
}

/// An amount to the minor unit, without a fraction of nothing: "€1,500" or "€1,136.67".
pub fn money_exact(money: &Money) -> String {
    let digits = fraction_digits(&money.currency);
    let bare = money.amount_minor % 10_i64.pow(digits) == 0;
    let text = decimal(money.amount_minor, digits);
    intl::currency(&text, &money.currency, bare.then_some(0))
}

/// How many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD.
pub fn fraction_digits(currency: &str) -> u32 {
    intl::currency_digits(currency)
}

/// "1250.05" for 125005 with two digits: what Intl takes as an exact number.
pub fn decimal(amount_minor: i64, digits: u32) -> String {
    let size = amount_minor.unsigned_abs();
    let unit = 10_u64.pow(digits.min(6));
    let sign = if amount_minor < 0 { "-" } else { "" };
    match digits {
        0 => format!("{sign}{size}"),
        _ => format!("{sign}{}.{:0>width$}", size / unit, size % unit, width = digits as usize),
    }
}

/// An amount as it stands in a field: "1250" or "1250.50".
pub fn typed_amount(amount_minor: i64, digits: u32) -> String {
    let text = decimal(amount_minor, digits);
    match text.split_once('.') {
        Some((units, decimals)) if decimals.bytes().all(|b| b == b'0') => units.to_owned(),
        _ => text,
    }
}

/// Minor units of an amount as people type it, or none if it cannot be read.
///
/// Dot and comma are both accepted. One of them in front of at most `digits` digits parts the
/// decimals; three digits behind it are a group where a currency has fewer decimals, as in 1,500
/// and 1.500.
pub fn amount_of(text: &str, digits: u32) -> Option<i64> {
    let kept = |c: &char| !c.is_whitespace() && *c != '\'' && *c != '\u{2019}';
    let text: String = text.chars().filter(kept).collect();
    let places = digits as usize;
    let (units, decimals) = match text.rfind(['.', ',']) {
        Some(at) if is_decimal(&text, at, places) => (&text[..at], &text[at + 1..]),
        _ => (text.as_str(), ""),
    };
    let units = ungrouped(units)?;
    let minor = format!("{units}{decimals:0<places$}");
    let fits = minor.len() <= 16 && minor.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| minor.parse().ok()).flatten()
}

fn is_decimal(text: &str, at: usize, places: usize) -> bool {
    let behind = text.len() - at - 1;
    let again = text[..at].contains(&text[at..=at]);
    (1..=places).contains(&behind) && !again
}

/// The digits of a number whose groups, if it has any, are of three.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(['.', ',']);
    let first = groups.next().filter(|first| !first.is_empty())?;
    let rest: Vec<&str> = groups.collect();
    let grouped =
        rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || first.len() <= 3);
    grouped.then(|| format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_become_exact_decimals() {
        assert_eq!(decimal(125_005, 2), "1250.05");
        assert_eq!(decimal(5, 2), "0.05");
        assert_eq!(decimal(125_005, 0), "125005");
        assert_eq!(decimal(-1_235, 3), "-1.235");
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for text in
            ["1500", "1500.00", "1500,00", "1,500", "1.500", "1,500.00", "1.500,00", "1 500,0"]
        {
            assert_eq!(amount_of(text, 2), Some(150_000), "{text}");
        }
        assert_eq!(amount_of("1.5", 2), Some(150));
        assert_eq!(amount_of("0.05", 2), Some(5));
        assert_eq!(amount_of("1,234,567.89", 2), Some(123_456_789));
        assert_eq!(amount_of("1500", 0), Some(1_500));
        assert_eq!(amount_of("1,500", 0), Some(1_500));
        assert_eq!(amount_of("12.345", 3), Some(12_345));
        assert_eq!(amount_of("1.234,567", 3), Some(1_234_567));
    }

    #[test]
    fn what_stands_in_a_field_is_read_as_it_was_meant() {
        for digits in [0, 2, 3] {
            for minor in [0, 5, 100, 150, 1_000, 1_500, 178_500, 1_234_567, 12_000_000] {
                assert_eq!(amount_of(&typed_amount(minor, digits), digits), Some(minor));
            }
        }
    }

    #[test]
    fn what_is_not_an_amount_is_not_guessed() {
        for text in
            ["", "-5", "1.2345", "12,34,56", "1..5", "abc", "1.5.5", "99999999999999999", ".5"]
        {
            assert_eq!(amount_of(text, 2), None, "{text}");
        }
        assert_eq!(amount_of("1.5", 0), None);
    }

    #[test]
    fn a_field_shows_decimals_only_where_there_are_any() {
        assert_eq!(typed_amount(150_000, 2), "1500");
        assert_eq!(typed_amount(150_050, 2), "1500.50");
        assert_eq!(typed_amount(1_500, 0), "1500");
    }

    #[test]
    fn tables_show_no_decimals_from_a_thousand_units_on() {
        let euros = |amount_minor| Money { amount_minor, currency: "EUR".into() };
        assert_eq!(money_short(&euros(125_005)), "EUR 1250");
        assert_eq!(money_short(&euros(12_505)), "EUR 125.05");
        assert_eq!(money_short(&euros(12_500)), "EUR 125");
        assert_eq!(money(&euros(12_500)), "EUR 125.00");
    }
}
