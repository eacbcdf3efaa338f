//! The versions of the terms in one cycle: the one it began under, whose rules it keeps, and those
//! that were agreed to hold at once in it, which change what its days bring and cost.
//! Source: domain 2.11, docs/decisions/0019.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared::api::{Terms as Agreed, TermsVersion};
use shared::rules::cycle::{Cycle, Series};
use shared::rules::ledger::{self, Fact, FactKind};
use shared::rules::units::{Minor, Quantity};
use shared::rules::versions::{self, Allowance, Price};
use shared::rules::zone::Zones;

use super::book::{Book, Terms};
use super::pool::PoolBook;
use super::store::{CycleRow, SeriesRule, TermsRow};
use crate::error::Result;

impl Terms {
    /// The version as the API shows it.
    pub fn shown(&self) -> TermsVersion {
        let row = &self.row;
        TermsVersion {
            id: row.id,
            number: row.number,
            effective_from: row.effective_from,
            terms: row.terms.0.clone(),
            reason: row.reason.clone(),
            created_at: row.created_at,
        }
    }
}

/// Gives each version that was agreed for the next cycle the day on which that begins, wherever
/// pauses, resumptions and ends have moved it since. What has begun to hold stays: no cycle begins
/// anew between the day it was made and then. Terms that came with another interval keep the day of
/// it, on which cycles are cut anew. Terms that were agreed in a pause that nobody had ended are
/// kept with the day before it: they hold from the first cycle on that begins on the day they were
/// agreed or later, and are told last until then. Source: domain 2.10, 2.11, docs/decisions/0046,
/// 0048.
pub(super) fn follow(terms: &mut [Terms], (rule, series, zones): (&SeriesRule, &Series, &Zones)) {
    let keeps = |number: i64| {
        let with_interval = rule.changes.iter().any(|change| change.terms == number);
        number == 1 || with_interval || rule.left_out.contains(&number)
    };
    let in_pause = |row: &TermsRow, made_on: NaiveDate| {
        let next = row.effective_from.succ_opt();
        row.effective_from < made_on && rule.pauses.iter().any(|pause| Some(pause.from) == next)
    };
    // Where none comes any more, they do not begin to hold in the last one that runs.
    let after = |day| series.cycle_on(day).map(|cycle| cycle.end);
    let mut latest = NaiveDate::MIN;
    for row in terms.iter_mut().map(|terms| &mut terms.row) {
        let made_on = zones.local_date(row.created_at);
        if !keeps(row.number) {
            let told = row.effective_from;
            if made_on < told {
                let next = series.next_start(made_on).or_else(|| after(told));
                row.effective_from = next.unwrap_or(told);
            } else if in_pause(row, made_on) {
                let next = made_on.pred_opt().and_then(|eve| series.next_start(eve));
                let next = next.or_else(|| after(made_on));
                row.effective_from = next.unwrap_or(made_on.max(latest));
            }
        }
        latest = latest.max(row.effective_from);
    }
}

impl Book {
    /// The version that holds for cycles starting on a day: the one with the latest day, of several
    /// for one day the last. So what was agreed for a day to come is not replaced by what holds at
    /// once before it. Another interval and its terms are one agreement: what was agreed before is
    /// of cycles that come no more. Source: domain 2.11, 2.13.
    pub fn terms_on(&self, day: NaiveDate) -> Option<&Terms> {
        let changes = self.head.series.changes.iter().rev();
        let changed = changes.into_iter().find(|change| change.rhythm.from <= day);
        let since = changed.map_or(0, |change| change.terms);
        let left_out = &self.head.series.left_out;
        let holds = |terms: &&Terms| {
            let TermsRow { effective_from, number, .. } = terms.row;
            effective_from <= day && number >= since && !left_out.contains(&number)
        };
        let latest = |terms: &&Terms| (terms.row.effective_from, terms.row.number);
        self.terms.iter().filter(holds).max_by_key(latest).or(self.terms.first())
    }
    /// The first day after this one on which other terms begin to hold for cycles.
    pub fn next_terms_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        let days = self.terms.iter().map(|terms| terms.row.effective_from);
        let holds = |from: &NaiveDate| {
            self.terms_on(*from).is_some_and(|terms| terms.row.effective_from == *from)
        };
        days.filter(|from| *from > day).filter(holds).min()
    }
    /// The versions that a cycle runs under, oldest first.
    pub fn versions_in(&self, row: &CycleRow) -> Vec<&Terms> {
        self.terms_of(row)
            .map_or_else(Vec::new, |first| self.versions_since(first, (row.starts_on, row.ends_on)))
    }
    /// The days of a cycle that its allowance is the share of. Source: domain 2.5.
    pub fn counted(&self, row: &CycleRow) -> Cycle {
        self.head.series.0.first_partial.granted(&row.days())
    }
    /// What each of the versions that a cycle runs under costs, as far as they hold before `end`;
    /// nothing in a first cycle that is free of charge.
    pub fn prices_in(&self, cycle: &Cycle, row: Option<&CycleRow>, end: NaiveDate) -> Vec<Price> {
        self.each_in((cycle, row), end, Agreed::fee)
    }

    /// What they would cost without a discount.
    pub fn undiscounted_in(&self, cycle: &Cycle, row: Option<&CycleRow>) -> Vec<Price> {
        self.each_in((cycle, row), cycle.end, |terms| Minor(terms.price.amount_minor))
    }

    fn each_in(
        &self,
        (cycle, row): (&Cycle, Option<&CycleRow>),
        end: NaiveDate,
        price: impl Fn(&Agreed) -> Minor,
    ) -> Vec<Price> {
        // A cycle keeps the version it began under, also where others were agreed on its first day.
        let kept = row.and_then(|row| self.terms_of(row));
        let Some(first) = kept.or_else(|| self.terms_on(cycle.start)) else { return Vec::new() };
        let versions = self.versions_since(first, (cycle.start, end));
        let charged = self.head.series.0.first_partial.charged(cycle).is_some()
            && self.settles != Some(cycle.seq);
        let each = |(place, terms): (usize, &Terms)| Price {
            from: if place == 0 { cycle.start } else { terms.row.effective_from },
            full: if charged { price(&terms.row.terms.0) } else { Minor(0) },
        };
        versions.into_iter().enumerate().map(each).collect()
    }
    /// A version, and those that were agreed after it to hold at once on one of the days.
    fn versions_since<'a>(
        &'a self,
        first: &'a Terms,
        (start, end): (NaiveDate, NaiveDate),
    ) -> Vec<&'a Terms> {
        let later = self.terms.iter().filter(|terms| {
            let row = &terms.row;
            let at_once = self.zones.local_date(row.created_at) == row.effective_from;
            let within = start <= row.effective_from && row.effective_from < end;
            row.number > first.row.number && at_once && within
        });
        let mut later: Vec<&Terms> = later.collect();
        later.sort_by_key(|terms| terms.row.effective_from);
        std::iter::once(first).chain(later).collect()
    }
}

impl PoolBook<'_> {
    /// What each of the versions of a cycle brings, oldest first. How a part is rounded is a rule,
    /// and the cycle keeps the one that it began under.
    pub fn shares(&self, row: &CycleRow) -> Vec<Allowance> {
        let versions = self.book.versions_in(row);
        let kept = self.rules_in(row).map(|kept| kept.rounding);
        let share = |(place, terms): (usize, &&Terms)| {
            let rules = self.rules(terms)?;
            let from = if place == 0 { row.starts_on } else { terms.row.effective_from };
            let rounding = kept.unwrap_or(rules.rounding);
            Some(Allowance { from, full: rules.allowance, rounding })
        };
        versions.iter().enumerate().filter_map(share).collect()
    }
    /// What the amendments of each day change in a cycle as the calendar has it now.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn amended(&self, row: &CycleRow) -> Result<BTreeMap<NaiveDate, i64>> {
        let shares = self.shares(row);
        let brings = versions::allowances(&self.book.counted(row), &shares)?;
        let mut days = BTreeMap::new();
        for (pair, share) in brings.windows(2).zip(shares.iter().skip(1)) {
            *days.entry(share.from).or_default() += pair[1].0 - pair[0].0;
        }
        Ok(days)
    }
    /// How much of a loss of today finds nothing unused in an open cycle, and is waived.
    /// Source: domain 2.11, 3.10.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn waived(&self, row: &CycleRow, loss: i64) -> Result<i64> {
        let (effective_on, quantity) = (self.book.today, Quantity(loss));
        let fact = Fact { effective_on, quantity, kind: FactKind::AdjustDown };
        let mut cycles = self.open_cycles();
        let place = cycles.iter().position(|cycle| i64::from(cycle.terms.seq) == row.seq);
        let Some(place) = place else { return Ok(0) };
        let facts: Vec<Fact> = cycles[place].facts.iter().copied().chain([fact]).collect();
        cycles[place].facts = &facts;
        let calendar = |seq| self.book.series.end_of(seq);
        let projected = ledger::project_all(&self.opening(), &cycles, &calendar)?;
        let settled = projected.get(place).map_or(&[][..], |projection| &projection.settled);
        let last = settled.iter().find(|settled| settled.fact + 1 == facts.len());
        Ok(last.map_or(0, |settled| settled.short.0))
    }
}

impl CycleRow {
    /// Its days, as the rules read them.
    pub fn days(&self) -> Cycle {
        Cycle {
            seq: u32::try_from(self.seq).unwrap_or(u32::MAX),
            start: self.starts_on,
            end: self.ends_on,
            nominal_start: self.nominal_start,
            nominal_end: self.nominal_end,
        }
    }
}
