//! What somebody reads before a call: one answer, put together from what is kept elsewhere.
//! Source: requirement S1-3; docs/decisions/0065.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// Notes, messages and decisions that are told, at most of each: the last ones.
pub const PREPARED_LAST: i64 = 3;
/// People, next steps and requests that are told, at most of each.
pub const PREPARED_MAX: i64 = 50;

/// How the money of an account stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreparedMoney {
    /// What is open on its invoices, in each currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub open: Vec<Money>,
    /// What of that is late.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub overdue: Vec<Money>,
    /// The invoices on which something is open, what is due first before the others.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub invoices: Vec<InvoiceSummary>,
    /// The day of the next invoice of the retainer; none if there will be none.
    pub next_on: Option<NaiveDate>,
}

/// What somebody reads before a session. A part that the reader's role may not see is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preparation {
    /// The session.
    pub session: ClientSession,
    /// The day it is where the retainer is.
    pub today: NaiveDate,
    /// Who looks after the account.
    pub owner_name: Option<String>,
    /// The people of the account, those who decide first.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub people: Vec<Contact>,
    /// The pools of the retainer in its present cycle.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub balances: Vec<Balance>,
    /// The last notes about the account, what happened last first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub notes: Option<Vec<Note>>,
    /// The last messages to its people and from them, the newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub messages: Option<Vec<Message>>,
    /// The open next steps with the account, what is due first before the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub tasks: Option<Vec<Task>>,
    /// How its money stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<PreparedMoney>,
    /// The decisions about the account that were made last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub decisions: Option<Vec<Decision>>,
    /// The requests of the retainer that have no verdict, the oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub requests: Option<Vec<Request>>,
    /// How the account stands, with its facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<AccountHealth>,
    /// The renewal of the retainer that is talked about; absent also where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
}
