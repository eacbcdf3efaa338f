//! How the fields of a pool are read into what the API takes.
use shared::api::{
    Cancellation, CancellationOutcome, Item, OverageMode, OverageTerms, PoolTerms, RolloverTerms,
    TimeStep, Unit,
};

use super::pool_draft::{CapKind, ItemDraft, LEVELS, PoolDraft, bills};
use super::terms_draft::{AMOUNT_UNREADABLE, EFFORT_UNREADABLE, Faults, NUMBER_UNREADABLE, number};
use crate::format::{amount_of, read_quantity};

impl PoolDraft {
    /// The rollover rule alone, if it can be read. `digits` are the decimals of the currency.
    pub fn carry_rule(&self, digits: u32) -> Option<RolloverTerms> {
        alone(digits, |reading| self.rollover(reading))
    }

    /// What cancelled sessions do and how long a make-up lasts, if that can be read.
    pub fn cancellation_rule(&self) -> Option<(Cancellation, Option<u32>)> {
        alone(0, |reading| (self.cancellation(reading), self.makeup(reading)))
    }

    /// The levels at which somebody is told, if they can be read.
    pub fn read_levels(&self) -> Option<Vec<u32>> {
        alone(0, |reading| self.levels(reading))
    }

    /// Whether a cancelled or missed session may end so.
    pub fn ends_in(&self, outcome: CancellationOutcome) -> bool {
        [self.in_time, self.late, self.no_show].contains(&outcome)
    }

    /// What can be read, stand-ins for the rest; faults are noted at `/terms/pools/PLACE/…`.
    pub(super) fn read(&self, place: usize, digits: u32, faults: &mut Faults) -> PoolTerms {
        let mut reading = Reading { at: format!("/terms/pools/{place}"), digits, faults };
        let name = self.name.trim();
        let listed = matches!(self.unit, Unit::Credits | Unit::Deliverables);
        PoolTerms {
            key: self.key.clone(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            unit: self.unit,
            allowance: reading.units(self.unit, "allowance", &self.allowance),
            partial_rounding: self.partial_rounding,
            rollover: self.rolls.then(|| self.rollover(&mut reading)),
            overage: self.overage(&mut reading),
            hourly_rate_minor: (self.unit == Unit::Money && !blank(&self.hourly_rate))
                .then(|| reading.amount("hourly_rate_minor", &self.hourly_rate)),
            by_rate_card: self.unit == Unit::Money && self.by_rate_card,
            time_step: self.step(&mut reading),
            items: if listed { self.items(&mut reading) } else { Vec::new() },
            cancellation: (self.unit == Unit::Sessions).then(|| self.cancellation(&mut reading)),
            makeup_cycles: (self.unit == Unit::Sessions)
                .then(|| self.makeup(&mut reading))
                .flatten(),
            refund_at_end: self.refund_at_end,
            // None for the levels that hold anyway.
            alert_levels: Some(self.levels(&mut reading)).filter(|levels| *levels != LEVELS),
        }
    }

    fn rollover(&self, reading: &mut Reading<'_>) -> RolloverTerms {
        RolloverTerms {
            cap_units: (self.cap == CapKind::Units)
                .then(|| reading.units(self.unit, "rollover/cap_units", &self.cap_units)),
            cap_percent: (self.cap == CapKind::Percent)
                .then(|| reading.number("rollover/cap_percent", &self.cap_percent)),
            max_cycles: (self.compounding && self.lapses)
                .then(|| reading.number("rollover/max_cycles", &self.max_cycles)),
            carry_percent: reading.number("rollover/carry_percent", &self.carry_percent),
            partial_cycle_rolls: self.partial_rolls,
            compounding: self.compounding,
            only_if_renewed: self.only_if_renewed,
        }
    }

    fn overage(&self, reading: &mut Reading<'_>) -> OverageTerms {
        let borrows = self.overage == OverageMode::Borrow;
        OverageTerms {
            mode: self.overage,
            rate_minor: (bills(self.overage, self.borrow_excess) && self.unit != Unit::Money)
                .then(|| reading.amount("overage/rate_minor", &self.rate)),
            increment: (bills(self.overage, self.borrow_excess) && !blank(&self.increment))
                .then(|| reading.number("overage/increment", &self.increment)),
            borrow_cap: (borrows && !blank(&self.borrow_cap))
                .then(|| reading.units(self.unit, "overage/borrow_cap", &self.borrow_cap)),
            borrow_excess: (borrows || self.overage == OverageMode::Ask)
                .then_some(self.borrow_excess),
        }
    }

    fn items(&self, reading: &mut Reading<'_>) -> Vec<Item> {
        let item = |(place, item): (usize, &ItemDraft)| Item {
            name: item.name.trim().to_owned(),
            units: reading.units(self.unit, &format!("items/{place}/units"), &item.units),
        };
        self.items.iter().enumerate().map(item).collect()
    }

    fn cancellation(&self, reading: &mut Reading<'_>) -> Cancellation {
        let charges = self.ends_in(CancellationOutcome::Charge);
        let percent =
            charges.then(|| reading.number("cancellation/charge_percent", &self.charge_percent));
        Cancellation {
            notice_hours: reading.number("cancellation/notice_hours", &self.notice_hours),
            in_time: self.in_time,
            late: self.late,
            no_show: self.no_show,
            charge_percent: percent.unwrap_or(Cancellation::default().charge_percent),
        }
    }

    fn makeup(&self, reading: &mut Reading<'_>) -> Option<u32> {
        self.ends_in(CancellationOutcome::Carry)
            .then(|| reading.number("makeup_cycles", &self.makeup_cycles))
    }

    fn step(&self, reading: &mut Reading<'_>) -> Option<TimeStep> {
        let takes_time = matches!(self.unit, Unit::Minutes | Unit::Money);
        (takes_time && !blank(&self.step)).then(|| TimeStep {
            minutes: reading.number("time_step/minutes", &self.step),
            rounding: self.step_rounding,
        })
    }

    fn levels(&self, reading: &mut Reading<'_>) -> Vec<u32> {
        let words = self.levels.split([',', ';', ' ', '%']).filter(|word| !blank(word));
        let levels: Option<Vec<u32>> = words.map(number).collect();
        reading.or("alert_levels", &self.levels, NUMBER_UNREADABLE, levels)
    }
}

/// A part of a pool read by itself; none if anything in it cannot be read.
fn alone<T>(digits: u32, read: impl FnOnce(&mut Reading<'_>) -> T) -> Option<T> {
    let mut faults = Faults::default();
    let part = read(&mut Reading { at: String::new(), digits, faults: &mut faults });
    faults.0.is_empty().then_some(part)
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Where fields are read, and what is wrong with them.
struct Reading<'a> {
    at: String,
    digits: u32,
    faults: &'a mut Faults,
}

impl Reading<'_> {
    fn or<T: Default>(&mut self, field: &str, text: &str, unreadable: &str, read: Option<T>) -> T {
        self.faults.or(&format!("{}/{field}", self.at), text, unreadable, read)
    }

    fn units(&mut self, unit: Unit, field: &str, text: &str) -> i64 {
        let unreadable = match unit {
            Unit::Minutes => EFFORT_UNREADABLE,
            Unit::Money => AMOUNT_UNREADABLE,
            Unit::Sessions | Unit::Deliverables | Unit::Credits => NUMBER_UNREADABLE,
        };
        let read = read_quantity(unit, text, self.digits);
        self.or(field, text, unreadable, read)
    }

    fn amount(&mut self, field: &str, text: &str) -> i64 {
        let read = amount_of(text, self.digits);
        self.or(field, text, AMOUNT_UNREADABLE, read)
    }

    fn number<T: Default + std::str::FromStr>(&mut self, field: &str, text: &str) -> T {
        self.or(field, text, NUMBER_UNREADABLE, number(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(draft: &PoolDraft) -> Result<PoolTerms, Vec<(String, String)>> {
        let mut faults = Faults::default();
        let pool = draft.read(0, 2, &mut faults);
        let told = faults.0.into_iter().map(|fault| (fault.field, fault.code));
        let told: Vec<(String, String)> = told.collect();
        if told.is_empty() { Ok(pool) } else { Err(told) }
    }

    fn with(unit: Unit, change: impl FnOnce(&mut PoolDraft)) -> PoolDraft {
        let mut draft = PoolDraft { allowance: "4".into(), ..PoolDraft::of_unit(unit) };
        change(&mut draft);
        draft
    }

    #[test]
    fn a_pool_survives_the_way_into_fields_and_back() {
        let hours = with(Unit::Minutes, |draft| {
            draft.cap = CapKind::Units;
            draft.cap_units = "5".into();
            (draft.compounding, draft.only_if_renewed) = (false, true);
            draft.overage = OverageMode::Borrow;
            (draft.borrow_cap, draft.rate) = ("2:30".into(), "150.50".into());
            (draft.increment, draft.levels) = ("15".into(), "80".into());
        });
        let sessions = with(Unit::Sessions, |draft| {
            draft.late = CancellationOutcome::Carry;
            (draft.charge_percent, draft.makeup_cycles) = ("50".into(), "2".into());
            draft.refund_at_end = true;
        });
        let credits = with(Unit::Credits, |draft| {
            draft.items = vec![ItemDraft { name: "Article".into(), units: "3".into() }];
        });
        let money = with(Unit::Money, |draft| draft.hourly_rate = "120".into());
        for draft in [hours, sessions, credits, money] {
            let pool = read(&draft).expect("a pool");
            assert_eq!(
                read(&PoolDraft::of(&pool, 2))
                    .map(|again| PoolTerms { key: pool.key.clone(), ..again }),
                Ok(pool)
            );
        }
    }

    #[test]
    fn only_what_the_unit_has_is_read() {
        let odd = |draft: &mut PoolDraft| {
            (draft.hourly_rate, draft.notice_hours) = ("x".into(), "x".into());
            draft.items = vec![ItemDraft::default()];
            (draft.rate, draft.cap_units, draft.borrow_cap) = ("x".into(), "x".into(), "x".into());
        };
        let hours = read(&with(Unit::Minutes, odd)).expect("hours");
        assert_eq!((hours.allowance, hours.hourly_rate_minor, hours.items.len()), (240, None, 0));
        assert_eq!((hours.cancellation, hours.makeup_cycles), (None, None));
        assert!(read(&with(Unit::Sessions, odd)).is_err());
    }

    #[test]
    fn faults_stand_at_their_field() {
        let draft = with(Unit::Credits, |draft| {
            draft.allowance = "many".into();
            draft.overage = OverageMode::Bill;
            draft.levels = "50, x".into();
            draft.items = vec![ItemDraft { name: "Article".into(), units: String::new() }];
        });
        let expected = [
            ("allowance", NUMBER_UNREADABLE),
            ("overage/rate_minor", "required"),
            ("items/0/units", "required"),
            ("alert_levels", NUMBER_UNREADABLE),
        ];
        let expected = expected.map(|(at, code)| (format!("/terms/pools/0/{at}"), code.into()));
        assert_eq!(read(&draft), Err(expected.to_vec()));
    }

    #[test]
    fn levels_that_hold_anyway_are_not_agreed() {
        let levels = |text: &str| {
            read(&with(Unit::Minutes, |draft| draft.levels = text.into()))
                .expect("a pool")
                .alert_levels
        };
        assert_eq!(levels("50, 80, 100"), None);
        assert_eq!(levels(" 90 % ; 100%"), Some(vec![90, 100]));
        assert_eq!(levels(""), Some(Vec::new()));
    }
}
