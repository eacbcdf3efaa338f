//! Cards and bank accounts that invoices are charged to, and each try of a charge.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// For how many days a link to add a card holds if nobody says.
pub const CARD_LINK_DAYS: i64 = 14;
/// The most days that a link to add a card holds.
pub const CARD_LINK_DAYS_MAX: i64 = 90;

names! {
    /// When an invoice is charged by itself.
    ChargeOn {
        /// As soon as it is issued.
        Issue "issue",
        /// On the day it is due.
        Due "due",
    }
    /// What became of a try.
    ChargeState {
        /// It is to be asked of the provider, or its answer is not known yet.
        Queued "queued",
        /// The provider has taken it up; a bank takes days.
        Processing "processing",
        /// The money came.
        Paid "paid",
        /// The provider declined it.
        Declined "declined",
        /// It was not made; `cause` says why.
        Cancelled "cancelled",
    }
    /// Why a try was not made.
    ChargeCause {
        /// Nothing was open any more.
        NothingOpen "nothing_open",
        /// The card was removed or replaced, or nobody wants it charged by itself any more.
        MethodChanged "method_changed",
        /// It was asked without an answer, and a day later the provider still knows nothing of it.
        NeverArrived "never_arrived",
        /// The client disputes the invoice.
        Disputed "disputed",
    }
}

/// How the invoices of an account are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargingSet {
    /// Whether they are charged by themselves, to the card or account that is on file.
    #[garde(skip)]
    pub automatic: bool,
    /// When.
    #[garde(skip)]
    pub charge_on: ChargeOn,
}
impl Default for ChargingSet {
    fn default() -> Self {
        Self { automatic: false, charge_on: ChargeOn::Due }
    }
}

/// A card or bank account on file. Its number is with the provider, never here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredMethod {
    /// `card` or `direct_debit`.
    pub kind: PaymentMethod,
    /// The brand of a card, or the country of a bank account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The last four digits.
    pub last4: String,
    /// The month in which a card expires, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_month: Option<i64>,
    /// The year of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_year: Option<i64>,
}

/// How the invoices of an account are charged, to what, and the version of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charging {
    /// Whether the operator has set up a payment provider; else nothing is charged.
    pub available: bool,
    /// How.
    pub settings: ChargingSet,
    /// To what; none if nothing is on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<StoredMethod>,
    /// Until when the link to add a card holds; none if none is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_expires_at: Option<DateTime<Utc>>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

/// A link by which the client adds a card. The one before ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewCardLink {
    /// For how many days it holds; 14 if left out.
    #[garde(range(min = 1, max = CARD_LINK_DAYS_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90, example = 14))]
    pub days: Option<i64>,
}

/// A link that was made. Its address is told now and never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardLinkMade {
    /// Its id.
    pub id: ActionLinkId,
    /// The address to send to the client.
    pub url: String,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

/// What the page of a link needs to hand a card to the provider, past this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardSetup {
    /// The provider's key for pages.
    pub publishable_key: String,
    /// Lets the page give a card to this set-up, and nothing else.
    pub client_secret: String,
}

/// Whether a card came by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardSetupState {
    /// The provider has it, and it is on file.
    pub saved: bool,
}

/// One try of charging an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// Of which invoice.
    pub invoice_id: InvoiceId,
    /// Which try of it, from 1.
    pub number: i64,
    /// How much was asked, in minor units.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// What became of it.
    pub state: ChargeState,
    /// What the provider said where it did not pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
    /// Why it was not made, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<ChargeCause>,
    /// Whether the clock began it; else somebody did.
    pub automatic: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// The payment that it brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
}

/// The tries of an invoice, and what comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charges {
    /// The newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Charge>,
    /// The day of the next try by the clock; none if there will be none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_on: Option<NaiveDate>,
    /// None follows by itself: it was declined too often or for good, or what it brought was taken
    /// back.
    pub given_up: bool,
    /// Whether it can be charged now by hand.
    pub chargeable: bool,
}

checked! {
    ChargingSet;
    NewCardLink;
}
