//! Terms of payment: from the day of an invoice to the day it is due.
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rules::RuleError;

/// The last day that a month can have, and so the day that means its end.
const MONTH_END: u32 = 31;

/// When an invoice is due. Source: domain 5.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentTerms {
    /// On the day it is issued.
    OnReceipt,
    /// So many days later.
    NetDays {
        /// Days, 0 to 365.
        days: u32,
    },
    /// The first such day of a month after it is issued, clamped to the month's last.
    DayOfMonth {
        /// The day, 1 to 31.
        day: u32,
    },
    /// The first last day of a month after it is issued.
    EndOfMonth,
    /// The last day of the month that so many days later lies in.
    NetDaysEom {
        /// Days, 0 to 365.
        days: u32,
    },
}

impl PaymentTerms {
    /// The most days that terms leave.
    pub const DAYS_MAX: u32 = 365;

    /// Whether its numbers are within their bounds.
    #[must_use]
    pub fn possible(self) -> bool {
        match self {
            Self::OnReceipt | Self::EndOfMonth => true,
            Self::NetDays { days } | Self::NetDaysEom { days } => days <= Self::DAYS_MAX,
            Self::DayOfMonth { day } => (1..=MONTH_END).contains(&day),
        }
    }

    /// The day an invoice of `issued_on` is due.
    ///
    /// # Errors
    /// [`RuleError::InvalidRange`] if the terms are not possible, or the calendar ends before.
    pub fn due_on(self, issued_on: NaiveDate) -> Result<NaiveDate, RuleError> {
        let due = || match self {
            _ if !self.possible() => None,
            Self::OnReceipt => Some(issued_on),
            Self::NetDays { days } => later(issued_on, days),
            Self::DayOfMonth { day } => next_day(issued_on, day),
            Self::EndOfMonth => next_day(issued_on, MONTH_END),
            Self::NetDaysEom { days } => in_month(later(issued_on, days)?, MONTH_END),
        };
        due().ok_or(RuleError::InvalidRange)
    }
}

fn later(day: NaiveDate, days: u32) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(days)))
}

/// The day `wanted` of the month of `date`, or the month's last.
fn in_month(date: NaiveDate, wanted: u32) -> Option<NaiveDate> {
    let first = date.with_day(1)?;
    let length = u32::from(first.num_days_in_month());
    first.with_day(wanted.min(length))
}

/// The first such day of a month after `date`.
fn next_day(date: NaiveDate, wanted: u32) -> Option<NaiveDate> {
    match in_month(date, wanted)? {
        day if day > date => Some(day),
        _ => in_month(date.with_day(1)?.checked_add_months(Months::new(1))?, wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_end_of_a_month_is_after_the_issue_but_net_days_may_end_on_it() {
        let end = PaymentTerms::EndOfMonth;
        assert_eq!(end.due_on(day("2026-01-30")), Ok(day("2026-01-31")));
        assert_eq!(end.due_on(day("2026-01-31")), Ok(day("2026-02-28")));
        let net = PaymentTerms::NetDaysEom { days: 30 };
        assert_eq!(net.due_on(day("2026-03-01")), Ok(day("2026-03-31")));
    }

    #[test]
    fn terms_out_of_bounds_and_the_end_of_the_calendar_are_refused() {
        let on = day("2026-01-30");
        for terms in [
            PaymentTerms::NetDays { days: 366 },
            PaymentTerms::NetDaysEom { days: 366 },
            PaymentTerms::DayOfMonth { day: 0 },
            PaymentTerms::DayOfMonth { day: 32 },
        ] {
            assert_eq!(terms.due_on(on), Err(RuleError::InvalidRange), "{terms:?}");
        }
        let last = PaymentTerms::NetDays { days: 1 }.due_on(NaiveDate::MAX);
        assert_eq!(last, Err(RuleError::InvalidRange));
    }
}
