//! Invoices: drafts that the terms make, and what was issued.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most lines of an invoice that people write.
pub const MANUAL_LINES_MAX: usize = 50;
/// A run comes to an end after so many drafts, or so many invoices that wait; whoever asks goes on.
pub const RUN_MAX: usize = 100;

names! {
    /// Where an invoice is in its life; what is open on it is its status.
    InvoiceState {
        /// It can be changed, and has no number.
        Draft "draft",
        /// It has a number and never changes.
        Issued "issued",
        /// It was withdrawn, and keeps its number.
        Void "void",
    }
    /// What a line of an invoice is for. Source: domain 5.3.
    InvoiceLineKind {
        /// The price of a cycle, or of the part of it that one version of the terms held.
        Fee "fee",
        /// What the price of a cycle came to be after it was billed, less what was billed.
        Correction "correction",
        /// Use beyond what a closed cycle held.
        Overage "overage",
        /// Agreed beside the price of the cycles, once: the fee of a change order, the price of what
        /// was bought.
        Agreed "agreed",
        /// Written by hand.
        Manual "manual",
    }
}

names! {
    /// What lines of an invoice are for, as it is held beside the one before it.
    InvoicePart {
        /// The price of a cycle, before what is taken off it.
        Fee "fee",
        /// What is taken off prices; less than nothing.
        Discount "discount",
        /// What the price of an earlier cycle came to be after it was billed, such as for days of a pause.
        Correction "correction",
        /// Use beyond what a closed cycle held.
        Overage "overage",
        /// Fees of change orders, and what was bought.
        Agreed "agreed",
        /// What was spent for the client.
        Expense "expense",
        /// Written by hand.
        Manual "manual",
        /// The tax that comes on top of prices.
        Tax "tax",
    }
}

/// What a part of a draft comes to, and what it came to on the invoice before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceDifference {
    /// Which part.
    pub part: InvoicePart,
    /// What it comes to, in minor units, as lines are priced; none where it is gone.
    pub amount_minor: Option<i64>,
    /// What it came to before; none where it is new.
    pub before_minor: Option<i64>,
    /// The one less the other.
    pub difference_minor: i64,
}

/// What a line that bills the fee of a change order begins with, before its number and what was
/// asked for.
pub const CHANGE_ORDER: &str = "Change order";

/// Why the terms of a retainer make no invoice although one is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HeldReason {
    /// It comes to less than nothing: what was billed before wants a credit.
    Negative,
    /// In arrears: its cycle is still open.
    CycleOpen,
}

/// A line of an invoice that somebody writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ManualLine {
    /// What for.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Stock photos")
    )]
    pub text: String,
    /// How many.
    #[garde(range(min = 1, max = 10_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000, example = 1))]
    pub quantity: i64,
    /// The price of one, in minor units; below zero for what is taken off.
    #[garde(range(min = -PRICE_MAX, max = PRICE_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = -100_000_000, maximum = 100_000_000, example = 4_900)
    )]
    pub price_minor: i64,
}

/// The most that one of a line written by hand costs, in minor units.
const PRICE_MAX: i64 = 100_000_000;

/// A change of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct InvoiceChange {
    /// The lines that are written by hand, all of them; as they are if left out.
    #[garde(length(max = MANUAL_LINES_MAX), dive)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub lines: Option<Vec<ManualLine>>,
    /// Words to the client below the lines; as they are if left out, none if blank.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "Thank you."))]
    pub note: Option<String>,
    /// Whether it is held back, so that it is not issued with the others; as it is if left out. Let go,
    /// it waits for a press, as each that somebody changed.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
}

/// Why an issued invoice is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvoiceVoid {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Wrong address")
    )]
    pub reason: String,
    /// Whether a draft of the same takes its place.
    #[garde(skip)]
    #[serde(default)]
    pub replace: bool,
}

/// Makes what is due.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewBillingRun {
    /// Of this retainer only.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// Also what was discarded as a draft.
    #[garde(skip)]
    pub discarded: bool,
    /// Of those after this one: `next` of the run before. Nothing where a retainer is named.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<RetainerId>,
}

/// What a run made. Run it again and it makes nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BillingRun {
    /// The drafts it made.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub made: Vec<InvoiceSummary>,
    /// What is due and was not made, with the reason.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub held: Vec<HeldInvoice>,
    /// The last retainer it looked at, where others are left: run again `after` it. A run looks at a
    /// hundred at most, so that it keeps nobody waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<RetainerId>,
}

/// An invoice that is due and was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldInvoice {
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// Of the cycle with this number.
    pub seq: i64,
    /// Why.
    pub reason: HeldReason,
}

/// An invoice as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceSummary {
    /// Its id.
    pub id: InvoiceId,
    /// Its number; none for a draft.
    pub number: Option<String>,
    /// Draft, issued or void.
    pub state: InvoiceState,
    /// For which account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// Of the cycle with this number.
    pub seq: i64,
    /// What for.
    pub purpose: Purpose,
    /// 1, and one more for each that replaces a void one.
    pub revision: i64,
    /// The first day of the cycle.
    pub starts_on: NaiveDate,
    /// The first day after it.
    pub ends_on: NaiveDate,
    /// The day it was issued; of a draft the day it was to be.
    pub issue_on: NaiveDate,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// ISO 4217.
    pub currency: String,
    /// Without tax, in minor units.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// Both together.
    pub total_minor: i64,
    /// What credit notes took of that.
    pub credited_minor: i64,
    /// What was paid of it.
    pub paid_minor: i64,
    /// What is open on it; nothing on a draft.
    pub balance_minor: i64,
    /// How it stands today; none for a draft.
    pub status: Option<InvoiceStatus>,
    /// How many days it is late.
    pub late_days: i64,
    /// What the invoice before it of the same retainer comes to, in the same currency; none if it
    /// is the first. Void ones do not count.
    pub before_minor: Option<i64>,
    /// What a draft is made of beside that invoice, part by part; the differences add up to that of the
    /// totals. Empty for others than drafts, and wherever it is not told by a list of invoices.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub differences: Vec<InvoiceDifference>,
    /// A draft that somebody holds back: it is not issued with the others, nor by itself.
    pub held: bool,
    /// Goes up with each change.
    pub version: i64,
}

/// How many invoices stand in every way, counted by the server: a list is read page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceCounts {
    /// One for each state, status and currency that there is.
    #[cfg_attr(feature = "openapi", schema(max_items = 2000))]
    pub items: Vec<InvoiceCount>,
}

/// How many invoices of one currency stand one way, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceCount {
    /// Draft, issued or void.
    pub state: InvoiceState,
    /// How they stand today; none for drafts.
    pub status: Option<InvoiceStatus>,
    /// ISO 4217.
    pub currency: String,
    /// How many.
    pub count: i64,
    /// What they come to with tax, in minor units.
    pub total_minor: i64,
    /// What is open on them.
    pub balance_minor: i64,
}

/// An invoice with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// As lists show it.
    pub summary: InvoiceSummary,
    /// What it is made of.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub lines: Vec<InvoiceLine>,
    /// Whether prices are without tax or with it.
    pub tax_mode: TaxMode,
    /// What it owes of each tax.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub taxes: Vec<InvoiceTax>,
    /// Words to the client.
    pub note: Option<String>,
    /// Who issued it and to whom, as it was then; none for a draft.
    pub parties: Option<InvoiceParties>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub voided_at: Option<DateTime<Utc>>,
    /// Why.
    pub void_reason: Option<String>,
    /// Goes up with each change.
    pub version: i64,
}

/// A line. Its amount is `quantity` times `price_minor` for each `price_per`, rounded once, less
/// `discount_minor`. Source: domain 5.6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceLine {
    /// Its place on the invoice, from 1.
    pub position: i64,
    /// What for.
    pub kind: InvoiceLineKind,
    /// What it says, where somebody wrote it; of a change order its number and what was
    /// asked for, of what was bought why, of an expense what for.
    pub text: Option<String>,
    /// Of the cycle with this number.
    pub seq: Option<i64>,
    /// The first day of service.
    pub starts_on: Option<NaiveDate>,
    /// The first day after it.
    pub ends_on: Option<NaiveDate>,
    /// The cycle whose ledger shows the entries of overage.
    pub cycle_id: Option<CycleId>,
    /// The change order whose fee it bills.
    pub scope_change_id: Option<ScopeChangeId>,
    /// The purchase whose price it bills.
    pub adjustment_id: Option<AdjustmentId>,
    /// The expense that it asks for.
    pub expense_id: Option<ExpenseId>,
    /// The key of the pool.
    pub pool: Option<String>,
    /// What the pool counts.
    pub unit: Option<Unit>,
    /// Units of the pool, or how many.
    pub quantity: i64,
    /// The price, in minor units.
    pub price_minor: i64,
    /// Of how many: 60 minutes, or 1 of anything else.
    pub price_per: i64,
    /// What is taken off it.
    pub discount_minor: i64,
    /// What it comes to; with tax if prices include it.
    pub amount_minor: i64,
    /// Its taxes.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub taxes: Vec<TaxRate>,
    /// Without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// What credit notes took of it, without tax.
    pub credited_minor: i64,
}

/// What an invoice owes of a tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceTax {
    /// What it is called.
    pub code: String,
    /// In per cent.
    pub percent: String,
    /// What is taxed, in minor units.
    pub base_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// Who issued an invoice, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceParties {
    /// The name it is from.
    pub legal_name: String,
    /// The address below it.
    pub address: String,
    /// The number that the tax office gave.
    pub tax_id: Option<String>,
    /// The name it is to.
    pub client: String,
    /// The country of the address.
    #[serde(default)]
    pub country: Option<String>,
    /// The account that is paid to.
    #[serde(default)]
    pub iban: Option<String>,
    /// Its bank.
    #[serde(default)]
    pub bic: Option<String>,
    /// The address of the client.
    #[serde(default)]
    pub client_address: Option<String>,
    /// Its country.
    #[serde(default)]
    pub client_country: Option<String>,
    /// The number that the client's tax office gave.
    #[serde(default)]
    pub client_tax_id: Option<String>,
    /// What the client wants to read on it.
    #[serde(default)]
    pub reference: Option<String>,
    /// The client owes the tax itself.
    #[serde(default)]
    pub reverse_charge: bool,
    /// Why it has no tax, if it has none.
    #[serde(default)]
    pub tax_note: Option<String>,
    /// The language of the paper.
    #[serde(default)]
    pub language: Language,
    /// The size of its pages.
    #[serde(default)]
    pub paper: Paper,
    /// The picture beside the name it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_id: Option<LogoId>,
}

checked! {
    InvoiceChange;
    InvoiceVoid;
    NewBillingRun;
}
