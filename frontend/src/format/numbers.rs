//! Counts, shares, lists and the forms that words take beside a number.
use super::{decimal, intl};

/// The form of a word beside a count, as the language has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// Languages with a form of its own for nothing.
    Zero,
    /// "1 row".
    One,
    /// A dual.
    Two,
    /// A few.
    Few,
    /// Many.
    Many,
    /// "2 rows".
    Other,
}

/// Which form a word takes beside `n`.
pub fn plural(n: i64) -> Plural {
    match intl::plural(n).as_str() {
        "zero" => Plural::Zero,
        "one" => Plural::One,
        "two" => Plural::Two,
        "few" => Plural::Few,
        "many" => Plural::Many,
        _ => Plural::Other,
    }
}

/// "1,234", with the true minus sign.
pub fn count(n: i64) -> String {
    let sign = if n < 0 { super::MINUS.to_string() } else { String::new() };
    format!("{sign}{}", grouped(n.unsigned_abs()))
}

/// "1,234": Intl only where there is something to group.
pub(super) fn grouped(n: u64) -> String {
    if n < 1_000 { n.to_string() } else { intl::number(&n.to_string()) }
}

/// `part` of `whole` without decimals, "45%"; rounded to the nearest. None of nothing.
pub fn percent(part: i64, whole: i64) -> Option<String> {
    let share = shared::rules::scale(part, 100, whole).ok()?;
    Some(intl::percent(&share.to_string()))
}

/// Tenths of a per cent with what is of it: "13.3%", "14%".
pub fn percent_tenths(tenths: i64) -> String {
    intl::percent(&decimal(tenths, 1))
}

/// Hundredths of a per cent with what is of it: "12.25%", "14%".
pub fn percent_hundredths(hundredths: u32) -> String {
    intl::percent(&decimal(hundredths.into(), 2))
}

/// "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        many => intl::list(many),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_signed() {
        assert_eq!([count(7), count(1_234), count(-1_234_567)], ["7", "1,234", "−1,234,567"]);
    }

    #[test]
    fn shares_have_no_decimals() {
        assert_eq!(percent(1, 3).as_deref(), Some("33%"));
        assert_eq!(percent(2, 3).as_deref(), Some("67%"));
        assert_eq!(percent(1, 0), None);
        let tenths = [133, 140, -5, -15].map(percent_tenths);
        assert_eq!(tenths, ["13.3%", "14%", "-0.5%", "-1.5%"]);
    }

    #[test]
    fn lists_join_as_a_sentence_does() {
        let names = ["Ana", "Tom", "Mia"].map(String::from);
        assert_eq!(list(&names), "Ana, Tom and Mia");
        assert_eq!(list(&names[..1]), "Ana");
    }
}
