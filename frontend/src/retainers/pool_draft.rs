//! A pool while it is typed: text as it stands in the fields, read into what the API takes.
use shared::api::{
    BorrowExcess, Cancellation, CancellationOutcome, Item, OverageMode, OverageTerms, PoolTerms,
    RolloverTerms, Unit, UnitRounding,
};

use super::terms_draft::{AMOUNT_UNREADABLE, EFFORT_UNREADABLE, Faults, NUMBER_UNREADABLE, number};
use crate::format::{amount_of, read_quantity, typed_amount, typed_quantity};

/// At which shares of a pool somebody is told, unless the terms say otherwise.
const LEVELS: [u32; 3] = [50, 80, 100];

/// How much may be carried at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CapKind {
    /// Everything.
    #[default]
    None,
    /// So many units.
    Units,
    /// A share of the allowance.
    Percent,
}

/// A row of a price list, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemDraft {
    /// As people call it.
    pub name: String,
    /// Units that one of it draws.
    pub units: String,
}

/// The fields of a pool, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolDraft {
    /// Names the pool for good; empty for one that is being added.
    pub key: String,
    /// As people call it; empty for the name of the unit.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// Units of a full cycle.
    pub allowance: String,
    /// How the share of a partial cycle becomes whole: as it was agreed.
    pub partial_rounding: Option<UnitRounding>,
    /// What is unused carries over.
    pub rolls: bool,
    /// Per cent of the unused part that carries.
    pub carry_percent: String,
    /// What kind of cap holds.
    pub cap: CapKind,
    /// The cap in units.
    pub cap_units: String,
    /// The cap in per cent.
    pub cap_percent: String,
    /// Whether what is carried lapses at all.
    pub lapses: bool,
    /// After how many cycles.
    pub max_cycles: String,
    /// Whether a partial cycle carries anything: as it was agreed.
    pub partial_rolls: bool,
    /// What becomes of use beyond what is available.
    pub overage: OverageMode,
    /// Its price: an hour, or one unit.
    pub rate: String,
    /// Billed units are a multiple of it; empty for 1.
    pub increment: String,
    /// At most so many units are borrowed; empty for all of the next allowance.
    pub borrow_cap: String,
    /// What becomes of what cannot be borrowed.
    pub borrow_excess: BorrowExcess,
    /// What an hour of time draws from money; empty if time does not draw.
    pub hourly_rate: String,
    /// The price list.
    pub items: Vec<ItemDraft>,
    /// Hours of notice from which a cancellation is in time.
    pub notice_hours: String,
    /// A cancellation in time.
    pub in_time: CancellationOutcome,
    /// A later one.
    pub late: CancellationOutcome,
    /// Nobody came.
    pub no_show: CancellationOutcome,
    /// The share of a session that a charge draws.
    pub charge_percent: String,
    /// For how many cycles a make-up lasts.
    pub makeup_cycles: String,
    /// Per cent at which somebody is told, with commas; empty for never.
    pub levels: String,
}

impl Default for PoolDraft {
    fn default() -> Self {
        Self::of_unit(Unit::Minutes)
    }
}

impl PoolDraft {
    /// A new pool: unused hours carry for a cycle, everything else lapses.
    pub fn of_unit(unit: Unit) -> Self {
        let cancels = Cancellation::default();
        Self {
            key: String::new(),
            name: String::new(),
            unit,
            allowance: String::new(),
            partial_rounding: None,
            rolls: unit == Unit::Minutes,
            carry_percent: "100".into(),
            cap: CapKind::None,
            cap_units: String::new(),
            cap_percent: "50".into(),
            lapses: true,
            max_cycles: "1".into(),
            partial_rolls: true,
            overage: OverageMode::Absorb,
            rate: String::new(),
            increment: String::new(),
            borrow_cap: String::new(),
            borrow_excess: BorrowExcess::Bill,
            hourly_rate: String::new(),
            items: Vec::new(),
            notice_hours: cancels.notice_hours.to_string(),
            in_time: cancels.in_time,
            late: cancels.late,
            no_show: cancels.no_show,
            charge_percent: cancels.charge_percent.to_string(),
            makeup_cycles: "1".into(),
            levels: levels_text(&LEVELS),
        }
    }

    /// A pool as fields, to be amended. `digits` are the decimals of the currency.
    pub fn of(pool: &PoolTerms, digits: u32) -> Self {
        let fresh = Self::of_unit(pool.unit);
        let units = |n: i64| typed_quantity(pool.unit, n, digits);
        let amount = |n: i64| typed_amount(n, digits);
        let text = |value: Option<String>| value.unwrap_or_default();
        let overage = &pool.overage;
        let item = |item: &Item| ItemDraft { name: item.name.clone(), units: units(item.units) };
        let cancels = pool.cancellation.unwrap_or_default();
        let levels = pool.alert_levels.as_deref().unwrap_or(&LEVELS);
        Self {
            key: pool.key().to_owned(),
            name: text(pool.name.clone()),
            allowance: units(pool.allowance),
            partial_rounding: pool.partial_rounding,
            overage: overage.mode,
            rate: text(overage.rate_minor.map(amount)),
            increment: text(overage.increment.map(|n| n.to_string())),
            borrow_cap: text(overage.borrow_cap.map(units)),
            borrow_excess: overage.borrow_excess.unwrap_or_default(),
            hourly_rate: text(pool.hourly_rate_minor.map(amount)),
            items: pool.items.iter().map(item).collect(),
            notice_hours: cancels.notice_hours.to_string(),
            in_time: cancels.in_time,
            late: cancels.late,
            no_show: cancels.no_show,
            charge_percent: cancels.charge_percent.to_string(),
            makeup_cycles: pool
                .makeup_cycles
                .map_or(fresh.makeup_cycles.clone(), |n| n.to_string()),
            levels: levels_text(levels),
            ..fresh
        }
        .with_rollover(pool.rollover.as_ref(), units)
    }

    fn with_rollover(self, rule: Option<&RolloverTerms>, units: impl Fn(i64) -> String) -> Self {
        let Some(rule) = rule else { return Self { rolls: false, ..self } };
        Self {
            rolls: true,
            carry_percent: rule.carry_percent.to_string(),
            cap: match (rule.cap_units, rule.cap_percent) {
                (Some(_), _) => CapKind::Units,
                (None, Some(_)) => CapKind::Percent,
                (None, None) => CapKind::None,
            },
            cap_units: rule.cap_units.map(units).unwrap_or_default(),
            cap_percent: rule.cap_percent.map_or(self.cap_percent, |percent| percent.to_string()),
            lapses: rule.max_cycles.is_some(),
            max_cycles: rule.max_cycles.map_or(self.max_cycles, |cycles| cycles.to_string()),
            partial_rolls: rule.partial_cycle_rolls,
            ..self
        }
    }

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
            items: if listed { self.items(&mut reading) } else { Vec::new() },
            cancellation: (self.unit == Unit::Sessions).then(|| self.cancellation(&mut reading)),
            makeup_cycles: (self.unit == Unit::Sessions)
                .then(|| self.makeup(&mut reading))
                .flatten(),
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
            max_cycles: self
                .lapses
                .then(|| reading.number("rollover/max_cycles", &self.max_cycles)),
            carry_percent: reading.number("rollover/carry_percent", &self.carry_percent),
            partial_cycle_rolls: self.partial_rolls,
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
            borrow_excess: borrows.then_some(self.borrow_excess),
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

    fn levels(&self, reading: &mut Reading<'_>) -> Vec<u32> {
        let words = self.levels.split([',', ';', ' ', '%']).filter(|word| !blank(word));
        let levels: Option<Vec<u32>> = words.map(number).collect();
        reading.or("alert_levels", &self.levels, NUMBER_UNREADABLE, levels)
    }
}

/// Whether any of the overage is billed, so that it needs a price.
pub fn bills(mode: OverageMode, excess: BorrowExcess) -> bool {
    match mode {
        OverageMode::Bill => true,
        OverageMode::Borrow => excess == BorrowExcess::Bill,
        OverageMode::Block | OverageMode::Absorb => false,
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

fn levels_text(levels: &[u32]) -> String {
    levels.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
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
            draft.overage = OverageMode::Borrow;
            (draft.borrow_cap, draft.rate) = ("2:30".into(), "150.50".into());
            (draft.increment, draft.levels) = ("15".into(), "80".into());
        });
        let sessions = with(Unit::Sessions, |draft| {
            draft.late = CancellationOutcome::Carry;
            (draft.charge_percent, draft.makeup_cycles) = ("50".into(), "2".into());
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
