//! Bank statements: files of them, their lines, and what those pay.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

pub use crate::rules::bank::BankReason;

/// The largest file of a statement, in bytes.
pub const BANK_FILE_MAX: usize = 2_000_000;
/// The most bookings that a file may have.
pub const BANK_LINES_MAX: usize = 5_000;
/// The most lines that are recorded by one request.
pub const BANK_RECORD_MAX: usize = 100;
/// The most bookings that are told as unreadable.
pub const BANK_PROBLEMS_MAX: usize = 200;

names! {
    /// What a statement was written as.
    BankFormat {
        /// Comma, semicolon or tab between, with a header.
        Csv "csv",
        /// ISO 20022, camt.052 or camt.053.
        Camt "camt",
    }
    /// Where a line stands.
    BankLineState {
        /// It names what it pays, and is just what is open there.
        Exact "exact",
        /// A payment is proposed, for a person to look at.
        Likely "likely",
        /// It does not say what it pays.
        Open "open",
        /// It is recorded as a payment.
        Recorded "recorded",
        /// Somebody set it aside: it is no payment of a client.
        Aside "aside",
        /// Money that went back; never a payment.
        Reversal "reversal",
    }
}

/// A file of a bank statement as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankImportSummary {
    /// Its id.
    pub id: BankImportId,
    /// The file's name.
    pub file_name: String,
    /// What it was written as.
    pub format: BankFormat,
    /// The last characters of our account there, if the file says it.
    pub account_end: Option<String>,
    /// The first day that was booked.
    pub first_on: Option<NaiveDate>,
    /// The last.
    pub last_on: Option<NaiveDate>,
    /// Lines of money that came in or went back.
    pub lines: i64,
    /// How many of them still wait for a decision.
    pub waiting: i64,
    /// When it was read.
    pub created_at: DateTime<Utc>,
}

/// A file of a bank statement, and where its lines stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankImport {
    /// Its id.
    pub id: BankImportId,
    /// As lists show it.
    pub summary: BankImportSummary,
    /// Lines that an earlier file brought already: each is here once.
    pub known: i64,
    /// Bookings of money that went out: left aside, and not kept.
    pub outgoing: i64,
    /// Bookings that the bank has not made yet: likewise.
    pub pending: i64,
    /// Bookings that could not be read.
    pub unreadable: i64,
    /// The first of those.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub problems: Vec<BankProblem>,
    /// How many lines stand how.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub counts: Vec<BankCount>,
}

/// How many lines of a file stand so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankCount {
    /// Where they stand.
    pub state: BankLineState,
    /// How many.
    pub count: i64,
}

/// A booking that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankProblem {
    /// The line of a CSV file, the place of the entry in CAMT; the first is 1.
    pub line: i64,
    /// What of it: `booked_on`, `amount`, `currency`.
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub field: String,
    /// What is wrong, to match on.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
}

/// A line of a statement: money that came in, or went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankLine {
    /// Its id.
    pub id: BankLineId,
    /// The line of the file, or the place of the entry in it.
    pub line: i64,
    /// Where it stands.
    pub state: BankLineState,
    /// The day the bank booked it.
    pub booked_on: NaiveDate,
    /// The day from which it counts for interest.
    pub valued_on: Option<NaiveDate>,
    /// How much came in, in minor units; below zero for what went back to a payer.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Who paid, as the bank has it.
    pub payer: Option<String>,
    /// The last characters of the payer's account.
    pub payer_account_end: Option<String>,
    /// What the payer wrote.
    pub text: Option<String>,
    /// What the bank calls it.
    pub bank_reference: Option<String>,
    /// An earlier file brought it already.
    pub seen_before: bool,
    /// Why that is proposed, while it waits.
    pub reason: Option<BankReason>,
    /// Whose payment it is, or would be.
    pub account_id: Option<AccountId>,
    /// Its name.
    pub account_name: Option<String>,
    /// What it pays, or would pay.
    #[cfg_attr(feature = "openapi", schema(max_items = 10_000))]
    pub invoices: Vec<InvoicePaid>,
    /// A payment like it that was recorded otherwise, while it waits.
    pub twin: Option<BankTwin>,
    /// The payment it was recorded as.
    pub payment_id: Option<PaymentId>,
    /// It was recorded before, and that payment taken back on this day.
    pub taken_back_on: Option<NaiveDate>,
    /// Goes up with each change.
    pub version: i64,
}

/// A payment of the same client, amount and time that is not of this file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankTwin {
    /// Which.
    pub payment_id: PaymentId,
    /// The day it came.
    pub paid_on: NaiveDate,
    /// It is of another statement; else it was recorded by hand.
    pub from_bank: bool,
}

/// What a line is recorded as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BankLinePayment {
    /// Whose payment it is.
    #[garde(skip)]
    pub account_id: AccountId,
    /// Which invoices it pays; the oldest first if left out, none if empty. What they leave is
    /// credit.
    #[garde(length(max = PAID_INVOICES_MAX), dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub invoices: Option<Vec<PaidInvoice>>,
}

/// Sets a line aside, or takes it up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BankLineAside {
    /// It is no payment of a client.
    #[garde(skip)]
    pub aside: bool,
}

/// What became of the lines that were exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankRecorded {
    /// Lines that are payments now, a hundred at most: ask again while `left` says so.
    pub recorded: i64,
    /// Lines that were exact and are not recorded: more than a hundred, or what they pay was paid
    /// meanwhile.
    pub left: i64,
}

checked! {
    BankLinePayment, |new, faults| super::payments::each_once(new.invoices.as_deref(), faults);
    BankLineAside;
}
