//! The ledger of one pool: its cycles, allowances and facts as the rules read them.
use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared::api::{LineKind, Pool, PoolTerms, RetainerState, Unit};
use shared::rules::cycle::Cycle;
use shared::rules::ledger::{
    self, Closing, CycleTerms, Fact, FactKind, Horizon, Lot, Next, OpenCycle, Opening, OverageMode,
    Policy, Projection,
};
use shared::rules::proration::cycle_units;
use shared::rules::units::Quantity;

use super::book::{Book, PoolRules, Terms};
use super::store::{CycleRow, FactLot, Foresight, Frozen, PoolRow};
use crate::error::Result;

/// One pool of a book.
#[derive(Debug, Clone, Copy)]
pub struct PoolBook<'a> {
    /// The retainer's book.
    pub book: &'a Book,
    /// The pool.
    pub pool: &'a PoolRow,
    pub(super) place: usize,
    pub(super) known: Option<&'a Known>,
}

/// The time after a cycle: as its close had it, where that is kept, else as it is today; and what
/// of it was asked for.
#[derive(Debug, Default)]
pub struct Known {
    kept: Foresight,
    closed: bool,
    asked: RefCell<BTreeMap<u32, NaiveDate>>,
}

impl Known {
    /// What a close kept.
    pub fn kept(kept: Option<Foresight>) -> Self {
        let closed = kept.is_some();
        Self { kept: kept.unwrap_or_default(), closed, asked: RefCell::default() }
    }
    /// What the close of a cycle kept; none of one that an earlier version closed.
    pub fn of(frozen: &Frozen) -> Option<Self> {
        frozen.foresight.is_some().then(|| Self::kept(frozen.foresight.clone()))
    }
    /// What a close goes by, to be kept.
    pub fn foresight(self, next: Next, horizon: Horizon) -> Foresight {
        let next_grant = match next {
            Next::Cycle { grant } => Some(grant),
            Next::Unknown | Next::Terminated => None,
        };
        Foresight { ends: self.asked.into_inner(), next_grant, horizon }
    }
}

impl<'a> PoolBook<'a> {
    /// The same, seen with what is known of the time after a cycle; as it is today without.
    pub fn knowing(self, known: impl Into<Option<&'a Known>>) -> Self {
        Self { known: known.into(), ..self }
    }
    /// The end of a cycle. One that a close did not know stays unknown to it.
    pub(super) fn end_of(&self, seq: u32) -> Option<NaiveDate> {
        let today = || self.book.series.end_of(seq);
        let Some(known) = self.known else { return today() };
        let kept = known.kept.ends.get(&seq).copied();
        let end = if known.closed { kept } else { kept.or_else(today) };
        known.asked.borrow_mut().extend(end.map(|end| (seq, end)));
        end
    }
    /// What a version of the terms says of it.
    pub fn rules(&self, terms: &'a Terms) -> Option<&'a PoolRules> {
        terms.rules(self.place)
    }
    /// The version whose rules it keeps in a cycle: the one that the cycle began under, or where
    /// that does not name the pool, the first one in it that does. Source: docs/decisions/0019.
    pub fn kept(&self, row: &CycleRow) -> Option<&'a Terms> {
        let book = self.book;
        let first = book.terms_of(row)?;
        if first.names(self.pool) {
            return Some(first);
        }
        let named = book.versions_in(row).into_iter().find(|terms| terms.names(self.pool));
        named.or(Some(first))
    }
    /// What they are.
    pub fn rules_in(&self, row: &CycleRow) -> Option<&'a PoolRules> {
        self.rules(self.kept(row)?)
    }
    /// What the terms of a day say of it; none if they do not name it.
    pub fn agreed(&self, day: NaiveDate) -> Option<&'a PoolTerms> {
        self.book.terms_on(day)?.row.terms.0.pool(&self.pool.key)
    }
    /// The pool as the API shows it, under the terms of a cycle.
    pub fn shown(&self, row: &CycleRow) -> Pool {
        let agreed = self.kept(row).map(|terms| &terms.row.terms.0);
        Pool {
            id: self.pool.id,
            key: self.pool.key.clone(),
            name: agreed.and_then(|terms| terms.pool(&self.pool.key)?.name.clone()),
            unit: self.pool.unit,
            currency: self.book.currency().to_owned(),
        }
    }
    /// Whether the terms of a cycle name it, or it holds something from before.
    pub fn counts_in(&self, row: &CycleRow) -> bool {
        let named = self.kept(row).is_some_and(|terms| terms.names(self.pool));
        let part = self.book.parts.get(&(row.id, self.pool.id));
        let carried = part.is_some_and(|part| !part.opening_lots.0.lots.is_empty());
        named || carried || self.book.facts.contains_key(&(row.id, self.pool.id))
    }
    /// The allowance of a cycle: its share if it is partial. Source: domain 1.4, 2.5.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn grant(&self, cycle: &Cycle, terms: &Terms) -> Result<Quantity> {
        let brings = terms.rules(self.place).filter(|_| self.book.settles != Some(cycle.seq));
        let Some(rules) = brings else { return Ok(Quantity(0)) };
        let first_partial = self.book.head.series.0.first_partial;
        Ok(cycle_units(cycle, rules.allowance, rules.rounding, first_partial)?)
    }
    /// A cycle as the rules read it, with an allowance of `grant`.
    pub fn terms_with(&self, row: &CycleRow, grant: Quantity) -> Option<CycleTerms<'a>> {
        let rules = self.rules_in(row)?;
        Some(CycleTerms {
            seq: u32::try_from(row.seq).ok()?,
            start: row.starts_on,
            end: row.ends_on,
            partial: (row.starts_on, row.ends_on) != (row.nominal_start, row.nominal_end),
            grant,
            full_grant: rules.allowance,
            policy: &rules.policy,
            horizon: self.horizon(row, &rules.policy),
        })
    }
    /// By when its lots end at the latest: of a closed cycle that is told again, as its close had
    /// it. Source: domain 3.4, docs/decisions/0033.
    pub fn horizon(&self, row: &CycleRow, policy: &Policy) -> Horizon {
        match self.known.filter(|_| self.told_again(row)) {
            Some(known) => known.kept.horizon,
            None => Horizon::of(&self.book.series, policy),
        }
    }
    /// Whether a closed cycle is told again by what its close knew.
    fn told_again(&self, row: &CycleRow) -> bool {
        self.known.is_some_and(|known| known.closed || row.closed_at.is_some())
    }
    /// The day of a cycle that its balance is told for: in the pause after it today, since lots end
    /// there too. Source: domain 3.5, 3.13.
    pub fn day_of(&self, row: &CycleRow) -> NaiveDate {
        if self.book.paused_after(row) {
            return self.book.today;
        }
        ledger::day_of(row.starts_on, row.ends_on, self.book.today)
    }
    /// An open cycle as the rules read it.
    pub fn cycle_terms(&self, row: &CycleRow) -> Option<CycleTerms<'a>> {
        self.terms_with(row, self.granted(row))
    }
    /// The allowance of an open cycle, as it was set when the cycle was made.
    pub fn granted(&self, row: &CycleRow) -> Quantity {
        let part = self.book.parts.get(&(row.id, self.pool.id));
        Quantity(part.map_or(0, |part| part.granted))
    }
    /// Open cycles with what was recorded in them.
    pub fn open_cycles(&self) -> Vec<OpenCycle<'a>> {
        let book = self.book;
        let cycle = |row: &CycleRow| {
            let facts = book.facts.get(&(row.id, self.pool.id)).map_or(&[][..], Vec::as_slice);
            self.cycle_terms(row).map(|terms| OpenCycle { terms, facts })
        };
        book.open.iter().filter_map(cycle).collect()
    }
    /// What the oldest open cycle begins with.
    pub fn opening(&self) -> Opening {
        let first = self.book.open.first();
        let part = first.and_then(|row| self.book.parts.get(&(row.id, self.pool.id)));
        part.map(|part| part.opening_lots.0.clone()).unwrap_or_default()
    }
    /// What an open cycle begins with: provisional while the one before it is open too.
    ///
    /// # Errors
    /// Rules that the schema should have kept out.
    pub fn opening_of(&self, row: &CycleRow) -> Result<Opening> {
        let index = self.book.open.iter().position(|open| open.id == row.id).unwrap_or(0);
        let Some(before) = index.checked_sub(1) else { return Ok(self.opening()) };
        let projections = self.project()?;
        match (self.book.open.get(before), projections.get(before)) {
            (Some(row), Some(projection)) => Ok(self.closing(row, projection)?.next),
            _ => Ok(self.opening()),
        }
    }
    /// Every open cycle projected, in order.
    ///
    /// # Errors
    /// Rules that the schema should have kept out.
    pub fn project(&self) -> Result<Vec<Projection>> {
        let calendar = |seq| self.book.series.end_of(seq);
        Ok(ledger::project_all(&self.opening(), &self.open_cycles(), &calendar)?)
    }
    /// An open cycle projected; none for another one.
    ///
    /// # Errors
    /// As [`PoolBook::project`].
    pub fn projection_of(&self, row: &CycleRow) -> Result<Option<Projection>> {
        match self.book.open.iter().position(|open| open.id == row.id) {
            Some(index) => Ok(self.project()?.into_iter().nth(index)),
            None => Ok(None),
        }
    }
    /// What comes after a cycle.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn next(&self, row: &CycleRow) -> Result<Next> {
        let book = self.book;
        if let Some(grant) = self.known.and_then(|known| known.kept.next_grant) {
            return Ok(Next::Cycle { grant });
        }
        // A close that nothing followed ended the retainer, or knew of nothing to come.
        let ended = book.head.state == RetainerState::Ended;
        if book.is_last(row) && (ended || !self.told_again(row)) {
            return Ok(Next::Terminated);
        }
        // Service that began again later was not known to its close.
        if self.known.is_some_and(|known| known.closed) {
            return Ok(Next::Unknown);
        }
        let seq = u32::try_from(row.seq + 1).unwrap_or(u32::MAX);
        // The next cycle's allowance is the one it was made with, if it was.
        if let Some(made) = book.row(seq) {
            return Ok(Next::Cycle { grant: self.granted(made) });
        }
        let follower =
            book.series.cycle(seq).and_then(|next| Some((next, book.terms_on(next.start)?)));
        Ok(match follower {
            Some((cycle, terms)) => Next::Cycle { grant: self.grant(&cycle, terms)? },
            None => Next::Unknown,
        })
    }
    /// What closing a projected cycle would leave behind.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn closing(&self, row: &CycleRow, projection: &Projection) -> Result<Closing> {
        self.closing_with(row, projection, self.granted(row))
    }
    /// The same for a cycle with this allowance, which may be closed by now.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn closing_with(
        &self,
        row: &CycleRow,
        projection: &Projection,
        granted: Quantity,
    ) -> Result<Closing> {
        self.closing_by(row, projection, (granted, None))
    }
    /// The same with its overage settled as somebody chose; by the terms if nobody did.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn closing_by(
        &self,
        row: &CycleRow,
        projection: &Projection,
        (granted, choice): (Quantity, Option<OverageMode>),
    ) -> Result<Closing> {
        let Some(terms) = self.terms_with(row, granted) else { return Ok(Closing::default()) };
        let calendar = |seq| self.end_of(seq);
        let settled = choice.map(|choice| Policy {
            overage: terms.policy.overage.settled(choice),
            ..terms.policy.clone()
        });
        let terms = CycleTerms { policy: settled.as_ref().unwrap_or(terms.policy), ..terms };
        Ok(ledger::close(projection, &terms, self.next(row)?, &calendar)?)
    }
    /// The lots that closing a cycle with this allowance carries, as the cycle knew them.
    ///
    /// # Errors
    /// Those of the rules.
    pub(super) fn carried(
        &self,
        row: &CycleRow,
        projection: &Projection,
        granted: Quantity,
    ) -> Result<Vec<Lot>> {
        let Some(terms) = self.terms_with(row, granted) else { return Ok(Vec::new()) };
        let calendar = |seq| self.end_of(seq);
        Ok(ledger::carried(projection, &terms, self.next(row)?, &calendar)?)
    }
    /// The ways to settle overage that the terms of a cycle leave open, theirs first.
    pub fn choices(&self, row: &CycleRow) -> &'static [OverageMode] {
        self.rules_in(row).map_or(&[], |rules| rules.policy.overage.choices())
    }
    /// Units of the pool that so many minutes of work on a day draw: themselves, or their price.
    /// Source: domain 1.6.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn drawn_by(&self, minutes: i64, day: NaiveDate) -> Result<i64> {
        if self.pool.unit != Unit::Money {
            return Ok(minutes);
        }
        let rate = self.agreed(day).and_then(|pool| pool.hourly_rate_minor).unwrap_or(0);
        Ok(shared::rules::scale(rate, minutes, 60)?)
    }
}

/// A recorded fact as the rules read it; none for one that counts by what it undoes.
pub fn as_fact(
    (kind, lot): (LineKind, &FactLot),
    effective_on: NaiveDate,
    quantity: i64,
) -> Option<Fact> {
    let kind = match kind {
        LineKind::Consume => FactKind::Use,
        LineKind::Restore | LineKind::AdjustUp => FactKind::AdjustUp,
        LineKind::AdjustDown => FactKind::AdjustDown,
        LineKind::SetAside => FactKind::Carry,
        LineKind::Topup => {
            FactKind::TopUp { lot: lot.kind(), starts: lot.starts(), ends: lot.ends() }
        }
        _ => return None,
    };
    Some(Fact { effective_on, quantity: Quantity(quantity), kind })
}
