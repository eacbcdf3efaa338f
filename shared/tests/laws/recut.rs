//! What was amended at once in the open cycles of a life, by the days they have now.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared::rules::RuleError;
use shared::rules::cycle::UnitRounding;
use shared::rules::ledger::{Fact, FactKind};
use shared::rules::units::Quantity;
use shared::rules::versions::{Allowance, allowances};

use super::{Life, POOLS, Record, Row};

impl Life {
    /// What each day on which terms changed at once changes in a cycle of a pool.
    fn amended(&self, pool: usize, row: &Row) -> Result<BTreeMap<NaiveDate, i64>, RuleError> {
        let days = row.cycle.start..row.cycle.end;
        let within = |version: &&usize| {
            **version > row.version && days.contains(&self.versions[**version].0)
        };
        let versions = std::iter::once(&row.version).chain(self.at_once.iter().filter(within));
        let share = |version: &usize| {
            let (from, agreed) = self.versions[*version];
            Allowance { from, full: agreed[pool], rounding: UnitRounding::HalfUp }
        };
        let shares: Vec<Allowance> = versions.map(share).collect();
        let brings = allowances(&row.cycle, &shares)?;
        let mut changes = BTreeMap::new();
        for (pair, share) in brings.windows(2).zip(&shares[1..]) {
            *changes.entry(share.from).or_default() += pair[1].0 - pair[0].0;
        }
        Ok(changes)
    }
    /// What stands of it, by its day.
    pub(crate) fn standing(&self, pool: usize, seq: u32) -> BTreeMap<NaiveDate, i64> {
        let mut days = BTreeMap::new();
        let counts =
            |one: &&Record| one.amends && !one.undone && (one.pool, one.seq) == (pool, seq);
        for Record { fact, .. } in self.records.iter().filter(counts) {
            let down = fact.kind == FactKind::AdjustDown;
            let units = if down { -fact.quantity.0 } else { fact.quantity.0 };
            *days.entry(fact.effective_on).or_default() += units;
        }
        days
    }
    /// Writes what was agreed at once anew where the days of its cycle make something else; what
    /// was agreed today is added to what stands of today.
    pub(super) fn recut(&mut self) -> Result<(), RuleError> {
        for row in self.open.clone() {
            for pool in 0..POOLS {
                let seq = row.cycle.seq;
                let (wanted, made) = (self.amended(pool, &row)?, self.standing(pool, seq));
                for (&day, &units) in &wanted {
                    let stands = made.get(&day).copied().unwrap_or_default();
                    self.rewrite((pool, seq), day, (units, stands));
                }
            }
        }
        Ok(())
    }
    fn rewrite(&mut self, (pool, seq): (usize, u32), day: NaiveDate, (wanted, stands): (i64, i64)) {
        if wanted == stands {
            return;
        }
        let agreed = day == self.today && self.amending;
        let of = |one: &&mut Record| {
            one.amends && (one.pool, one.seq, one.fact.effective_on) == (pool, seq, day)
        };
        let units = if agreed { wanted - stands } else { wanted };
        if !agreed {
            self.records.iter_mut().filter(of).for_each(|one| one.undone = true);
        }
        let kind = if units < 0 { FactKind::AdjustDown } else { FactKind::AdjustUp };
        let fact = Fact { effective_on: day, quantity: Quantity(units.abs()), kind };
        if units != 0 {
            let (undone, restored, amends) = (false, false, true);
            self.records.push(Record { pool, seq, fact, undone, restored, amends });
        }
    }
}
