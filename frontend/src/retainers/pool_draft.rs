//! A pool while it is typed: text as it stands in the fields, read into what the API takes.
use shared::api::{
    BorrowExcess, Cancellation, CancellationOutcome, Item, MinuteRounding, OverageMode, PoolTerms,
    RolloverTerms, Unit, UnitRounding,
};

use crate::format::{typed_amount, typed_quantity};

/// At which shares of a pool somebody is told, unless the terms say otherwise.
pub(super) const LEVELS: [u32; 3] = [50, 80, 100];

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
    /// How the share of a partial cycle becomes whole.
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
    /// Whether what was carried may be carried again.
    pub compounding: bool,
    /// Whether anything carries only into a cycle that is agreed.
    pub only_if_renewed: bool,
    /// Whether what is carried lapses at all.
    pub lapses: bool,
    /// After how many cycles.
    pub max_cycles: String,
    /// Whether a partial cycle carries anything.
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
    /// Rates of people come first.
    pub by_rate_card: bool,
    /// Entries draw a multiple of so many minutes; empty for to the minute.
    pub step: String,
    /// What becomes of a begun one.
    pub step_rounding: MinuteRounding,
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
    /// What is bought and unused is paid back at the end.
    pub refund_at_end: bool,
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
            compounding: true,
            only_if_renewed: false,
            lapses: true,
            max_cycles: "1".into(),
            partial_rolls: true,
            overage: OverageMode::Absorb,
            rate: String::new(),
            increment: String::new(),
            borrow_cap: String::new(),
            borrow_excess: BorrowExcess::Bill,
            hourly_rate: String::new(),
            by_rate_card: false,
            step: String::new(),
            step_rounding: MinuteRounding::Up,
            items: Vec::new(),
            notice_hours: cancels.notice_hours.to_string(),
            in_time: cancels.in_time,
            late: cancels.late,
            no_show: cancels.no_show,
            charge_percent: cancels.charge_percent.to_string(),
            makeup_cycles: "1".into(),
            refund_at_end: false,
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
            by_rate_card: pool.by_rate_card,
            step: text(pool.time_step.as_ref().map(|step| step.minutes.to_string())),
            step_rounding: pool
                .time_step
                .as_ref()
                .map_or(fresh.step_rounding, |step| step.rounding),
            items: pool.items.iter().map(item).collect(),
            notice_hours: cancels.notice_hours.to_string(),
            in_time: cancels.in_time,
            late: cancels.late,
            no_show: cancels.no_show,
            charge_percent: cancels.charge_percent.to_string(),
            makeup_cycles: pool
                .makeup_cycles
                .map_or(fresh.makeup_cycles.clone(), |n| n.to_string()),
            refund_at_end: pool.refund_at_end,
            levels: levels_text(levels),
            ..fresh
        }
        .with_rollover(pool.rollover.as_ref(), units)
    }

    /// Whether use beyond it is billed at a rate that nobody has typed.
    pub fn asks_rate(&self) -> bool {
        let billed = bills(self.overage, self.borrow_excess) && self.unit != Unit::Money;
        billed && self.rate.trim().is_empty()
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
            compounding: rule.compounding,
            only_if_renewed: rule.only_if_renewed,
            lapses: rule.max_cycles.is_some(),
            max_cycles: rule.max_cycles.map_or(self.max_cycles, |cycles| cycles.to_string()),
            partial_rolls: rule.partial_cycle_rolls,
            ..self
        }
    }
}

/// Whether any of the overage is billed, so that it needs a price.
pub fn bills(mode: OverageMode, excess: BorrowExcess) -> bool {
    match mode {
        OverageMode::Bill => true,
        OverageMode::Borrow | OverageMode::Ask => excess == BorrowExcess::Bill,
        OverageMode::Block | OverageMode::Absorb => false,
    }
}

fn levels_text(levels: &[u32]) -> String {
    levels.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
