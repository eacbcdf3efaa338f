//! Holds: a booked session reserves its units, without drawing them, and agreed work is going to
//! draw what is left of its estimate. Source: domain 3.12.
use chrono::NaiveDate;
use shared::api::{ClientSessionId, MemberId, PoolId, PoolTerms};
use shared::rules::cycle::Series;
use shared::rules::ledger::{self, Beyond, Fact, FactKind, OpenCycle, OverageMode, Refusal};
use shared::rules::units::Quantity;
use shared::rules::work::forecast::{self, Planned};

use super::book::Book;
use super::coming::coming;
use super::pool::PoolBook;
use super::store::{CycleRow, HoldRow};
use crate::error::Result;

/// The most cycles that a booking is weighed through.
const AHEAD_MAX: usize = 1_000;

/// Units that a booked session reserves.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// The session.
    pub session: ClientSessionId,
    /// Of which pool.
    pub pool: PoolId,
    /// With whom it is.
    pub member: MemberId,
    /// The session's day in the retainer's zone.
    pub on: NaiveDate,
    /// How many.
    pub units: i64,
}

impl Book {
    pub(super) fn hold(&mut self, row: HoldRow) {
        let on = self.zones.local_date(row.starts_at);
        let HoldRow { id, pool_id, member_id, units, .. } = row;
        self.holds.push(Hold { session: id, pool: pool_id, member: member_id, on, units });
    }
    /// The first session that is booked for days without service, with its day.
    pub fn booked_without_service(&self, series: &Series) -> Option<(ClientSessionId, NaiveDate)> {
        let ahead = self.holds.iter().filter(|hold| hold.on > self.today);
        let mut served = ahead.filter(|hold| self.series.cycle_on(hold.on).is_some());
        let lost = served.find(|hold| series.cycle_on(hold.on).is_none());
        lost.map(|hold| (hold.session, hold.on))
    }
    /// The first session to come that is booked for a day without service, with its day.
    pub fn booked_off_service(&self) -> Option<(ClientSessionId, NaiveDate)> {
        let mut ahead = self.holds.iter().filter(|hold| hold.on > self.today);
        let lost = ahead.find(|hold| self.series.cycle_on(hold.on).is_none());
        lost.map(|hold| (hold.session, hold.on))
    }
    /// The book as if this session were not booked.
    #[must_use]
    pub fn without_hold(mut self, session: ClientSessionId) -> Self {
        self.holds.retain(|hold| hold.session != session);
        self
    }
    /// What is booked in an open cycle, today's at the latest, with the use that its close makes
    /// of it: see [`ledger::drawn_at_close`].
    ///
    /// # Errors
    /// Those of the rules.
    pub fn drawn_at_close(&self, row: &CycleRow) -> Result<Vec<(Hold, Fact)>> {
        let drawn = self.each_pool().map(|pool| pool.drawn_at_close(row));
        Ok(drawn.collect::<Result<Vec<_>>>()?.concat())
    }
    /// The book as closing an open cycle makes it, with what [`Book::drawn_at_close`] drew.
    #[must_use]
    pub fn with_drawn(&self, row: &CycleRow, drawn: &[(Hold, Fact)]) -> Self {
        let suppose =
            |after: Self, (hold, fact): &(Hold, Fact)| after.supposing((row.id, hold.pool), *fact);
        drawn.iter().fold(self.clone(), suppose)
    }
    /// The open cycle in which something of a day counts or will count: the day's own, or the
    /// oldest for a day whose cycle is closed. None for a day beyond those made.
    pub fn row_for(&self, day: NaiveDate) -> Option<&CycleRow> {
        let oldest = self.open.first().filter(|row| day < row.starts_on);
        oldest.or_else(|| self.open.iter().find(|row| holds_day(row, day)))
    }
}

fn holds_day(row: &CycleRow, day: NaiveDate) -> bool {
    row.starts_on <= day && day < row.ends_on
}

impl PoolBook<'_> {
    /// Units that are agreed and not delivered in an open cycle: booked, and planned.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn committed(&self, row: &CycleRow) -> Result<i64> {
        Ok(self.booked(row).saturating_add(self.planned(row)?))
    }
    /// Units that work which is agreed on will still draw in an open cycle: what is left of its
    /// estimates. All of it draws on the pool that takes time.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn planned(&self, row: &CycleRow) -> Result<i64> {
        let book = self.book;
        let takes = book.pool_that(PoolTerms::takes_time, None, book.today);
        if takes.is_none_or(|pool| pool.pool.id != self.pool.id) {
            return Ok(0);
        }
        let present = book.present().and_then(|place| book.open.get(place));
        let present = present.is_some_and(|present| present.id == row.id);
        let to_come = book.agreed_work.iter().map(|work| Planned {
            column: work.stage,
            estimate: work.estimate,
            drawn: work.drawn,
            in_cycle: forecast::counts_in(work.cycle_seq, row.seq, present),
        });
        self.worth_of(forecast::of_all(to_come), book.today)
    }
    /// Units that are booked in an open cycle.
    pub fn booked(&self, row: &CycleRow) -> i64 {
        let counts = |on| self.book.row_for(on).is_some_and(|counted_in| counted_in.id == row.id);
        self.holds().filter(|hold| counts(hold.on)).map(|hold| hold.units).sum()
    }

    fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.book.holds.iter().filter(|hold| hold.pool == self.pool.id)
    }

    fn drawn_at_close(&self, row: &CycleRow) -> Result<Vec<(Hold, Fact)>> {
        let counts = |hold: &&Hold| {
            let counted_in = self.book.row_for(hold.on).map(|one| one.id);
            hold.on <= self.book.today && hold.units > 0 && counted_in == Some(row.id)
        };
        let booked =
            self.holds().filter(counts).map(|hold| (*hold, booking(hold.on, hold.units, row)));
        let booked: Vec<(Hold, Fact)> = booked.collect();
        let Some(terms) = self.cycle_terms(row).filter(|_| !booked.is_empty()) else {
            return Ok(Vec::new());
        };
        let facts = self.book.facts.get(&(row.id, self.pool.id)).map_or(&[][..], Vec::as_slice);
        let uses: Vec<Fact> = booked.iter().map(|(_, fact)| *fact).collect();
        let (opening, next) = (self.opening_of(row)?, self.next(row)?);
        let (cycle, calendar) = (OpenCycle { terms, facts }, |seq| self.end_of(seq));
        let drawn = ledger::drawn_at_close(&opening, cycle, next, &uses, &calendar)?;
        let drawn = booked.into_iter().zip(drawn).filter(|(_, drawn)| *drawn);
        Ok(drawn.map(|(booked, _)| booked).collect())
    }

    /// Whether a pool that blocks or asks first refuses to book so many units on a day: more than
    /// is left of its cycle and not booked yet, or what later bookings count on to carry. Bookings
    /// are weighed as if they took place. Source: domain 3.12, 4.1, 4.7.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn refuses_booking(&self, on: NaiveDate, units: i64) -> Result<Option<Beyond>> {
        let outlook = Outlook::through(*self, on)?;
        let index = outlook.rows.iter().position(|(row, _)| holds_day(row, on)).unwrap_or(0);
        let Some((row, _)) = outlook.rows.get(index) else { return Ok(None) };
        let calendar = |seq| self.book.series.end_of(seq);
        let unbooked = outlook.facts(|cycle| cycle < index);
        let before = outlook.cycles(*self, &unbooked[..=index]);
        let projected = ledger::project_all(&self.opening(), &before, &calendar)?;
        let approved = self.approvals(&outlook.rows);
        if let (Some(cycle), Some(projection)) = (before.last(), projected.last()) {
            let booked: i64 = outlook.booked[index].iter().map(|fact| fact.quantity.0).sum();
            let totals = &projection.totals;
            let over = Quantity(totals.overage.0 + booked + units - totals.balance().0);
            let refusal = match cycle.terms.policy.overage.mode {
                OverageMode::Block if over > totals.overage => Some(Refusal::InsufficientBalance),
                OverageMode::Ask if over > totals.overage.max(approved[index]) => {
                    Some(Refusal::ApprovalNeeded)
                }
                _ => None,
            };
            if refusal.is_some() {
                return Ok(Some(Beyond { refusal, seq: cycle.terms.seq, over }));
            }
        }
        let booked = outlook.facts(|_| true);
        let cycles = outlook.cycles(*self, &booked);
        let wanted = booking(on, units, row);
        let cycles = (&cycles[..], &approved[..]);
        let found = ledger::beyond(&self.opening(), cycles, index, wanted, &calendar)?;
        Ok(found.filter(|one| one.refusal.is_some()))
    }
}

/// The open cycles of a pool and those to come through a day: what was recorded in each, and
/// what is booked.
struct Outlook {
    /// Each with its allowance.
    rows: Vec<(CycleRow, Quantity)>,
    recorded: Vec<Vec<Fact>>,
    booked: Vec<Vec<Fact>>,
}

impl Outlook {
    fn through(pool: PoolBook<'_>, on: NaiveDate) -> Result<Self> {
        let open = pool.book.open.iter().map(|row| (row.clone(), pool.granted(row)));
        let mut rows: Vec<(CycleRow, Quantity)> = open.collect();
        // Later bookings may count on what this cycle leaves.
        let last = pool.holds().map(|hold| hold.on).max().unwrap_or(on).max(on);
        while let Some((row, _)) = rows.last().filter(|(row, _)| row.ends_on <= last)
            && rows.len() < AHEAD_MAX
        {
            let Some(next) = coming(pool, row.seq + 1)? else { break };
            rows.push(next);
        }
        let of = |row: &CycleRow| pool.book.facts.get(&(row.id, pool.pool.id)).cloned();
        let recorded = rows.iter().map(|(row, _)| of(row).unwrap_or_default()).collect();
        let booked = rows.iter().enumerate().map(|(index, (row, _))| {
            let late = |on| index == 0 && on < row.starts_on;
            let mine = pool.holds().filter(|hold| holds_day(row, hold.on) || late(hold.on));
            mine.map(|hold| booking(hold.on, hold.units, row)).collect()
        });
        Ok(Self { booked: booked.collect(), recorded, rows })
    }
    /// What was recorded in each cycle, and what is booked in those named.
    fn facts(&self, with_bookings: impl Fn(usize) -> bool) -> Vec<Vec<Fact>> {
        let all = self.recorded.iter().zip(&self.booked).enumerate();
        all.map(|(cycle, (recorded, booked))| match with_bookings(cycle) {
            true => [recorded.as_slice(), booked].concat(),
            false => recorded.clone(),
        })
        .collect()
    }
    fn cycles<'f>(&self, pool: PoolBook<'f>, facts: &'f [Vec<Fact>]) -> Vec<OpenCycle<'f>> {
        let cycle = |((row, grant), facts): (&(CycleRow, Quantity), &'f Vec<Fact>)| {
            Some(OpenCycle { terms: pool.terms_with(row, *grant)?, facts })
        };
        self.rows.iter().zip(facts).filter_map(cycle).collect()
    }
}

/// A session as the use that it will be.
fn booking(on: NaiveDate, units: i64, row: &CycleRow) -> Fact {
    let effective_on = on.max(row.starts_on);
    Fact { effective_on, quantity: Quantity(units), kind: FactKind::Use }
}
