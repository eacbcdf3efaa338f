//! The words of the API: ids, bodies, their field rules and the codes of its errors.
//!
//! A body's `check()` is the same function in the form and on the server.
mod accounting;
mod accounts;
mod action_links;
mod adjustments;
mod alerts;
mod approvals;
mod availability;
mod bank;
mod billing;
mod board;
mod business_changes;
mod cadences;
mod calendar;
mod calls;
mod charges;
mod check;
mod closings;
mod controls;
mod credit_notes;
mod cycles;
mod decisions;
mod delegations;
mod deliverables;
mod delivery;
mod dunning;
mod expenses;
mod files;
mod first_steps;
mod fit;
mod frictions;
mod health;
mod holders;
mod identity;
mod imports;
mod invoices;
mod jobs;
mod leads;
mod lifecycle;
mod logos;
mod loose_ends;
mod lots;
mod mails;
mod margin;
mod messages;
mod model_reports;
mod months;
mod notifications;
mod outlook;
mod payments;
mod people;
mod periods;
mod pool_rules;
mod pool_terms;
mod portal;
mod portal_access;
mod preparation;
mod priorities;
mod problem;
mod proposal_mails;
mod proposals;
mod rates;
mod records;
mod recurring;
mod recut;
mod reminder_words;
mod renewal_brief;
mod renewal_report;
mod renewals;
mod request_triage;
mod request_types;
mod requests;
mod retainer_billing;
mod retainers;
mod revenue;
mod review_steps;
mod reviews;
mod scope;
mod sessions;
mod signals;
mod simulation;
mod sops;
mod terms;
mod timeline;
mod uplift_letters;
mod uplifts;
mod work;
mod work_changes;
mod work_draws;
mod work_steps;
mod workflow_parts;
mod workflows;

pub use accounting::*;
pub use accounts::*;
pub use action_links::*;
pub use adjustments::*;
pub use alerts::*;
pub use approvals::*;
pub use availability::*;
pub use bank::*;
pub use billing::*;
pub use board::*;
pub use business_changes::*;
pub use cadences::*;
pub use calendar::*;
pub use calls::*;
pub use charges::*;
pub use check::is_country;
pub use closings::*;
pub use controls::*;
pub use credit_notes::*;
pub use cycles::*;
pub use decisions::*;
pub use delegations::*;
pub use deliverables::*;
pub use delivery::*;
pub use dunning::*;
pub use expenses::*;
pub use files::*;
pub use first_steps::*;
pub use fit::*;
pub use frictions::*;
pub use health::*;
pub use holders::*;
pub use identity::*;
pub use imports::*;
pub use invoices::*;
pub use jobs::*;
pub use leads::*;
pub use lifecycle::*;
pub use logos::*;
pub use loose_ends::*;
pub use lots::*;
pub use mails::*;
pub use margin::*;
pub use messages::*;
pub use model_reports::*;
pub use months::*;
pub use notifications::*;
pub use outlook::*;
pub use payments::*;
pub use people::*;
pub use periods::*;
pub use pool_rules::*;
pub use pool_terms::*;
pub use portal::*;
pub use portal_access::*;
pub use preparation::*;
pub use priorities::*;
pub use problem::*;
pub use proposal_mails::*;
pub use proposals::*;
pub use rates::*;
pub use records::*;
pub use recurring::*;
pub use recut::*;
pub use renewal_brief::*;
pub use renewal_report::*;
pub use renewals::*;
pub use request_triage::*;
pub use request_types::*;
pub use requests::*;
pub use retainer_billing::*;
pub use retainers::*;
pub use revenue::*;
pub use review_steps::*;
pub use reviews::*;
pub use scope::*;
pub use sessions::*;
pub use signals::*;
pub use simulation::*;
pub use sops::*;
pub use terms::*;
pub use timeline::*;
pub use uplift_letters::*;
pub use uplifts::*;
pub use work::*;
pub use work_changes::*;
pub use work_draws::*;
pub use work_steps::*;
pub use workflow_parts::*;
pub use workflows::*;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(
            value_type = String, format = Uuid, max_length = 36,
            example = "0193a5b0-0000-7000-8000-000000000000"))]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> { text.parse().map(Self) }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
    )*};
}
ids! {
    /// A tenant.
    OrganisationId,
    /// A person who signs in; may be a member of several organisations.
    UserId,
    /// A person in one organisation; logs time, may sign in.
    MemberId,
    /// A signed-in session.
    SessionId,
    /// A key of an integrator.
    ApiKeyId,
    /// A line of what a retainer holds or leaves out.
    ScopeLineId,
    /// A dated change of what a retainer holds.
    ScopeChangeId,
    /// A right to decide, given to the side that does not own the business.
    DelegationId,
    /// A priority of a cycle.
    PriorityId,
    /// An answered check whether a retainer makes sense.
    FitCheckId,
    /// A piece of work on a board.
    WorkItemId,
    /// Something that happened to a piece of work.
    WorkEventId,
    /// An invitation to sign in.
    InvitationId,
    /// A client we serve or a partner that serves us.
    AccountId,
    /// A person at an account.
    ContactId,
    /// A contract with cycles.
    RetainerId,
    /// A version of a retainer's terms.
    TermsId,
    /// What a retainer counts in one unit, with a ledger of its own.
    PoolId,
    /// A cycle of a retainer.
    CycleId,
    /// Time delivered.
    TimeEntryId,
    /// An append-only fact of the ledger.
    FactId,
    /// Units bought, given or corrected by hand.
    AdjustmentId,
    /// Something delivered that is counted.
    DeliverableId,
    /// A session with a client.
    ClientSessionId,
    /// A rule by which calls are booked.
    CallRuleId,
    /// A file of time being imported.
    ImportId,
    /// A decision on how far beyond its limit a pool may go in a cycle.
    ApprovalId,
    /// What a client is asked to approve beyond a limit.
    ApprovalRequestId,
    /// Something about a pool in a cycle that somebody should know.
    AlertId,
    /// A question that was, or is to be, decided.
    DecisionId,
    /// A routine that is written down.
    SopId,
    /// A kind of request, with what it must bring.
    RequestTypeId,
    /// A stream of work and how it is reviewed.
    WorkflowId,
    /// Something that got in the way of work.
    FrictionId,
    /// A change of the business that routines depend on.
    BusinessChangeId,
    /// Something that somebody asks of a retainer.
    RequestId,
    /// Something that happened to a request.
    RequestEventId,
    /// A link by which somebody without a sign-in does one thing.
    ActionLinkId,
    /// A review of a retainer.
    ReviewId,
    /// What was decided in a review.
    ReviewOutcomeId,
    /// A lead that was marked.
    LeadId,
    /// An invoice, or a draft of one.
    InvoiceId,
    /// A credit note on an invoice.
    CreditNoteId,
    /// A payment, or a refund of one.
    PaymentId,
    /// A mail that the server sends.
    MailId,
    /// What an hour of a person costs or is billed at, from a day on.
    RateId,
    /// Money spent for a retainer.
    ExpenseId,
    /// A try of charging an invoice.
    ChargeId,
    /// Prices of many retainers that rise at once.
    UpliftId,
    /// A letter to a client about new prices.
    UpliftLetterId,
    /// A picture that papers show beside the name of who sends them.
    LogoId,
    /// A file of a bank statement.
    BankImportId,
    /// A line of one.
    BankLineId,
    /// A note about a client.
    NoteId,
    /// A next step with a client.
    TaskId,
    /// Something that happened with a client.
    TimelineItemId,
    /// A renewal of a retainer.
    RenewalId,
    /// What a client is offered for the next term.
    ProposalId,
    /// A mail by which a proposal went to somebody.
    ProposalMailId,
    /// A message to a client, or from one.
    MessageId,
    /// A calendar feed of a member.
    CalendarFeedId,
    /// A file of an account.
    FileId,
    /// What was signed of a retainer.
    AgreementId,
    /// A link to the portal.
    PortalLinkId,
    /// A sign-in to the portal.
    PortalSessionId,
    /// What somebody of a client has seen.
    PortalViewId,
}

/// Sets of names: enums that are kept and told by the same words.
macro_rules! names {
    ($($(#[$meta:meta])* $name:ident {
        $($(#[$about:meta])* $variant:ident $wire:literal),* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(
            feature = "sqlx",
            derive(sqlx::Type),
            sqlx(type_name = "text", rename_all = "snake_case")
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$about])* $variant),* }
        impl $name {
            /// Each of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Its name on the wire.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $wire),* } }
            /// The one of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    )*};
}
pub(crate) use names;

/// One page of a list. `next_cursor` is absent on the last page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows of this page.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<T>,
    /// Send it back as `cursor` to read on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// An amount of money: whole minor units and an ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, garde::Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: 125000 is 1,250.00 in EUR and 125,000 in JPY.
    #[garde(range(min = 0, max = MONEY_MAX))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 150_000)
    )]
    pub amount_minor: i64,
    /// ISO 4217, upper case.
    #[garde(custom(check::currency))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Z]{3}$", max_length = 3, example = "EUR")
    )]
    pub currency: String,
}

/// The largest price a body may name, in minor units.
pub const MONEY_MAX: i64 = 1_000_000_000_000;
/// The longest name, in characters.
pub const NAME_MAX: usize = 200;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 2_000;
/// The longest sentence that a list shows, in characters.
pub const LINE_MAX: usize = 300;
/// The most rows a page may have.
pub const PAGE_MAX: i64 = 200;
