//! Charging by itself: when an invoice is tried, tried again, and given up.
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The day of the first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeOn {
    /// The day the invoice is issued.
    Issue,
    /// The day it is due.
    Due,
}

/// How an invoice is charged by itself. Source: domain 5.13.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The day of the first attempt.
    pub charge_on: ChargeOn,
    /// Days from one attempt to the next.
    #[serde(default)]
    pub retry_after_days: Vec<u32>,
}

/// An attempt that failed, numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Which one.
    pub number: u32,
    /// The day it was made.
    pub on: NaiveDate,
}

impl Collection {
    /// The next attempt after the last that failed, counted from that one's day; none if it was
    /// the last there is. Whether something is still open is not asked here.
    #[must_use]
    pub fn next(
        &self,
        (issued_on, due_on): (NaiveDate, NaiveDate),
        last: Option<Attempt>,
    ) -> Option<Attempt> {
        let Some(last) = last else {
            let on = match self.charge_on {
                ChargeOn::Issue => issued_on,
                ChargeOn::Due => due_on,
            };
            return Some(Attempt { number: 1, on });
        };
        let place = usize::try_from(last.number.checked_sub(1)?).ok()?;
        let gap = Days::new(u64::from(*self.retry_after_days.get(place)?));
        Some(Attempt { number: last.number.checked_add(1)?, on: last.on.checked_add_days(gap)? })
    }
}
