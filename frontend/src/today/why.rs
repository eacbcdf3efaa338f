//! What a loose end is about.
use chrono::{Datelike, NaiveDate};

/// What a loose end is about. The order is that of the cost of waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// More was delivered than was available.
    Over {
        /// Units beyond.
        amount: i64,
        /// Units that were available.
        available: i64,
    },
    /// Something ends soon, unless it is used.
    Lapses {
        /// Units.
        amount: i64,
        /// The last day on which it can be drawn.
        last_day: NaiveDate,
    },
    /// What is used and agreed together goes beyond.
    WillGoOver {
        /// Units beyond.
        amount: i64,
    },
    /// From 80 % on.
    NearLimit {
        /// Units left.
        left: i64,
    },
    /// A request waits for its verdict.
    Asked {
        /// Since that day.
        on: NaiveDate,
    },
    /// A next step of the reader is due.
    Step {
        /// Since that day.
        on: NaiveDate,
    },
    /// Used faster than the days pass.
    AheadOfPace {
        /// Units left.
        left: i64,
    },
    /// A file waits for its mapping.
    Unmapped {
        /// Rows without a place.
        rows: i64,
    },
    /// A file is mapped and waits to be written.
    Unwritten {
        /// Rows to write.
        rows: i64,
    },
    /// Its history is still open: no cycle closes.
    Setup,
    /// A client that is served, and nobody has said what comes next and when.
    NoNextStep,
    /// Little was used and the cycle is nearly over.
    UnderUsed {
        /// Units left.
        left: i64,
    },
}

impl Why {
    pub(super) fn rank(&self) -> u8 {
        match self {
            Why::Over { .. } => 0,
            Why::Lapses { .. } => 1,
            Why::WillGoOver { .. } => 2,
            Why::NearLimit { .. } => 3,
            Why::Asked { .. } => 4,
            Why::Step { .. } => 5,
            Why::AheadOfPace { .. } => 6,
            Why::Unmapped { .. } => 7,
            Why::Unwritten { .. } => 8,
            Why::Setup => 9,
            Why::NoNextStep => 10,
            Why::UnderUsed { .. } => 11,
        }
    }

    /// Within one kind, more comes first.
    pub(super) fn weight(&self) -> i64 {
        match self {
            Why::Over { amount, .. } | Why::Lapses { amount, .. } | Why::WillGoOver { amount } => {
                *amount
            }
            Why::NearLimit { left } | Why::AheadOfPace { left } => -*left,
            Why::Asked { on } | Why::Step { on } => -i64::from(on.num_days_from_ce()),
            Why::Unmapped { rows } | Why::Unwritten { rows } => *rows,
            Why::Setup | Why::NoNextStep => 0,
            Why::UnderUsed { left } => *left,
        }
    }
}
