//! Decimal numbers with either separator, exactly.
use super::plain;

/// The most digits a number may have: what is multiplied below stays within 128 bits.
const DIGITS_MAX: usize = 27;

/// A number as it was written: `digits / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// That many units, to the nearest whole one, halves up.
    pub fn times(self, unit: i64) -> Option<i64> {
        let one = 10i128.checked_pow(self.scale)?;
        let exact = self.digits.checked_mul(i128::from(unit))?;
        i64::try_from((exact + one / 2) / one).ok()
    }
}

/// Reads `1.5`, `0,01`, `1.234,50`, `1,234.50`, `1'234`, `.5`.
///
/// A separator that comes once parts the fraction; one that comes before the other kind, or more
/// than once, groups thousands. `1,234` is thus a little more than one: no entry has 1,234 hours.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = plain(text).replace(['\'', '’', ' '], "_");
    let last = text.rfind(['.', ',']);
    let point = last.filter(|&at| {
        let kind = &text[at..=at];
        text.matches(kind).count() == 1
    });
    let (whole, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text.as_str(), ""),
    };
    let whole = ungrouped(whole)?;
    if whole.len() + fraction.len() > DIGITS_MAX || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut digits = 0i128;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits * 10 + i128::from(char::from(byte).to_digit(10)?);
    }
    Some(Decimal { digits, scale: u32::try_from(fraction.len()).ok()? })
}

/// The digits without their separators, if these stand where thousands are parted.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(['.', ',', '_']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    // One kind of mark groups; a number has no two.
    let marks = ['.', ',', '_'].iter().filter(|&&mark| text.contains(mark)).count();
    (marks <= 1).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn hours(text: &str, seconds: i64) {
        assert_eq!(decimal(text).and_then(|n| n.times(3_600)), Some(seconds), "{text}");
    }

    #[test]
    fn either_separator_parts_the_fraction() {
        hours("0,01", 36);
        hours("0.01", 36);
        hours("20,0", 72_000);
        hours("1.5", 5_400);
        hours(".5", 1_800);
        hours("5.", 18_000);
        hours("7", 25_200);
        hours("1,234", 4_442);
    }

    #[test]
    fn thousands_are_grouped_by_the_other_mark() {
        hours("1.234,50", 4_444_200);
        hours("1,234.50", 4_444_200);
        hours("1 234,50", 4_444_200);
        hours("1\u{202f}234,50", 4_444_200);
        hours("1'234.50", 4_444_200);
        hours("1.234.567", 1_234_567 * 3_600);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in
            ["", " ", ".", ",", "-1", "+1", "1e3", "1,2,3", "1.2,3.4", "12,34,567", "1 2", "٣"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(28)), None);
    }

    #[test]
    fn a_third_of_an_hour_is_rounded_once() {
        hours("0.3333333333333333", 1_200);
        hours("0.333", 1_199);
    }

    proptest! {
        #[test]
        fn hundredths_of_an_hour_are_exact(hundredths in 0i64..1_000_000, comma: bool) {
            let mark = if comma { ',' } else { '.' };
            let text = format!("{}{mark}{:02}", hundredths / 100, hundredths % 100);
            prop_assert_eq!(decimal(&text).unwrap().times(3_600), Some(hundredths * 36));
        }
        #[test]
        fn no_text_is_a_panic(text in "\\PC{0,40}") {
            let _ = decimal(&text).and_then(|n| n.times(i64::MAX));
        }
    }
}
