//! A statement as it was read, whatever it was written as.
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use shared::api::{BANK_LINES_MAX, BANK_PROBLEMS_MAX, BankProblem, ErrorCode, FieldError};

use crate::error::{Error, Result};

/// The longest text that is kept of a booking, in characters.
const TEXT_MAX: usize = 500;
/// The longest name and reference likewise.
const NAME_MAX: usize = 140;
/// What banks write where there is no reference.
const NO_REFERENCE: [&str; 6] = ["", "0", "NONREF", "NOREF", "NOTPROVIDED", "NOTAVAILABLE"];

/// Money that came in or went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Where it stands in the file.
    pub position: i64,
    pub reversal: bool,
    pub booked_on: NaiveDate,
    pub valued_on: Option<NaiveDate>,
    /// Below zero for what went back to a payer.
    pub amount_minor: i64,
    pub currency: String,
    pub payer: Option<String>,
    /// Letters and digits of the payer's account.
    pub payer_account: Option<String>,
    pub text: Option<String>,
    pub bank_reference: Option<String>,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Our account, if each booking is of the same one.
    pub account: Option<String>,
    /// Each with our account there.
    pub bookings: Vec<(Option<String>, Booking)>,
    pub outgoing: i64,
    pub pending: i64,
    pub unreadable: i64,
    pub problems: Vec<BankProblem>,
}

impl Statement {
    /// Tells that a booking could not be read.
    pub fn problem(&mut self, line: i64, (field, code): (&str, &str)) {
        self.unreadable += 1;
        if self.problems.len() < BANK_PROBLEMS_MAX {
            self.problems.push(BankProblem { line, field: field.into(), code: code.into() });
        }
    }
    /// How many bookings the file has.
    fn len(&self) -> usize {
        let others = self.outgoing + self.pending + self.unreadable;
        self.bookings.len() + usize::try_from(others).unwrap_or(usize::MAX)
    }
    /// Refuses a file of more bookings than are read.
    pub fn bounded(&self) -> Result<()> {
        if self.len() > BANK_LINES_MAX { Err(unreadable("file", "too_long")) } else { Ok(()) }
    }
    /// The first and the last day that was booked.
    pub fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let days = || self.bookings.iter().map(|(_, one)| one.booked_on);
        (days().min(), days().max())
    }
}

/// A file that is no statement, by what is wrong with it.
pub fn unreadable(field: &str, code: &str) -> Error {
    Error::Faulty(ErrorCode::StatementUnreadable, vec![FieldError::new(field, code)])
}

/// A text without control characters and needless blanks; none if nothing is left.
pub fn plain(text: &str, most: usize) -> Option<String> {
    let odd = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}');
    let text: String = text.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(most).collect();
    (!text.is_empty()).then_some(text)
}
pub fn text(text: &str) -> Option<String> {
    plain(text, TEXT_MAX)
}
pub fn name(text: &str) -> Option<String> {
    plain(text, NAME_MAX)
}
/// A reference, unless it says that there is none.
pub fn reference(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let none = NO_REFERENCE.contains(&&*bare.to_ascii_uppercase());
    plain(text, NAME_MAX).filter(|_| !none)
}
/// Letters and digits of an account's number; none of something shorter than any.
pub fn account(text: &str) -> Option<String> {
    let bare = |c: &char| c.is_ascii_alphanumeric();
    let plain: String = text.chars().filter(bare).take(NAME_MAX).collect();
    (plain.len() >= 4).then(|| plain.to_ascii_uppercase())
}
/// The last four characters of an account's number.
pub fn end_of(account: &str) -> String {
    account.chars().skip(account.chars().count().saturating_sub(4)).collect()
}

impl Booking {
    /// What tells a booking from others: our account, the day, the amount, and the bank's reference
    /// with the payer's account; where there is none, all that is said of it. Equal ones are counted within a file.
    pub fn identity(&self, account: Option<&str>) -> Vec<u8> {
        let upper = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase()
        };
        let amount = self.amount_minor.to_string();
        let day = self.booked_on.to_string();
        let back = if self.reversal { "back" } else { "" };
        let said = match &self.bank_reference {
            // Parts of a batch may share it.
            Some(_) => [upper(&self.bank_reference), String::new(), upper(&self.payer_account)],
            None => [upper(&self.text), upper(&self.payer), upper(&self.payer_account)],
        };
        let mut hash = Sha256::new();
        let fields = [account.unwrap_or_default(), &day, &amount, &self.currency, back];
        for field in fields.into_iter().chain(said.iter().map(String::as_str)) {
            hash.update(field.len().to_be_bytes());
            hash.update(field);
        }
        hash.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_text_is_plain_and_bounded() {
        assert_eq!(text("  a\u{0}b \n\t c ").as_deref(), Some("a b c"));
        assert_eq!(text(" \r\n"), None);
        assert_eq!(text(&"é".repeat(TEXT_MAX + 1)).map(|one| one.chars().count()), Some(TEXT_MAX));
        assert_eq!(
            (reference("NOT PROVIDED"), reference("NONREF"), reference(" 0 ")),
            (None, None, None)
        );
        assert_eq!(reference("A-1").as_deref(), Some("A-1"));
        assert_eq!(account("de89 3704 0044").as_deref(), Some("DE8937040044"));
        assert_eq!((account("---"), end_of("DE8937040044")), (None, "0044".to_owned()));
    }
}
