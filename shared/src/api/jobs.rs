//! What of the server's regular work fails.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;

names! {
    /// A kind of regular work.
    JobKind {
        /// Cycles are closed when they are over.
        Closing "closing",
        /// Cycles to come are made.
        Cycles "cycles",
        /// Invoices are drafted when they are due.
        Billing "billing",
        /// Alerts are raised.
        Alerts "alerts",
        /// Unpaid invoices are reminded of.
        Reminders "reminders",
        /// Renewals begin, are reminded of and end with their terms.
        Renewals "renewals",
        /// Terms that were won are agreed on before the next term.
        NextTerms "next_terms",
        /// Calls that come again are booked ahead.
        Calls "calls",
    }
}

/// A piece of regular work that fails. It is forgotten once it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobFault {
    /// What was to be done.
    pub kind: JobKind,
    /// The retainer, rule of calls or invoice it is about, or the organisation.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, format = Uuid, max_length = 36)
    )]
    pub subject_id: Uuid,
    /// The name of the retainer, or of the account of the invoice.
    pub about: Option<String>,
    /// When it failed first.
    pub since: DateTime<Utc>,
    /// When it failed last.
    pub last_at: DateTime<Utc>,
    /// Not tried again before.
    pub next_at: DateTime<Utc>,
    /// How often it failed.
    pub tries: i64,
    /// What went wrong, in English; the server's log says more.
    pub error: String,
}

/// What of the regular work of an organisation fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobFaults {
    /// At most two hundred.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<JobFault>,
}
