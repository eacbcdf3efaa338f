//! What `rollover.json` is made of: cycles with their grants, a policy, and recorded events.
use chrono::NaiveDate;
use serde::Deserialize;
use shared::rules::ledger::{
    Cancellation, Cap, Overage, Policy, Rollover, SessionStatus, TopUpKind,
};
use shared::rules::units::Quantity;

/// A case.
#[derive(Deserialize)]
pub(crate) struct Input {
    pub(crate) cycles: Vec<CycleRow>,
    pub(crate) policy: PolicyRow,
    pub(crate) events: Vec<Event>,
    pub(crate) as_of: NaiveDate,
    pub(crate) terminated: bool,
}

/// A cycle with its grant.
#[derive(Deserialize)]
pub(crate) struct CycleRow {
    pub(crate) seq: u32,
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
    pub(crate) grant: Quantity,
    #[serde(default)]
    pub(crate) partial: bool,
}

/// The rules of the pool, as the vectors write them.
#[derive(Deserialize)]
pub(crate) struct PolicyRow {
    pub(crate) rollover: Option<RolloverRow>,
    pub(crate) overage: Overage,
    pub(crate) grace_days: u32,
    #[serde(default)]
    pub(crate) thresholds: Vec<u32>,
    #[serde(default)]
    pub(crate) cancellation: Cancellation,
    pub(crate) makeup_cycles: Option<u32>,
    #[serde(default)]
    pub(crate) full_grant: Quantity,
}

/// How unused units are carried.
#[derive(Deserialize)]
pub(crate) struct RolloverRow {
    pub(crate) cap_units: Option<Quantity>,
    pub(crate) cap_percent: Option<u32>,
    pub(crate) max_cycles: Option<u32>,
    pub(crate) carry_percent: Option<u32>,
    pub(crate) partial_cycle_rolls: Option<bool>,
}

impl PolicyRow {
    /// The policy in the words of the rules.
    pub(crate) fn policy(&self) -> Policy {
        let rollover = self.rollover.as_ref().map(|row| Rollover {
            cap: match (row.cap_units, row.cap_percent) {
                (Some(units), _) => Cap::Units { units },
                (None, Some(percent)) => Cap::Percent { percent },
                (None, None) => Cap::None,
            },
            max_cycles: row.max_cycles,
            carry_percent: row.carry_percent.unwrap_or(100),
            partial_cycle_rolls: row.partial_cycle_rolls.unwrap_or(true),
            ..Rollover::default()
        });
        Policy {
            rollover,
            overage: self.overage,
            grace_days: self.grace_days,
            thresholds: self.thresholds.clone(),
            cancellation: self.cancellation,
            makeup_cycles: self.makeup_cycles.unwrap_or(1),
        }
    }
}

/// Something recorded on a day.
#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) on: NaiveDate,
    #[serde(flatten)]
    pub(crate) kind: EventKind,
}

/// What was recorded.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum EventKind {
    Use {
        qty: Quantity,
        work_date: Option<NaiveDate>,
    },
    Reverse {
        of: String,
    },
    Topup {
        qty: Quantity,
        lot_kind: TopUpKind,
        expires_on: Option<NaiveDate>,
        expires_with_cycle: Option<u32>,
    },
    Adjust {
        qty: i64,
    },
    Session {
        session_date: NaiveDate,
        status: SessionStatus,
        notice_hours: Option<i64>,
        qty: Quantity,
    },
}
