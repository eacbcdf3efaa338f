//! A book: one retainer's terms and open cycles, loaded once and projected by the rules.
use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{CycleId, ErrorCode, Model, OverageMode, RetainerId, RetainerState};
use shared::rules::cycle::Series;
use shared::rules::ledger::{
    self, Cap, Closes, Closing, CycleTerms, Fact, FactKind, Next, OpenCycle, Opening, Overage,
    Policy, Projection, Rollover, Slot,
};
use shared::rules::proration::{UnitRounding, prorate_units};
use shared::rules::units::{Minor, Quantity};
use shared::rules::{cycle::Cycle, zone};

use super::store::{self, CycleRow, DaySum, RetainerHead, TermsRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// A version of the terms, with its policy as the rules read it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// As it is kept.
    pub row: TermsRow,
    /// As the rules read it.
    pub policy: Policy,
}

impl Terms {
    fn new(row: TermsRow) -> Self {
        let policy = policy(&row.terms.0);
        Self { row, policy }
    }
    /// The allowance of a full cycle, in minutes.
    pub fn allowance(&self) -> Quantity {
        Quantity(self.row.terms.0.allowance_minutes)
    }
}

/// The policy that agreed terms mean. Source: domain 1.1, 1.2, 4.
pub fn policy(terms: &shared::api::Terms) -> Policy {
    let percent = |percent: i64| u32::try_from(percent).unwrap_or_default();
    let rollover = terms.rollover.as_ref().filter(|_| terms.model == Model::RolloverHours);
    let rollover = rollover.map(|rule| Rollover {
        cap: match (rule.cap_minutes, rule.cap_percent) {
            (Some(units), _) => Cap::Units { units: Quantity(units) },
            (None, Some(share)) => Cap::Percent { percent: percent(share) },
            (None, None) => Cap::None,
        },
        max_cycles: rule.max_cycles,
        carry_percent: percent(rule.carry_percent),
        partial_cycle_rolls: true,
    });
    let mode = match terms.overage {
        OverageMode::Block => ledger::OverageMode::Block,
        OverageMode::Bill => ledger::OverageMode::Bill,
        OverageMode::Absorb => ledger::OverageMode::Absorb,
    };
    let rate_minor = Minor(terms.overage_rate_minor.unwrap_or(0));
    let overage = Overage { mode, rate_minor, rate_per: Quantity(60), ..Overage::default() };
    Policy { rollover, overage, grace_days: terms.grace_days, ..Policy::default() }
}

/// One retainer's terms and the cycles that can still change (or could, at a day in the past).
#[derive(Debug, Clone)]
pub struct Book {
    /// The agreement.
    pub head: RetainerHead,
    /// Its cycles as the calendar has them.
    pub series: Series,
    /// Its time zone.
    pub zone: Tz,
    /// The day it is there, or the day asked for.
    pub today: NaiveDate,
    /// All versions, oldest first.
    pub terms: Vec<Terms>,
    /// Open cycles in order.
    pub open: Vec<CycleRow>,
    /// What was recorded in each, a fact a day.
    days: HashMap<CycleId, Vec<Fact>>,
}

impl Book {
    /// The book of one retainer as it is now.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn load(
        tx: &mut Tx,
        scope: Scope,
        id: RetainerId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let books = Self::load_all(tx, scope, &[id], now, None).await?;
        books.into_iter().next().ok_or(ErrorCode::NotFound.into())
    }

    /// The books of several retainers, now or as of a day: what was known at its end.
    ///
    /// # Errors
    /// Those of the database; rules that the schema should have kept out.
    pub async fn load_all(
        tx: &mut Tx,
        scope: Scope,
        ids: &[RetainerId],
        now: DateTime<Utc>,
        as_of: Option<NaiveDate>,
    ) -> Result<Vec<Self>> {
        let heads = store::heads(tx, scope, ids).await?;
        let mut terms: HashMap<RetainerId, Vec<Terms>> = HashMap::new();
        for row in store::terms(tx, scope, ids).await? {
            terms.entry(row.retainer_id).or_default().push(Terms::new(row));
        }
        let mut books = Vec::with_capacity(heads.len());
        for head in heads {
            let zone = zone::zone(&head.timezone)?;
            let rule = head.series.0;
            let (start, end) = (head.starts_on, head.ends_on);
            let series = Series::new(start, rule.interval, rule.anchor, end, Vec::new())?;
            let terms = terms.remove(&head.id).unwrap_or_default();
            let today = as_of.unwrap_or_else(|| zone::local_date(zone, now));
            let (open, days) = (Vec::new(), HashMap::new());
            books.push(Self { head, series, zone, today, terms, open, days });
        }
        load_open(tx, scope, &mut books, as_of).await?;
        Ok(books)
    }

    /// The version of the terms that a cycle runs under.
    pub fn terms_of(&self, row: &CycleRow) -> Option<&Terms> {
        self.terms.iter().find(|terms| terms.row.id == row.terms_id)
    }
    /// The version that holds for cycles starting on a day.
    pub fn terms_on(&self, day: NaiveDate) -> Option<&Terms> {
        let holds = |terms: &&Terms| terms.row.effective_from <= day;
        self.terms.iter().rev().find(holds).or(self.terms.first())
    }
    /// The allowance of a cycle: its share if it is partial. Source: domain 1.4, 2.5.
    pub fn grant(cycle: &Cycle, terms: &Terms) -> Result<Quantity> {
        let (days, whole) = (cycle.days(), cycle.nominal_days());
        Ok(prorate_units(terms.allowance(), days, whole, UnitRounding::HalfUp)?)
    }
    /// A cycle as the rules read it.
    pub fn cycle_terms<'a>(&'a self, row: &CycleRow) -> Option<CycleTerms<'a>> {
        let terms = self.terms_of(row)?;
        Some(CycleTerms {
            seq: u32::try_from(row.seq).ok()?,
            start: row.starts_on,
            end: row.ends_on,
            partial: (row.starts_on, row.ends_on) != (row.nominal_start, row.nominal_end),
            grant: Quantity(row.granted),
            full_grant: terms.allowance(),
            policy: &terms.policy,
        })
    }
    /// Open cycles with what was recorded in them.
    pub fn open_cycles(&self) -> Vec<OpenCycle<'_>> {
        let cycle = |row: &CycleRow| {
            let facts = self.days.get(&row.id).map_or(&[][..], Vec::as_slice);
            self.cycle_terms(row).map(|terms| OpenCycle { terms, facts })
        };
        self.open.iter().filter_map(cycle).collect()
    }
    /// What the oldest open cycle begins with.
    pub fn opening(&self) -> Opening {
        self.open.first().map(|row| row.opening_lots.0.clone()).unwrap_or_default()
    }
    /// Every open cycle projected, in order.
    pub fn project(&self) -> Result<Vec<Projection>> {
        let calendar = |seq| self.series.end_of(seq);
        Ok(ledger::project_all(&self.opening(), &self.open_cycles(), &calendar)?)
    }
    /// What comes after a cycle.
    pub fn next(&self, row: &CycleRow) -> Result<Next> {
        if self.head.ends_on == Some(row.ends_on) {
            return Ok(Next::Terminated);
        }
        let seq = u32::try_from(row.seq + 1).unwrap_or(u32::MAX);
        let follower = self.series.cycle(seq).zip(self.terms_on(row.ends_on));
        Ok(match follower {
            Some((cycle, terms)) => Next::Cycle { grant: Self::grant(&cycle, terms)? },
            None => Next::Unknown,
        })
    }
    /// What closing a projected cycle would leave behind.
    pub fn closing(&self, row: &CycleRow, projection: &Projection) -> Result<Closing> {
        let Some(terms) = self.cycle_terms(row) else { return Ok(Closing::default()) };
        let calendar = |seq| self.series.end_of(seq);
        Ok(ledger::close(projection, &terms, self.next(row)?, &calendar)?)
    }
    /// The place of the cycle that holds today among the open ones.
    pub fn present(&self) -> Option<usize> {
        let holds = |row: &CycleRow| row.starts_on <= self.today && self.today < row.ends_on;
        self.open.iter().position(holds)
    }
    /// Where entries may go: the cycle of `day`, and every open one.
    pub fn slots(&self, day: NaiveDate) -> Vec<Slot> {
        let setup = self.head.state == RetainerState::Setup;
        let open = self.open.iter().filter_map(|row| {
            let grace = self.terms_of(row).map_or(0, |terms| terms.policy.grace_days);
            let closes = if setup { Closes::NotYet } else { Closes::after(row.ends_on, grace) };
            let seq = u32::try_from(row.seq).ok()?;
            Some(Slot { seq, start: row.starts_on, end: row.ends_on, closes })
        });
        let open: Vec<Slot> = open.collect();
        let known = open.iter().any(|slot| slot.start <= day && day < slot.end);
        let closed = self.series.cycle_on(day).filter(|_| !known).map(|cycle| Slot {
            seq: cycle.seq,
            start: cycle.start,
            end: cycle.end,
            closes: Closes::Done,
        });
        closed.into_iter().chain(open).collect()
    }
    /// An open cycle by its number.
    pub fn row(&self, seq: u32) -> Option<&CycleRow> {
        self.open.iter().find(|row| row.seq == i64::from(seq))
    }
}

/// Fills the open cycles and what was recorded in them, for all books in two statements.
async fn load_open(
    tx: &mut Tx,
    scope: Scope,
    books: &mut [Book],
    as_of: Option<NaiveDate>,
) -> Result<()> {
    let ids: Vec<RetainerId> = books.iter().map(|book| book.head.id).collect();
    // Zones differ: read from the earliest end of the day on, then cut each book at its own.
    let ends = |book: &Book| as_of.map(|day| end_of_day(book.zone, day));
    let earliest = books.iter().filter_map(ends).min();
    let mut rows = store::open_cycles(tx, scope, &ids, earliest).await?;
    for book in books.iter_mut() {
        let (mine, rest) = rows.into_iter().partition(|row| row.retainer_id == book.head.id);
        rows = rest;
        let end = ends(book);
        book.open = mine;
        book.open.retain(|row| end.is_none_or(|end| row.closed_at.is_none_or(|at| at >= end)));
    }
    match as_of {
        None => {
            let all: Vec<CycleId> =
                books.iter().flat_map(|b| b.open.iter().map(|r| r.id)).collect();
            let sums = store::day_sums(tx, scope, &all, None).await?;
            let mut days = by_cycle(&sums);
            for book in books {
                let mine = book.open.iter().filter_map(|row| days.remove_entry(&row.id));
                book.days = mine.collect();
            }
        }
        Some(day) => {
            for book in books {
                let mine: Vec<CycleId> = book.open.iter().map(|row| row.id).collect();
                let end = Some(end_of_day(book.zone, day));
                book.days = by_cycle(&store::day_sums(tx, scope, &mine, end).await?);
            }
        }
    }
    Ok(())
}

fn end_of_day(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    zone::first_instant(zone, day.checked_add_days(Days::new(1)).unwrap_or(day))
}

/// A fact a day: within one day the order of use changes no balance.
fn by_cycle(sums: &[DaySum]) -> HashMap<CycleId, Vec<Fact>> {
    let mut days: HashMap<CycleId, Vec<Fact>> = HashMap::new();
    for sum in sums {
        let fact = |quantity: i64, kind| {
            let (quantity, effective_on) = (Quantity(quantity), sum.effective_on);
            (quantity.0 > 0).then_some(Fact { effective_on, quantity, kind })
        };
        let facts = days.entry(sum.cycle_id).or_default();
        facts.extend(fact(sum.restored, FactKind::AdjustUp));
        facts.extend(fact(sum.used, FactKind::Use));
    }
    days
}
