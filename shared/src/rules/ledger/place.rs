//! Which cycle an entry belongs to, and whether it may be recorded at all.
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::project::Totals;
use crate::rules::units::Quantity;

/// Why an entry is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Refusal {
    /// Nothing is left and the pool blocks.
    #[error("the balance does not cover the entry")]
    InsufficientBalance,
    /// Nothing is left and nobody approved so much beyond it.
    #[error("the work goes beyond the limit without an approval")]
    ApprovalNeeded,
    /// The work is dated after the day of recording.
    #[error("the work lies in the future")]
    FutureWorkDate,
    /// The retainer does not serve that day.
    #[error("no cycle holds the day")]
    NoCycle,
    /// Its cycle is closed and no later one is running.
    #[error("no cycle is open")]
    NoOpenCycle,
    /// It does not exist, or was reversed before.
    #[error("there is nothing to reverse")]
    NothingToReverse,
}

impl Refusal {
    /// The stable name, as the API and the test vectors write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InsufficientBalance => "insufficient_balance",
            Self::ApprovalNeeded => "approval_needed",
            Self::FutureWorkDate => "future_work_date",
            Self::NoCycle => "no_cycle",
            Self::NoOpenCycle => "no_open_cycle",
            Self::NothingToReverse => "nothing_to_reverse",
        }
    }
}

/// Whether a cycle takes entries: dates alone do not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// It is closed and frozen.
    Done,
    /// From this day on it is closed, whether or not the job has run.
    On(NaiveDate),
    /// Not before somebody says so: the history is still being set up.
    NotYet,
}

impl Closes {
    /// The close of a cycle that ends on `end`. Source: domain 3.7.
    #[must_use]
    pub fn after(end: NaiveDate, grace_days: u32) -> Self {
        end.checked_add_days(Days::new(u64::from(grace_days))).map_or(Self::NotYet, Self::On)
    }

    /// Whether an entry recorded on `date` comes too late.
    #[must_use]
    pub fn closed_on(self, date: NaiveDate) -> bool {
        match self {
            Self::Done => true,
            Self::On(day) => day <= date,
            Self::NotYet => false,
        }
    }
}

/// A cycle as a place for entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its number.
    pub seq: u32,
    /// The first day of service.
    pub start: NaiveDate,
    /// The first day after it.
    pub end: NaiveDate,
    /// When it stops taking entries.
    pub closes: Closes,
}

impl Slot {
    fn open_on(&self, date: NaiveDate) -> bool {
        self.start <= date && !self.closes.closed_on(date)
    }
}

/// Where an entry is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Placement {
    /// The number of the cycle it counts in.
    pub seq: u32,
    /// The number of the cycle the work was done in.
    pub worked_in: u32,
    /// The day it counts from in its cycle.
    pub effective_on: NaiveDate,
    /// Whether the cycle of the work was closed.
    pub late: bool,
}

/// What a reversal becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reversal {
    /// The cycle is open: the entry no longer counts.
    Undo,
    /// The cycle is closed: what lots had paid is given back as allowance of another one.
    Restore {
        /// The number of the cycle that gets it, as an upward adjustment.
        seq: u32,
        /// The day it counts from.
        effective_on: NaiveDate,
    },
}

/// Where work of `work_date`, recorded on `recorded_on`, is posted.
///
/// Work of a closed cycle goes to the oldest open cycle that has begun, on its first day.
/// `window` are cycles in order: those that may hold the date, and all that are open.
/// Source: domain 3.7, 3.8.
///
/// # Errors
/// [`Refusal::FutureWorkDate`], [`Refusal::NoCycle`] or [`Refusal::NoOpenCycle`], as each says.
pub fn place(
    work_date: NaiveDate,
    recorded_on: NaiveDate,
    window: &[Slot],
) -> Result<Placement, Refusal> {
    if work_date > recorded_on {
        return Err(Refusal::FutureWorkDate);
    }
    let holds = |slot: &&Slot| slot.start <= work_date && work_date < slot.end;
    let worked = window.iter().find(holds).ok_or(Refusal::NoCycle)?;
    let worked_in = worked.seq;
    if worked.open_on(recorded_on) {
        let seq = worked_in;
        return Ok(Placement { seq, worked_in, effective_on: work_date, late: false });
    }
    let open = oldest_open(recorded_on, window)?;
    Ok(Placement { seq: open.seq, worked_in, effective_on: open.start, late: true })
}

/// What reversing an entry that was posted to cycle `posted_to` means. Source: domain 3.9.
///
/// # Errors
/// [`Refusal::NoCycle`] if the window does not hold that cycle, [`Refusal::NoOpenCycle`] if it is
/// closed and no other is open.
pub fn reverse(
    posted_to: u32,
    recorded_on: NaiveDate,
    window: &[Slot],
) -> Result<Reversal, Refusal> {
    let posted = window.iter().find(|slot| slot.seq == posted_to).ok_or(Refusal::NoCycle)?;
    if !posted.closes.closed_on(recorded_on) {
        return Ok(Reversal::Undo);
    }
    let open = oldest_open(recorded_on, window)?;
    Ok(Reversal::Restore { seq: open.seq, effective_on: open.start })
}

/// What of a reversed use of a closed cycle gives nothing back: as much as less would have been
/// billed or absorbed, had it never been. The rest is what lots would not have paid then.
///
/// `totals` and `borrowed` are of the close. `without` is the overage that the cycle would have had
/// without this use and those taken back before it, of which `before` units gave nothing back. What
/// was billed or absorbed goes before what was borrowed: that cost the next allowance its units,
/// so they come back. Source: domain 3.9, decision 0020.
#[must_use]
pub fn unpaid(
    quantity: Quantity,
    (totals, borrowed): (&Totals, Quantity),
    without: Quantity,
    before: Quantity,
) -> Quantity {
    let over = totals.overage.0.saturating_sub(borrowed.0);
    let gone = totals.overage.0.saturating_sub(without.0).min(over);
    Quantity(gone.saturating_sub(before.0).clamp(0, quantity.0.max(0)))
}

fn oldest_open(recorded_on: NaiveDate, window: &[Slot]) -> Result<&Slot, Refusal> {
    let open = window.iter().filter(|slot| slot.open_on(recorded_on));
    open.min_by_key(|slot| slot.seq).ok_or(Refusal::NoOpenCycle)
}
