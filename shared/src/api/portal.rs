//! What clients see in the portal: their own retainers, read only.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// A part of the portal that an account is shown or not. Balances always are.
    PortalPart {
        /// The entries behind a balance, with their notes.
        WorkLog "work_log",
        /// Who did the work.
        People "people",
        /// What comes first in the cycle.
        Priorities "priorities",
        /// What is included, and what is left out.
        Scope "scope",
        /// What was asked for, and what was decided of it.
        Requests "requests",
        /// When the next session is.
        Sessions "sessions",
        /// What each cycle came to.
        Statements "statements",
        /// Invoices that were issued, with their files.
        Invoices "invoices",
        /// When the term ends.
        Renewal "renewal",
        /// What was decided about the account, and when; never why.
        Decisions "decisions",
    }
    /// Who looks.
    VisitorKind {
        /// A person at the account.
        Contact "contact",
        /// A colleague who sees what clients see; it leaves no trace as seen.
        Preview "preview",
        /// Somebody who holds the link to the balance of a retainer.
        Share "share",
    }
    /// How an invoice stands, for who pays it.
    PortalInvoiceState {
        /// To be paid.
        Due "due",
        /// To be paid, and its day is over.
        Overdue "overdue",
        /// Nothing of it is left to be paid.
        Paid "paid",
    }
}

/// Asks for a link by which a person at an account signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPortalLink {
    /// The mail address by which the agency knows them.
    #[garde(length(max = 254), custom(check::email))]
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", max_length = 254, example = "mia@bigcompany.example")
    )]
    pub email: String,
}

/// Signs in to the portal by a link, or out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewPortalSession {
    /// The secret of the link. Without it the session that asks ends.
    #[garde(length(chars, min = 1, max = 100), inner(custom(check::plain)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = "^[A-Za-z0-9_-]{1,100}$",
            example = "t0k3n"
        )
    )]
    pub token: Option<String>,
    /// The password of the link, where it has one.
    #[garde(length(chars, min = 1, max = PASSWORD_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 200))]
    pub password: Option<String>,
}

/// Who signed in to the portal. The same secret travels in a cookie beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalSignedIn {
    /// Send it as `Authorization: Bearer`. It reads the portal and nothing else.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub access_token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Who signed in, where.
    pub visitor: PortalVisitor,
}

/// Who looks at the portal, and what they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalVisitor {
    /// A person at the account, a colleague, or who holds a link.
    pub kind: VisitorKind,
    /// Their name; none of who holds a link.
    pub name: Option<String>,
    /// Who serves.
    pub organisation_name: String,
    /// `GET /portal/logo` has a picture.
    pub has_logo: bool,
    /// Who is served.
    pub account_name: String,
    /// The language in which the account is written to.
    pub language: Language,
    /// Who looks after the account.
    pub keeper: Option<PortalKeeper>,
    /// What is shown beside the balance.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub parts: Vec<PortalPart>,
    /// The retainers that can be read, by name; those that ended come last.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub retainers: Vec<PortalRetainerName>,
    /// When the session ends.
    pub expires_at: DateTime<Utc>,
    /// The server's time now.
    pub now: DateTime<Utc>,
}

/// The colleague whom a client can write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalKeeper {
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub email: Option<String>,
}

/// A retainer, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalRetainerName {
    /// Its id.
    pub id: RetainerId,
    /// Its name.
    pub name: String,
    /// It is over.
    pub ended: bool,
}

/// Where a retainer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalRetainer {
    /// Its id.
    pub id: RetainerId,
    /// Its name.
    pub name: String,
    /// IANA name of the zone in which its days are counted.
    pub timezone: String,
    /// The balance of each pool in the present cycle, or in the last one of a retainer that is over;
    /// none before the first begins. What staff see is the same.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub balances: Vec<Balance>,
    /// The day on which the next allowance comes; none of a retainer that is over.
    pub resets_on: Option<NaiveDate>,
    /// The day of the next invoice, where invoices are shown.
    pub next_invoice_on: Option<NaiveDate>,
    /// The next session, where those are shown.
    pub next_session: Option<PortalMeeting>,
    /// The end of the term, where that is shown.
    pub term: Option<PortalTerm>,
    /// What comes first in the cycle, in order, where that is shown.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub priorities: Vec<PortalPriority>,
    /// When this was read.
    pub read_at: DateTime<Utc>,
}

/// A session to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalMeeting {
    /// What it is about.
    pub title: Option<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// How long it takes, in minutes.
    pub minutes: i64,
}

/// The end of a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalTerm {
    /// What happens then.
    pub end_rule: EndRule,
    /// The first day after it.
    pub due_on: NaiveDate,
    /// The last day on which notice can be given, where the contract renews itself.
    pub notice_on: Option<NaiveDate>,
}

/// What comes first in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalPriority {
    /// 1 for the first.
    pub rank: i64,
    /// What it is called.
    pub title: String,
    /// What the business is to have of it.
    pub outcome: Option<String>,
    /// It was reached.
    pub done: bool,
}

/// The rows behind the balance of a pool in a cycle, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalLedger {
    /// The cycle.
    pub cycle_id: CycleId,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The day after its last.
    pub ends_on: NaiveDate,
    /// The pool.
    pub pool: Pool,
    /// Its rows in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<PortalLine>,
    /// Send it back as `cursor` to read on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many rows there are in all.
    pub total: i64,
}

/// A row of the ledger, with the balance after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalLine {
    /// Its place in the cycle, from 1.
    pub position: i64,
    /// The day it counts.
    pub on: NaiveDate,
    /// The day it was worked, when that is another.
    pub worked_on: Option<NaiveDate>,
    /// What it does.
    pub kind: LineKind,
    /// Signed units: −90 for an hour and a half of work.
    pub quantity: i64,
    /// The part of it beyond what was available (0 or more); it moves no balance.
    pub overage: i64,
    /// What can still be drawn after this row.
    pub balance: i64,
    /// Who did the work, where that is shown.
    pub member_name: Option<String>,
    /// What was done; of work alone.
    pub note: Option<String>,
    /// How the session behind it went.
    pub session_reason: Option<SettlementCode>,
}

/// What a cycle came to, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalCycle {
    /// Its id.
    pub id: CycleId,
    /// 1 for the first.
    pub seq: i64,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The day after the last.
    pub ends_on: NaiveDate,
    /// These figures can still change.
    pub provisional: bool,
    /// What each pool did in it.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<PortalPool>,
}

/// What a pool did in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalPool {
    /// Which pool.
    pub pool: Pool,
    /// Its sums.
    pub sums: CycleSums,
}

/// The statement of a cycle: what was promised, delivered, carried and lapsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalStatement {
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The price of a full cycle.
    pub price: Money,
    /// The cycle, with the sums of its pools.
    pub cycle: PortalCycle,
    /// What was taken back of its overage after it closed, pool by pool.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub taken_back: Vec<OverageTakenBack>,
    /// What was said when it closed.
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub recap: Option<String>,
}

/// What a retainer holds, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalScope {
    /// What the business is to have of it.
    pub outcome: Option<String>,
    /// What is included.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub included: Vec<String>,
    /// What is left out.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub excluded: Vec<String>,
}

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalRequest {
    /// Its id.
    pub id: RequestId,
    /// Of which retainer.
    pub retainer_name: String,
    /// Its number within the retainer.
    pub number: i64,
    /// What was asked for.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// What was decided.
    pub verdict: Option<RequestVerdict>,
    /// Why, in words to whoever asked.
    pub reason: Option<String>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// What its asker was asked for, while it waits for that.
    pub asked: Option<String>,
    /// When they were.
    pub asked_at: Option<DateTime<Utc>>,
}

/// Something that was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalDecision {
    /// Its id.
    pub id: DecisionId,
    /// Of which retainer; none of the whole account.
    pub retainer_name: Option<String>,
    /// What was to be decided.
    pub question: String,
    /// What was chosen.
    pub choice: String,
    /// When.
    pub decided_on: NaiveDate,
}

/// An invoice that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalInvoice {
    /// Its id.
    pub id: InvoiceId,
    /// Its number, as it stands on it.
    pub number: String,
    /// Of which retainer.
    pub retainer_name: String,
    /// The day it is from.
    pub issued_on: NaiveDate,
    /// The last day to pay it.
    pub due_on: NaiveDate,
    /// What it asks for, tax included.
    pub total: Money,
    /// What of it is left to be paid.
    pub open: Money,
    /// How it stands.
    pub state: PortalInvoiceState,
}

checked! {
    NewPortalLink;
    NewPortalSession;
}
