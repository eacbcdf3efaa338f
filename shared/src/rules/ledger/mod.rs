//! The usage ledger of one pool: lots, draw order, close. It knows neither rows nor the time.
//!
//! Closed cycles are frozen by whoever stores them; open cycles are projected from their facts.
//! [`project`] and [`close`] go one cycle at a time, [`project_all`] over all that are open.
mod alert;
mod booked;
mod chain;
mod close;
mod explain;
mod fact;
mod horizon;
mod lapse;
mod lot;
mod place;
mod policy;
mod project;
mod session;
mod standing;

use chrono::NaiveDate;

pub use alert::alerts;
pub use booked::drawn_at_close;
pub use chain::{Beyond, OpenCycle, beyond, grown, project_all, refuses};
pub use close::{Closing, Expired, ExpiryReason, Next, carried, close};
pub use explain::{available, left, left_by_lot, used};
pub use fact::{Fact, FactKind, TopUpKind};
pub use horizon::Horizon;
pub use lapse::{Lapse, lapses};
pub use lot::{Ends, Lot, LotKind, Opening};
pub use place::{Closes, Placement, Refusal, Reversal, Slot, place, reverse, unpaid};
pub use policy::{
    BorrowExcess, Cancellation, CancellationOutcome, Cap, Overage, OverageMode, Policy, Rollover,
};
pub use project::{CycleTerms, Draw, Effect, Projection, Settled, Totals, project, settle};
pub use session::{SessionEffect, SessionStatus, session_effect, session_outcome};
pub use standing::{Standing, day_of};

/// The first day after cycle `seq`, or none for a cycle that is not known yet.
///
/// `&|seq| series.end_of(seq)` is one.
pub type Calendar<'a> = &'a dyn Fn(u32) -> Option<NaiveDate>;
