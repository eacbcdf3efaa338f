//! What of a month still waits for a person: the month is done when nothing does.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;

names! {
    /// What waits. The order is that of the cost of waiting, and the order of every list: a client
    /// who is not served any more, money that does not come, money that is not asked for, then people
    /// who wait for a word.
    LooseEndKind {
        /// A retainer ended, and nobody had decided on its renewal.
        LapsedRenewal "lapsed_renewal",
        /// A charge was declined, and the clock tries no more.
        DeclinedCharge "declined_charge",
        /// Money came to the bank, and nobody said whose it is: its invoice counts as open.
        BankLine "bank_line",
        /// An invoice was issued and is open; its client has an address, and got no mail with it.
        UnsentInvoice "unsent_invoice",
        /// The day of issue of a draft has come.
        DueDraft "due_draft",
        /// What a closed cycle left to be billed is on no invoice.
        UnbilledOverage "unbilled_overage",
        /// The fee of an accepted change of scope is on no invoice.
        UnbilledChange "unbilled_change",
        /// The price of units that were bought is on no invoice.
        UnbilledPurchase "unbilled_purchase",
        /// An expense that the client is to be asked for is on no invoice.
        UnbilledExpense "unbilled_expense",
        /// A renewal began, and nobody has a plan for it.
        UnplannedRenewal "unplanned_renewal",
        /// The terms were changed since the last of them that somebody signed.
        UnsignedTerms "unsigned_terms",
        /// A cycle is over and not closed.
        OpenCycle "open_cycle",
        /// A request has no verdict.
        OpenRequest "open_request",
        /// The calendar closed a cycle, and its client was not told.
        UntoldCycle "untold_cycle",
        /// Calls that come by a rule could not be booked.
        UnbookedCalls "unbooked_calls",
        /// Agreed work has nobody who does it, or no date.
        UnownedWork "unowned_work",
        /// A call that draws on nothing was to be, and nobody said how it went.
        UnsettledCall "unsettled_call",
    }
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LooseEnd {
    /// What waits.
    pub kind: LooseEndKind,
    /// The renewal, version of terms, cycle, invoice, request, item of work, change of scope, purchase,
    /// expense, rule of calls, session or line of a bank statement that it is; of a declined charge its
    /// invoice.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, format = Uuid, max_length = 36)
    )]
    pub subject_id: Uuid,
    /// The bank statement of a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_import_id: Option<BankImportId>,
    /// The account; none of a line of a bank statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The account's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// Who owns the account, if anybody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// The retainer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// The retainer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_name: Option<String>,
    /// The number of the cycle, request, item of work or change of scope within its retainer; how many
    /// calls could not be booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// The number of an invoice as people write it, the title of a request or item of work, why
    /// something was agreed or bought, what a call is called, who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The day since which it waits, in the organisation's zone.
    pub since: NaiveDate,
    /// How much it is about: what is open on an invoice, what would be billed without tax, what
    /// came to the bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// How many of one kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LooseEndCount {
    /// The kind.
    pub kind: LooseEndKind,
    /// How many.
    pub count: i64,
}

/// What of a month waits by its last day, or by today while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LooseEnds {
    /// How many of each kind that the reader may see, the costliest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 17))]
    pub counts: Vec<LooseEndCount>,
    /// How many in all.
    pub total: i64,
    /// The items of this page: by kind as in `counts`, those that wait longest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<LooseEnd>,
    /// Send it back as `cursor` to read on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
