//! Where an invoice stands on a day: derived, never kept.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::rules::units::Minor;

/// Where an issued invoice stands. Source: domain 5.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InvoiceStatus {
    /// It was withdrawn, and keeps its number.
    Void,
    /// Nothing is open on it.
    Paid,
    /// Nobody waits for the rest any more.
    WrittenOff,
    /// Something is open, and the day it was due is past.
    Overdue,
    /// A part is open, and not late.
    PartiallyPaid,
    /// All of it is open, and not late.
    Open,
}

impl InvoiceStatus {
    /// Whether nobody waits for money of it any more.
    #[must_use]
    pub const fn settled(self) -> bool {
        matches!(self, Self::Void | Self::Paid | Self::WrittenOff)
    }
}

/// What the status of an issued invoice follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// What it comes to, in minor units.
    pub total: Minor,
    /// What is open of that.
    pub balance: Minor,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// It was withdrawn.
    pub void: bool,
    /// Its rest was given up.
    pub written_off: bool,
}

/// The status of an invoice on a day, and how many days it is late. Source: domain 5.10.
#[must_use]
pub fn status(invoice: &Open, today: NaiveDate) -> (InvoiceStatus, i64) {
    let late = (today - invoice.due_on).num_days();
    let status = match invoice {
        Open { void: true, .. } => InvoiceStatus::Void,
        Open { balance: Minor(..=0), .. } => InvoiceStatus::Paid,
        Open { written_off: true, .. } => InvoiceStatus::WrittenOff,
        _ if late > 0 => return (InvoiceStatus::Overdue, late),
        Open { total, balance, .. } if balance < total => InvoiceStatus::PartiallyPaid,
        _ => InvoiceStatus::Open,
    };
    (status, 0)
}
