//! Values as spreadsheets write them: days, times, durations. Pure, and whole numbers only.
mod day;
mod duration;
mod moment;
mod number;

pub use day::{Orders, WrittenDay, day};
pub use duration::{Unit, duration};
pub use moment::{Moment, by_clock, elapsed, moment};

/// Trims, and makes plain blanks of the ones that typesetters use.
fn plain(text: &str) -> String {
    let blank = |c: char| if matches!(c, '\u{a0}' | '\u{2009}' | '\u{202f}') { ' ' } else { c };
    text.chars().map(blank).collect::<String>().trim().to_owned()
}

/// A short run of digits as a number.
fn digits(text: &str, longest: usize) -> Option<u32> {
    let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// What a cell says about billing; `None` if it says nothing we know.
pub fn billable(text: &str) -> Option<bool> {
    match plain(text).to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "billable" | "ja" | "oui" | "si" | "sí" | "sì"
        | "sim" | "wahr" | "vrai" | "verdadero" | "vero" | "verdadeiro" | "abrechenbar"
        | "facturable" => Some(true),
        "no" | "n" | "false" | "0" | "-" | "non-billable" | "non billable" | "not billable"
        | "unbillable" | "nein" | "nee" | "non" | "não" | "nej" | "falsch" | "faux" | "falso"
        | "nicht abrechenbar" | "non facturable" | "no facturable" => Some(false),
        // Billable hours or an amount: none is not billable.
        number if number.chars().all(|c| c.is_ascii_digit() || ".,:".contains(c)) => {
            let digits = number.chars().filter(char::is_ascii_digit);
            digits.max().map(|most| most != '0')
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billing_is_said_in_several_ways() {
        for yes in ["Yes", " true ", "1", "JA", "Billable", "WAHR"] {
            assert_eq!(billable(yes), Some(true), "{yes}");
        }
        for no in ["No", "false", "0", "Nein", "Non-Billable", "FALSCH", "Não"] {
            assert_eq!(billable(no), Some(false), "{no}");
        }
        assert_eq!(billable(""), None);
        assert_eq!(billable("perhaps"), None);
        assert_eq!(
            (billable("0.00"), billable("1,5"), billable(".")),
            (Some(false), Some(true), None)
        );
    }
}
