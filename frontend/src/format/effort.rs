//! Whole minutes as people read them: "6 h 30", "45 min", "−1 h 05". Never a decimal.

/// The sign of a negative figure: a hyphen is too short to be seen.
pub const MINUS: char = '\u{2212}';
/// Keeps a number and its unit on one line.
pub const NBSP: char = '\u{a0}';

/// "6 h 30", "45 min", "4 h", "0 h". The symbols are those of the SI, the same in every language.
pub fn effort(minutes: i64) -> String {
    let size = minutes.unsigned_abs();
    let (hours, rest) = (size / 60, size % 60);
    let sign = if minutes < 0 { MINUS.to_string() } else { String::new() };
    let grouped = super::numbers::grouped(hours);
    match (hours, rest) {
        (_, 0) => format!("{sign}{grouped}{NBSP}h"),
        (0, _) => format!("{sign}{rest}{NBSP}min"),
        _ => format!("{sign}{grouped}{NBSP}h{NBSP}{rest:02}"),
    }
}

/// The same with a plus sign before what is added: the quantity column of a ledger.
pub fn signed_effort(minutes: i64) -> String {
    if minutes > 0 { format!("+{}", effort(minutes)) } else { effort(minutes) }
}

/// None for zero, so that a caller says "nothing left" and never "0 h left".
pub fn effort_or_nothing(minutes: i64) -> Option<String> {
    (minutes != 0).then(|| effort(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(minutes: i64) -> String {
        effort(minutes).replace(NBSP, " ")
    }

    #[test]
    fn effort_is_shown_exactly() {
        let shown = [390, 45, 240, 0, -65, -30, 61, 1_440].map(plain);
        let expected = ["6 h 30", "45 min", "4 h", "0 h", "−1 h 05", "−30 min", "1 h 01", "24 h"];
        assert_eq!(shown, expected.map(String::from));
    }

    #[test]
    fn thousands_of_hours_are_grouped() {
        assert_eq!(plain(600_000), "10,000 h");
        assert_eq!(plain(60 * 1_234 + 5), "1,234 h 05");
    }

    #[test]
    fn a_quantity_carries_its_sign() {
        assert_eq!(signed_effort(600).replace(NBSP, " "), "+10 h");
        assert_eq!(signed_effort(-90).replace(NBSP, " "), "−1 h 30");
        assert_eq!(signed_effort(0).replace(NBSP, " "), "0 h");
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        assert!(effort(i64::MIN).starts_with(MINUS));
        assert_eq!(effort_or_nothing(0), None);
    }
}
