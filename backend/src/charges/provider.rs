//! What we ask of a payment provider, whoever it is.
use std::future::Future;

use chrono::{DateTime, Utc};
use shared::api::{AccountId, ActionLinkId, ChargeId, OrganisationId};

/// Why the provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No answer that says how it went. Whether it was done is not known: ask again by the same
    /// key, and look first.
    Away(String),
    /// It was not reached, did not let us in, or could not read what we asked. Nothing was done.
    Unasked(String),
    /// Nothing was done, and asking the same again changes nothing.
    Refused {
        /// The provider's word for why.
        code: String,
        /// The same as a sentence.
        reason: String,
        /// The payment that it was about, if it has a name.
        intent: Option<String>,
        /// It is the card or the bank that says no; else what we asked makes no sense there.
        declined: bool,
    },
}

impl Fault {
    /// In words, for those who run the installation.
    pub fn words(&self) -> &str {
        match self {
            Fault::Away(words) | Fault::Unasked(words) | Fault::Refused { reason: words, .. } => {
                words
            }
        }
    }
}

/// A card or bank account that the provider keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The provider's name of it.
    pub id: String,
    /// The provider's word for what it is: `card`, `sepa_debit`.
    pub scheme: String,
    /// The brand of a card, or the country of a bank account.
    pub brand: Option<String>,
    /// The last four digits.
    pub last4: String,
    /// Month from 1 and year in which a card expires.
    pub expires: Option<(i64, i64)>,
}

/// Something by which a client hands a card to the provider.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The provider's name of it.
    pub id: String,
    /// Lets a page hand over a card.
    pub client_secret: String,
    /// The provider's name of the card, once it has one.
    pub method: Option<String>,
    /// It came to nothing: another is needed.
    pub cancelled: bool,
}

/// What is charged. The same order again is the same charge.
#[derive(Debug, Clone)]
pub struct Order {
    /// Names it for good, also with whoever has lost what was written of it: a database that was
    /// restored makes the same name again.
    pub name: String,
    /// Our id of it, for what the provider tells by itself.
    pub charge: ChargeId,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// What the invoice is called, for those who read the provider's books.
    pub number: String,
    /// In the provider's units of the currency.
    pub units: i64,
    /// ISO 4217, upper case.
    pub currency: String,
    /// The provider's name of the account.
    pub customer: String,
    /// The provider's name of the card or bank account.
    pub method: String,
    /// The provider's word for what that is.
    pub scheme: String,
    /// When it was asked first, by the machine's time.
    pub asked_at: DateTime<Utc>,
    /// Nothing of its name was asked before this.
    pub since: DateTime<Utc>,
}

/// How a charge stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The money is ours: so much in the provider's units.
    Paid(i64),
    /// It is on its way; a bank takes days.
    Processing,
    /// It will not come.
    Declined {
        /// The provider's word for why.
        code: String,
        /// The same as a sentence.
        reason: String,
    },
}

/// How a charge stands, and what the provider calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// The provider's name of the payment; none if it was refused before it had one.
    pub intent: Option<String>,
    /// How it stands.
    pub standing: Standing,
}

/// What the provider told us by itself, once its signature holds. It says where to look, and not
/// what is: events come late, twice, and in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The provider's name of it.
    pub id: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// What it is about, if that is ours.
    pub about: Option<About>,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A charge.
    Charge(OrganisationId, ChargeId),
    /// A card by a link.
    Link(OrganisationId, ActionLinkId),
}

/// A provider of payments. Every call may be made again.
pub trait Provider {
    /// Makes a name for an account with the provider.
    fn customer(
        &self,
        of: (OrganisationId, AccountId),
        name: &str,
        key: &str,
    ) -> impl Future<Output = Result<String, Fault>>;
    /// Begins to take a card of a customer by a link.
    fn set_up(
        &self,
        customer: &str,
        link: (OrganisationId, ActionLinkId),
    ) -> impl Future<Output = Result<SetUp, Fault>>;
    /// How taking a card stands.
    fn set_up_again(&self, id: &str) -> impl Future<Output = Result<SetUp, Fault>>;
    /// A card that a customer handed over, which is theirs and nobody else's from then on.
    fn keep(&self, method: &str, customer: &str) -> impl Future<Output = Result<Method, Fault>>;
    /// A card is not needed any more.
    fn forget(&self, method: &str) -> impl Future<Output = Result<(), Fault>>;
    /// Charges without anybody being there. The same order is charged once.
    fn charge(&self, order: &Order) -> impl Future<Output = Result<Charged, Fault>>;
    /// A charge of this name that was asked before; none if none ever arrived.
    fn find(&self, order: &Order) -> impl Future<Output = Result<Option<Charged>, Fault>>;
    /// How a charge stands now.
    fn look(&self, intent: &str) -> impl Future<Output = Result<Charged, Fault>>;
    /// What the provider told, if it was the provider who told it, and just now.
    fn event(&self, body: &[u8], signature: &str, machine: DateTime<Utc>) -> Option<Event>;
}
