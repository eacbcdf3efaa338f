//! The one clock: real, or fixed for demonstrations and tests.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, Utc};

/// The last year that a request may name: later ones leave what calendars and engines keep.
pub const YEAR_MAX: i32 = 2200;

/// Tells the time to everything that asks.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's time.
    #[default]
    Real,
    /// Microseconds since 1970; moves only when told.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `now`.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(now.timestamp_micros())))
    }
    /// The time now, in microseconds, which is what both engines keep.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Clock::Real => Utc::now().trunc_subsecs(6),
            Clock::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }
    /// Whether it moves only when told.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Clock::Fixed(_))
    }
    /// Moves a fixed clock forward; false if it is real or would go back.
    pub fn advance(&self, to: DateTime<Utc>) -> bool {
        let Clock::Fixed(micros) = self else { return false };
        micros.fetch_max(to.timestamp_micros(), Ordering::SeqCst) <= to.timestamp_micros()
    }
}
