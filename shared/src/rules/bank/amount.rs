//! Amounts as statements write them, in whole minor units.
use crate::rules::money::is_currency;

/// The most digits that an amount may have.
const DIGITS_MAX: usize = 18;

/// An amount as it stands in a cell: `1.234,56`, `(12.00)`, `-5`, `+ 12,00 EUR`, `12,00 S`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenAmount {
    /// It went out.
    pub negative: bool,
    /// The currency that stands beside it, if one does. Source: ISO 4217.
    pub currency: Option<String>,
    /// Digits and what parts them.
    number: String,
}

impl WrittenAmount {
    /// Reads a cell; `None` if it holds no amount, or two signs.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain = text.replace(['\u{a0}', '\u{2009}', '\u{202f}'], " ");
        let mut rest = plain.trim();
        let (mut sign, mut currency) = (None, None);
        loop {
            let (left, found) = peel(rest)?;
            match found {
                Peeled::Number => break,
                Peeled::Sign(_) if sign.is_some() => return None,
                Peeled::Sign(negative) => sign = Some(negative),
                Peeled::Currency(_) if currency.is_some() => return None,
                Peeled::Currency(code) => currency = Some(code),
                Peeled::Mark => {}
            }
            rest = left;
        }
        let negative = sign.unwrap_or(false);
        Some(Self { negative, currency, number: rest.to_owned() })
    }

    /// The amount in minor units of a currency with so many decimals; below zero if it went out.
    ///
    /// One separator with three digits behind it groups thousands, unless the currency has three
    /// decimals. More decimals than the currency has must be noughts.
    #[must_use]
    pub fn minor(&self, places: u32) -> Option<i64> {
        let text = self.number.replace(['\'', '’', ' '], "_");
        let last = text.rfind(['.', ',']);
        let point = last.filter(|&at| {
            let alone = text.matches(&text[at..=at]).count() == 1;
            let others = text[..at].contains(['.', ',', '_']);
            let whole = &text[..at];
            let thousands = text.len() - at == 4 && places != 3;
            let groups = thousands && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            alone && (others || !groups)
        });
        let (whole, fraction) = match point {
            Some(at) => (ungrouped(&text[..at])?, &text[at + 1..]),
            None => (ungrouped(&text)?, ""),
        };
        units(&whole, fraction, places).map(|minor| if self.negative { -minor } else { minor })
    }
}

/// What stands at one end of an amount.
enum Peeled {
    /// Nothing: it begins and ends with a digit or a separator before one.
    Number,
    /// Whether it is below zero.
    Sign(bool),
    Currency(String),
    /// A mark that says nothing for sure, such as `$`.
    Mark,
}

/// Takes one thing off an end.
fn peel(text: &str) -> Option<(&str, Peeled)> {
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return Some((inner.trim(), Peeled::Sign(true)));
    }
    for (at_end, mark) in [(false, first), (true, last)] {
        let cut = || {
            let rest = match at_end {
                true => &text[..text.len() - mark.len_utf8()],
                false => &text[mark.len_utf8()..],
            };
            rest.trim()
        };
        match mark {
            '-' | '\u{2212}' | '–' => return Some((cut(), Peeled::Sign(true))),
            '+' => return Some((cut(), Peeled::Sign(false))),
            '€' => return Some((cut(), Peeled::Currency("EUR".to_owned()))),
            '£' => return Some((cut(), Peeled::Currency("GBP".to_owned()))),
            '$' | '¥' => return Some((cut(), Peeled::Mark)),
            _ => {}
        }
    }
    if first.is_alphabetic() {
        let end = text.find(|c: char| !c.is_alphabetic())?;
        return Some((text[end..].trim(), word(&text[..end])?));
    }
    if last.is_alphabetic() {
        let start = text.char_indices().rev().find(|(_, c)| !c.is_alphabetic())?;
        let start = start.0 + start.1.len_utf8();
        return Some((text[..start].trim(), word(&text[start..])?));
    }
    let digits = text.chars().all(|c| c.is_ascii_digit() || ".,'’ ".contains(c));
    digits.then_some((text, Peeled::Number))
}

/// A currency, or the bank's word for the side: credit (Haben), debit (Soll).
fn word(text: &str) -> Option<Peeled> {
    match text.to_uppercase().as_str() {
        "CR" | "H" | "C" => Some(Peeled::Sign(false)),
        "DR" | "DB" | "S" | "D" => Some(Peeled::Sign(true)),
        code if is_currency(code) => Some(Peeled::Currency(code.to_owned())),
        _ => None,
    }
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
    let marks = ['.', ',', '_'].iter().filter(|&&mark| text.contains(mark)).count();
    (marks <= 1).then_some(digits)
}

/// Whole units and a fraction as minor units.
fn units(whole: &str, fraction: &str, places: u32) -> Option<i64> {
    let places = usize::try_from(places).ok()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let (kept, beyond) = fraction.split_at(fraction.len().min(places));
    if beyond.bytes().any(|byte| byte != b'0') || whole.len() > DIGITS_MAX - places {
        return None;
    }
    format!("0{whole}{kept:0<places$}").parse().ok()
}

/// An amount as ISO 20022 writes it, `1234.5`, in minor units of a currency with so many decimals.
#[must_use]
pub fn exact(text: &str, places: u32) -> Option<i64> {
    let text = text.trim();
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    units(whole, fraction, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, places: u32) -> Option<i64> {
        WrittenAmount::read(text)?.minor(places)
    }

    #[test]
    fn amounts_are_read_as_banks_write_them() {
        for (text, minor) in [
            ("1.234,56", 123_456),
            ("1,234.56", 123_456),
            ("1'234.50", 123_450),
            ("1 234,5", 123_450),
            ("1\u{202f}234,50", 123_450),
            ("(12.00)", -1_200),
            ("EUR (12.00)", -1_200),
            ("-5", -500),
            ("\u{2212}5,10", -510),
            ("5,00-", -500),
            ("+ 12,00 EUR", 1_200),
            ("12,00 €", 1_200),
            ("12,00 S", -1_200),
            ("12,00 H", 1_200),
            ("12.00 CR", 1_200),
            ("$12.00", 1_200),
            ("0,50", 50),
            (".5", 50),
            ("12,3400", 1_234),
            // Three digits behind one mark are thousands, where there are no thousandths.
            ("1.234", 123_400),
            ("1,234", 123_400),
            ("1.234.567", 123_456_700),
            ("0.500", 50),
        ] {
            assert_eq!(read(text, 2), Some(minor), "{text}");
        }
        assert_eq!(
            (read("1,234", 0), read("1234.00", 0), read("1.5", 0)),
            (Some(1_234), Some(1_234), None)
        );
        assert_eq!((read("1,234", 3), read("1.234,5", 3)), (Some(1_234), Some(1_234_500)));
        assert_eq!(
            WrittenAmount::read("CHF 5").and_then(|one| one.currency).as_deref(),
            Some("CHF")
        );
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "",
            "-",
            "x",
            "1,2,3",
            "12,34,567",
            "--5",
            "(-5)",
            "5 EUR USD",
            "1234,567",
            "0,123",
            "5 abc",
            "1.2,3.4",
            "EUR",
            "٣",
            "9999999999999999999",
        ] {
            assert_eq!(read(text, 2), None, "{text}");
        }
        assert_eq!(
            (exact("1.234", 2), exact("-5", 2), exact("", 2), exact("1,5", 2)),
            (None, None, None, None)
        );
        assert_eq!(
            (exact("10.000", 2), exact("1234.5", 2), exact("7", 0)),
            (Some(1_000), Some(123_450), Some(7))
        );
    }

    proptest! {
        #[test]
        fn an_amount_written_in_either_way_is_read_back(minor in 0i64..100_000_000_000, comma: bool, negative: bool) {
            let (mark, group) = if comma { (',', '.') } else { ('.', ',') };
            let (whole, cents) = ((minor / 100).to_string(), minor % 100);
            let mut grouped = String::new();
            for (place, digit) in whole.chars().enumerate() {
                if place > 0 && (whole.len() - place) % 3 == 0 {
                    grouped.push(group);
                }
                grouped.push(digit);
            }
            let sign = if negative { "-" } else { "" };
            let signed = if negative { -minor } else { minor };
            prop_assert_eq!(read(&format!("{sign}{grouped}{mark}{cents:02} EUR"), 2), Some(signed));
            prop_assert_eq!(read(&format!("{sign}{whole}{mark}{cents:02}"), 2), Some(signed));
            prop_assert_eq!(exact(&format!("{whole}.{cents:02}"), 2), Some(minor));
        }
        #[test]
        fn no_text_is_a_panic(text in "\\PC{0,30}|[-+0-9., '()€EURS]{0,20}", places in 0u32..5) {
            let _ = (read(&text, places), exact(&text, places));
        }
    }
}
