//! Payments, refunds, and the statement of an account.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most invoices that one payment is divided among by hand.
pub const PAID_INVOICES_MAX: usize = 100;
/// The longest reference of a payment, as banks have it.
pub const REFERENCE_MAX: usize = 140;
/// The most days that a statement covers.
pub const STATEMENT_DAYS_MAX: i64 = 366;
/// The most lines that a statement has in one currency.
pub const STATEMENT_LINES_MAX: usize = 2_000;

names! {
    /// Which way money goes.
    PaymentKind {
        /// From the client to us.
        Payment "payment",
        /// Back to the client.
        Refund "refund",
    }
    /// How it was paid.
    PaymentMethod {
        /// From bank to bank.
        Transfer "transfer",
        /// By card.
        Card "card",
        /// Taken from the client's bank.
        DirectDebit "direct_debit",
        /// In cash.
        Cash "cash",
        /// By cheque.
        Cheque "cheque",
        /// By another way.
        Other "other",
    }
    /// What moved the balance of an account.
    StatementKind {
        /// An invoice was issued.
        Invoice "invoice",
        /// An invoice was withdrawn.
        Void "void",
        /// Something of an invoice was taken back.
        CreditNote "credit_note",
        /// Money came in.
        Payment "payment",
        /// Money went back.
        Refund "refund",
        /// A payment or refund was taken back.
        Reversal "reversal",
    }
}

/// What an invoice gets of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PaidInvoice {
    /// Which invoice.
    #[garde(skip)]
    pub invoice_id: InvoiceId,
    /// How much, in minor units.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 100)
    )]
    pub amount_minor: i64,
}

/// A payment that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// Whose.
    #[garde(skip)]
    pub account_id: AccountId,
    /// How much.
    #[garde(dive)]
    pub amount: Money,
    /// The day it came, not later than today.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub paid_on: NaiveDate,
    /// How.
    #[garde(skip)]
    pub method: PaymentMethod,
    /// What the bank calls it. The same one of the same day and amount is not recorded twice.
    #[garde(inner(length(chars, max = REFERENCE_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 140, example = "TR-2026-0142")
    )]
    pub reference: Option<String>,
    /// A word about it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
    /// Which invoices it pays; the oldest first if left out, none if empty.
    #[garde(length(max = PAID_INVOICES_MAX), dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub invoices: Option<Vec<PaidInvoice>>,
}

/// Which invoices get what is left of a payment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PaymentAllocation {
    /// Which; the oldest first if left out.
    #[garde(length(max = PAID_INVOICES_MAX), dive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub invoices: Option<Vec<PaidInvoice>>,
}

/// Money that goes back: of what is left of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    /// How much, in minor units of the payment's currency.
    #[garde(range(min = 1, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000i64, example = 100)
    )]
    pub amount_minor: i64,
    /// The day it went, not later than today.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub paid_on: NaiveDate,
    /// How.
    #[garde(skip)]
    pub method: PaymentMethod,
    /// What the bank calls it.
    #[garde(inner(length(chars, max = REFERENCE_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 140))]
    pub reference: Option<String>,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Paid twice")
    )]
    pub note: String,
}

/// Takes a payment or refund back: it bounced, or was recorded by mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PaymentReversal {
    /// The day it was taken back, not before it was paid and not later than today.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub on: NaiveDate,
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Returned by the bank")
    )]
    pub reason: String,
}

/// A payment or refund as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentSummary {
    /// Its id.
    pub id: PaymentId,
    /// Which way it went.
    pub kind: PaymentKind,
    /// The payment that a refund is of.
    pub payment_id: Option<PaymentId>,
    /// Whose.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// The day.
    pub paid_on: NaiveDate,
    /// How.
    pub method: PaymentMethod,
    /// What the bank calls it.
    pub reference: Option<String>,
    /// A word about it.
    pub note: Option<String>,
    /// What of a payment is on no invoice and did not go back: credit of the account.
    pub credit_minor: i64,
    /// What of a payment went back.
    pub refunded_minor: i64,
    /// What of a payment pays the invoice whose payments were asked for; none if all were.
    pub invoice_minor: Option<i64>,
    /// The day it was taken back.
    pub reversed_on: Option<NaiveDate>,
    /// Why.
    pub reverse_reason: Option<String>,
    /// The bank statement with the line that it was recorded from.
    pub bank_import_id: Option<BankImportId>,
    /// That line.
    pub bank_line_id: Option<BankLineId>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Goes up when it is taken back.
    pub version: i64,
}

/// A payment or refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// As lists show it.
    pub summary: PaymentSummary,
    /// The invoices it pays.
    #[cfg_attr(feature = "openapi", schema(max_items = 10_000))]
    pub invoices: Vec<InvoicePaid>,
    /// Goes up when it is taken back.
    pub version: i64,
}

/// What a payment pays of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoicePaid {
    /// Which invoice.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub number: String,
    /// How much, in minor units.
    pub amount_minor: i64,
}

/// What happened to what an account owes, from one day to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStatement {
    /// Whose.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Currency by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub currencies: Vec<StatementOfCurrency>,
}

/// The statement in one currency. A balance above zero is owed to us; all are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatementOfCurrency {
    /// ISO 4217.
    pub currency: String,
    /// The balance before the first day.
    pub opening_minor: i64,
    /// What moved it, day by day.
    #[cfg_attr(feature = "openapi", schema(max_items = 2000))]
    pub lines: Vec<StatementLine>,
    /// The balance after the last day.
    pub closing_minor: i64,
    /// What is open on invoices now.
    pub open_minor: i64,
    /// What of that is late.
    pub overdue_minor: i64,
    /// What the account has paid beyond its invoices.
    pub credit_minor: i64,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatementLine {
    /// The day.
    pub on: NaiveDate,
    /// What happened.
    pub kind: StatementKind,
    /// The number of the invoice or credit note, the reference of the payment.
    pub text: Option<String>,
    /// The invoice, credit note or payment.
    #[cfg_attr(feature = "openapi", schema(
        value_type = String, format = Uuid, max_length = 36,
        example = "0193a5b0-0000-7000-8000-000000000000"))]
    pub id: Uuid,
    /// What it added to the balance, in minor units; below zero for what it took off.
    pub amount_minor: i64,
    /// The balance after it.
    pub balance_minor: i64,
}

/// Each invoice once.
pub(super) fn each_once(invoices: Option<&[PaidInvoice]>, faults: &mut Vec<FieldError>) {
    let named = invoices.unwrap_or_default();
    for (place, one) in named.iter().enumerate() {
        if named[..place].iter().any(|other| other.invoice_id == one.invoice_id) {
            faults.push(FieldError::new(&format!("/invoices/{place}/invoice_id"), "repeated"));
        }
    }
}

checked! {
    NewPayment, |new, faults| {
        if new.amount.amount_minor == 0 {
            faults.push(FieldError::new("/amount/amount_minor", "out_of_range"));
        }
        each_once(new.invoices.as_deref(), faults);
    };
    PaymentAllocation, |new, faults| each_once(new.invoices.as_deref(), faults);
    NewRefund;
    PaymentReversal;
}
