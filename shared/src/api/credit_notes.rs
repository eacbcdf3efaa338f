//! Credit notes: what is taken back of an issued invoice, which never changes itself.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most lines of an invoice that a credit note names.
pub const CREDIT_LINES_MAX: usize = 200;

names! {
    /// What becomes of what a credit note takes back. Source: domain 5.8.
    CreditKind {
        /// It was billed wrongly: what the terms want of it comes on a later invoice.
        Correction "correction",
        /// It is given: nobody bills it again.
        Goodwill "goodwill",
    }
}

/// What is taken of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditLine {
    /// Which line of the invoice.
    #[garde(range(min = 1, max = 1_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000, example = 1))]
    pub position: i64,
    /// How much, without tax, in minor units; all that is left of it if left out.
    #[garde(inner(range(min = -MONEY_MAX, max = MONEY_MAX)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = -1_000_000_000_000i64, maximum = 1_000_000_000_000i64)
    )]
    pub net_minor: Option<i64>,
}

/// Takes something of an issued invoice back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCreditNote {
    /// Whether the terms may bill it again.
    #[garde(skip)]
    pub kind: CreditKind,
    /// Why, in words to the client.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Two days without service")
    )]
    pub reason: String,
    /// Of which lines; all that is left of the invoice if none is named.
    #[garde(length(max = CREDIT_LINES_MAX), dive)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub lines: Vec<CreditLine>,
}

/// Pays back what was bought and never used, of a retainer that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPurchaseRefund {
    /// Why, in words to the client.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Unused at the end")
    )]
    pub reason: String,
}

/// The credit notes that pay back what was bought and never used, one an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PurchasesRefunded {
    /// They are goodwill: nobody bills it again.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub credit_notes: Vec<CreditNoteSummary>,
}

/// A credit note as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditNoteSummary {
    /// Its id.
    pub id: CreditNoteId,
    /// Its number, of a series of its own.
    pub number: String,
    /// Whether the terms may bill it again.
    pub kind: CreditKind,
    /// On which invoice.
    pub invoice_id: InvoiceId,
    /// The number of that.
    pub invoice_number: String,
    /// For which account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// ISO 4217.
    pub currency: String,
    /// Without tax, in minor units.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// Both together.
    pub total_minor: i64,
    /// Why.
    pub reason: String,
}

/// A credit note with its lines. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditNote {
    /// Its id.
    pub id: CreditNoteId,
    /// As lists show it.
    pub summary: CreditNoteSummary,
    /// What it takes of each line.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub lines: Vec<CreditedOfLine>,
    /// What it gives back of each tax.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub taxes: Vec<InvoiceTax>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
}

/// What a credit note takes of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditedOfLine {
    /// Which line of the invoice.
    pub position: i64,
    /// What that line is for.
    pub kind: InvoiceLineKind,
    /// What it says, where somebody wrote it.
    pub text: Option<String>,
    /// Of the cycle with this number.
    pub seq: Option<i64>,
    /// Without tax, in minor units.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

checked! {
    NewPurchaseRefund;
    NewCreditNote, |new, faults| {
        for (place, line) in new.lines.iter().enumerate() {
            if new.lines[..place].iter().any(|other| other.position == line.position) {
                faults.push(FieldError::new(&format!("/lines/{place}/position"), "repeated"));
            }
        }
    };
}
