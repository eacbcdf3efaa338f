//! What the terms make of how a session went: pure, and told in words.
use chrono::NaiveDate;
use shared::api::{Cancellation, CancellationOutcome, LineKind, SessionStatus, SettlementCode};
use shared::rules::ledger::{FactKind, SessionEffect, session_effect, session_outcome};
use shared::rules::units::Quantity;

use crate::error::Result;

/// How a session went and what that does. Source: domain 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub status: SessionStatus,
    /// Units that the session stands for.
    pub units: i64,
    /// Notice given, in whole minutes; below 0 after the start. For a cancellation.
    pub notice_minutes: Option<i64>,
    /// Notice that the terms ask for. For a cancellation.
    pub asked_hours: Option<i64>,
    pub outcome: Option<CancellationOutcome>,
    effect: SessionEffect,
}

impl Verdict {
    /// What the terms say of a session of so many units.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn of(
        terms: &Cancellation,
        status: SessionStatus,
        notice_minutes: Option<i64>,
        units: i64,
    ) -> Result<Self> {
        // Notice counts in whole hours: 23 h 59 is 23.
        let hours = notice_minutes.unwrap_or(0).div_euclid(60);
        let outcome = session_outcome(terms, status, hours);
        let effect = session_effect(terms, status, hours, Quantity(units))?;
        let asked_hours = notice_minutes.map(|_| i64::from(terms.notice_hours));
        Ok(Self { status, units, notice_minutes, asked_hours, outcome, effect })
    }
    /// Units that are used up.
    pub fn charged(&self) -> i64 {
        match self.effect {
            SessionEffect::Use(quantity) => quantity.0,
            SessionEffect::Carry(_) | SessionEffect::Release => 0,
        }
    }
    /// What the ledger gets; nothing where no unit moves.
    pub fn posts(&self) -> Option<(LineKind, FactKind, i64)> {
        let (line, fact, quantity) = match self.effect {
            SessionEffect::Use(quantity) => (LineKind::Consume, FactKind::Use, quantity.0),
            SessionEffect::Carry(quantity) => (LineKind::SetAside, FactKind::Carry, quantity.0),
            SessionEffect::Release => return None,
        };
        (quantity > 0).then_some((line, fact, quantity))
    }
    /// The stable name of it.
    pub fn code(&self) -> SettlementCode {
        let notice = self.notice_minutes.zip(self.asked_hours);
        SettlementCode::of(self.status, notice, self.outcome)
    }

    /// It in English: what happened, and what becomes of the units. `set_aside` of them could be,
    /// until the day before `ends_on`; `overage` of those charged were not there any more.
    pub fn text(&self, overage: i64, set_aside: i64, ends_on: Option<NaiveDate>) -> String {
        let what = match self.effect {
            _ if self.units == 0 => "it draws on nothing".to_owned(),
            SessionEffect::Release if self.units == 1 => "the unit stays in the pool".to_owned(),
            SessionEffect::Release => format!("the {} units stay in the pool", self.units),
            SessionEffect::Use(Quantity(0)) => "nothing is charged".to_owned(),
            SessionEffect::Use(charged) => {
                let beyond = match overage {
                    0 => String::new(),
                    _ if charged.0 == 1 => ", beyond what was left".to_owned(),
                    _ => format!(", {overage} of them beyond what was left"),
                };
                format!("{} used up{beyond}", self.some(charged.0))
            }
            SessionEffect::Carry(_) if set_aside == 0 => "nothing was left to set aside".to_owned(),
            SessionEffect::Carry(_) => {
                let last = ends_on.and_then(|day| day.pred_opt());
                let until =
                    last.map(|day| format!(", to be made up until {}", day.format("%-d %B %Y")));
                format!("{} set aside{}", self.some(set_aside), until.unwrap_or_default())
            }
        };
        format!("{}: {what}", self.happened())
    }

    fn happened(&self) -> String {
        match (self.status, self.notice_minutes, self.asked_hours) {
            (SessionStatus::Completed, ..) => "held".to_owned(),
            (SessionStatus::NoShow, ..) => "nobody came".to_owned(),
            (SessionStatus::Cancelled, given, asked) => {
                let (given, asked) = (given.unwrap_or(0), asked.unwrap_or(0));
                let when = if given < 0 { "after it began" } else { "before" };
                format!("cancelled {} {when}, notice is {asked} h", span(given.abs()))
            }
        }
    }

    /// So many of the session's units, with their verb.
    fn some(&self, quantity: i64) -> String {
        match (quantity, self.units) {
            (1, 1) => "the unit is".to_owned(),
            (all, units) if all == units => format!("the {units} units are"),
            (1, units) => format!("1 of {units} units is"),
            (some, units) => format!("{some} of {units} units are"),
        }
    }
}

/// A stretch of time in hours and minutes.
fn span(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CancellationOutcome::*;

    fn cancelled(in_time: CancellationOutcome, notice_minutes: i64, units: i64) -> Verdict {
        let terms = Cancellation { in_time, charge_percent: 50, ..Cancellation::default() };
        Verdict::of(&terms, SessionStatus::Cancelled, Some(notice_minutes), units).unwrap()
    }
    fn text(verdict: Verdict) -> String {
        verdict.text(0, verdict.units, NaiveDate::from_ymd_opt(2026, 3, 1))
    }

    #[test]
    fn a_cancellation_is_told_with_its_numbers() {
        let told = [
            (
                Release,
                1_800,
                1,
                "cancelled 30 h before, notice is 24 h: the unit stays in the pool",
            ),
            (
                Release,
                1_440,
                2,
                "cancelled 24 h before, notice is 24 h: the 2 units stay in the pool",
            ),
            (
                Carry,
                1_530,
                1,
                "cancelled 25 h 30 min before, notice is 24 h: the unit is set aside, to be made \
                 up until 28 February 2026",
            ),
            (
                Release,
                1_439,
                1,
                "cancelled 23 h 59 min before, notice is 24 h: the unit is used up",
            ),
            (Release, 0, 4, "cancelled 0 min before, notice is 24 h: 2 of 4 units are used up"),
            (
                Release,
                -20,
                2,
                "cancelled 20 min after it began, notice is 24 h: 1 of 2 units is used up",
            ),
        ];
        for (in_time, notice, units, expected) in told {
            assert_eq!(text(cancelled(in_time, notice, units)), expected);
        }
    }

    #[test]
    fn what_was_not_there_is_told() {
        let carried = cancelled(Carry, 3_000, 2);
        let day = NaiveDate::from_ymd_opt(2026, 3, 1);
        assert!(carried.text(0, 0, day).ends_with(": nothing was left to set aside"));
        assert!(carried.text(0, 1, None).ends_with(": 1 of 2 units is set aside"));
        let held = |units| {
            let terms = Cancellation::default();
            Verdict::of(&terms, SessionStatus::Completed, None, units).unwrap()
        };
        assert_eq!(held(1).text(0, 0, day), "held: the unit is used up");
        assert_eq!(held(1).text(1, 0, day), "held: the unit is used up, beyond what was left");
        let three = "held: the 3 units are used up, 1 of them beyond what was left";
        assert_eq!(held(3).text(1, 0, day), three);
    }

    #[test]
    fn a_charge_of_nothing_moves_nothing() {
        let terms = Cancellation { charge_percent: 40, ..Cancellation::default() };
        let missed = Verdict::of(&terms, SessionStatus::NoShow, None, 1).unwrap();
        assert_eq!((missed.charged(), missed.posts()), (0, None));
        assert_eq!(missed.code(), SettlementCode::NoShowCharged);
        assert_eq!(missed.text(0, 0, None), "nobody came: nothing is charged");
    }

    #[test]
    fn a_call_without_units_draws_on_nothing() {
        for status in [SessionStatus::Completed, SessionStatus::NoShow] {
            let verdict = Verdict::of(&Cancellation::default(), status, None, 0).unwrap();
            assert_eq!((verdict.charged(), verdict.posts()), (0, None));
        }
        for in_time in [Release, Carry, Charge] {
            let verdict = cancelled(in_time, 3_000, 0);
            assert_eq!((verdict.charged(), verdict.posts()), (0, None));
            assert!(text(verdict).ends_with(": it draws on nothing"));
        }
    }

    #[test]
    fn notice_counts_in_whole_hours() {
        assert_eq!(cancelled(Release, 1_440, 1).code(), SettlementCode::CancelledInTimeReleased);
        assert_eq!(cancelled(Release, 1_439, 1).code(), SettlementCode::CancelledLateCharged);
        assert_eq!(cancelled(Carry, -1, 1).code(), SettlementCode::CancelledLateCharged);
    }
}
