//! A retainer's life, lived as the server lives it: cycles are made one ahead, closed when their
//! time is up, and what they leave is stored; late work goes to the oldest open cycle; what is
//! taken back after the close is given back; amendments and pauses realign what is open,
//! and what was amended in a cycle is recut with it.
#[path = "agreed.rs"]
mod agreed;
#[path = "recut.rs"]
mod recut;

use chrono::{Days, NaiveDate};
use shared::rules::RuleError;
use shared::rules::amendment::Effective;
use shared::rules::cycle::{Cycle, Pause, ResumeAnchor, Series, UnitRounding};
use shared::rules::ledger::{
    Closes, Closing, CycleTerms, Ends, Fact, FactKind, Horizon, Next, OpenCycle, Opening, Policy,
    Projection, Reversal, SessionEffect, SessionStatus, Slot, TopUpKind, close, place, project,
    project_all, refuses, reverse, session_effect, unpaid,
};
use shared::rules::proration::prorate_units;
use shared::rules::units::Quantity;

/// Pools of a life: say hours, deliverables and sessions.
pub(crate) const POOLS: usize = 3;

/// Something that happens to a retainer.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Work, or a thing delivered: units of a pool, so many days ago.
    Use { pool: usize, units: i64, ago: u64 },
    /// A session held, called off or missed, with so many hours of notice.
    Session { pool: usize, units: i64, status: SessionStatus, notice: i64, ago: u64 },
    /// Bought, given, or corrected by hand.
    Adjust { pool: usize, units: i64, kind: Adjustment, ago: u64 },
    /// The n-th of what was recorded is taken back.
    TakeBack { nth: usize },
    /// The allowance of a pool becomes another one.
    Amend { pool: usize, allowance: i64, effective: Effective },
    /// No service from a day to come, for so many days, or until somebody resumes it.
    Pause { after: u64, days: Option<u64>, resume_anchor: ResumeAnchor },
    /// The running or next pause ends so many days ago, or is left out.
    Resume { ago: u64 },
    /// It ends so many days after tomorrow, or runs on.
    End { after: Option<u64> },
    /// Time passes.
    Days(u64),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Adjustment {
    /// Days until it ends, if it does.
    TopUp(TopUpKind, Option<u64>),
    Up,
    Down,
}

/// A cycle that is open: its days, the version it runs under, its allowances.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) cycle: Cycle,
    pub(crate) version: usize,
    pub(crate) grants: [Quantity; POOLS],
}

/// A pool in a closed cycle, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) row: Row,
    pub(crate) opening: Opening,
    pub(crate) next: Next,
    /// The calendar as it was then: a later pause moves the ends of cycles to come, by which lots
    /// were put in order.
    pub(crate) calendar: Series,
    pub(crate) projection: Projection,
    pub(crate) closing: Closing,
}

/// A fact, the pool and the cycle it counts in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Record {
    pub(crate) pool: usize,
    pub(crate) seq: u32,
    pub(crate) fact: Fact,
    /// Taken back while its cycle was open: it does not count.
    pub(crate) undone: bool,
    /// Taken back later: another fact gives it back.
    pub(crate) restored: bool,
    /// What new terms changed: only a recut takes it back.
    amends: bool,
}

/// A retainer at some day of its life.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Life {
    pub(crate) series: Series,
    /// The pauses as they were agreed, and the one in which the end was agreed while it ran.
    pauses: Vec<Pause>,
    ended_in: Option<NaiveDate>,
    /// The number of the cycle that settles an end which came in a pause.
    pub(crate) settles: Option<u32>,
    /// Its last cycle is closed.
    pub(crate) ended: bool,
    /// How often pauses or the end were agreed on anew.
    pub(crate) agreed: usize,
    pub(crate) policies: [Policy; POOLS],
    pub(crate) versions: Vec<(NaiveDate, [Quantity; POOLS])>,
    /// The days on which they were agreed.
    made: Vec<NaiveDate>,
    /// Those of them that held at once.
    pub(crate) at_once: Vec<usize>,
    /// Those that were agreed in a pause that nobody had ended.
    in_pause: Vec<usize>,
    /// Terms are agreed on at this moment.
    amending: bool,
    pub(crate) today: NaiveDate,
    pub(crate) open: Vec<Row>,
    /// What the oldest open cycle begins with.
    openings: [Opening; POOLS],
    pub(crate) closed: Vec<[Kept; POOLS]>,
    pub(crate) records: Vec<Record>,
    /// Of what was taken back after a close: pool, cycle, and units nothing came back for.
    pub(crate) taken_back: Vec<(usize, u32, Quantity)>,
}

/// As it is read back from where it was stored.
fn stored<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

impl Life {
    pub(crate) fn begin(
        series: Series,
        policies: [Policy; POOLS],
        allowances: [Quantity; POOLS],
    ) -> Self {
        let today = series.start();
        let mut life = Self {
            versions: vec![(today, allowances)],
            made: vec![today],
            at_once: Vec::new(),
            in_pause: Vec::new(),
            pauses: series.pauses().to_vec(),
            ended_in: None,
            settles: None,
            ended: false,
            agreed: 0,
            amending: false,
            policies,
            today,
            open: Vec::new(),
            openings: Default::default(),
            closed: Vec::new(),
            records: Vec::new(),
            taken_back: Vec::new(),
            series,
        };
        life.make_cycles();
        life
    }

    /// What happens; what the rules refuse does not.
    pub(crate) fn meet(&mut self, event: &Event) -> Result<(), RuleError> {
        match *event {
            Event::Use { pool, units, ago } => {
                self.record(pool, ago, Quantity(units), FactKind::Use)
            }
            Event::Session { pool, units, status, notice, ago } => {
                let terms = &self.policies[pool].cancellation;
                match session_effect(terms, status, notice, Quantity(units))? {
                    SessionEffect::Use(units) => self.record(pool, ago, units, FactKind::Use),
                    SessionEffect::Carry(units) => self.record(pool, ago, units, FactKind::Carry),
                    SessionEffect::Release => Ok(()),
                }
            }
            Event::Adjust { pool, units, kind, ago } => {
                let kind = match kind {
                    Adjustment::Up => FactKind::AdjustUp,
                    Adjustment::Down => FactKind::AdjustDown,
                    Adjustment::TopUp(lot, days) => {
                        let date = |days| Ends::Date { date: self.today + Days::new(days) };
                        let ends = days.map_or(Ends::Never, date);
                        FactKind::TopUp { lot, starts: None, ends }
                    }
                };
                self.record(pool, ago, Quantity(units), kind)
            }
            Event::TakeBack { nth } => self.take_back(nth),
            Event::Amend { pool, allowance, effective } => self.amend(pool, allowance, effective),
            Event::Pause { after, days, resume_anchor } => {
                let from = self.today + Days::new(1 + after);
                let to = days.map(|days| from + Days::new(days));
                self.pause(Pause { from, to, resume_anchor })
            }
            Event::Resume { ago } => self.resume(self.today - Days::new(ago)),
            Event::End { after } => self.end(after),
            Event::Days(days) => {
                self.today = self.today + Days::new(days);
                self.catch_up()
            }
        }
    }

    fn make_cycles(&mut self) {
        self.settle();
        loop {
            let seq = u32::try_from(self.closed.len() + self.open.len()).unwrap() + 1;
            let ahead = self.open.last().is_some_and(|row| row.cycle.start > self.today);
            let Some(cycle) = self.series.cycle(seq).filter(|_| !ahead) else { return };
            let version = self.version_on(cycle.start);
            self.open.push(self.row(cycle, version));
        }
    }
    fn row(&self, cycle: Cycle, version: usize) -> Row {
        let brings = self.settles != Some(cycle.seq);
        let grants = self.versions[version].1.map(|full| {
            let (days, whole) = (if brings { cycle.days() } else { 0 }, cycle.nominal_days());
            prorate_units(full, days, whole, UnitRounding::HalfUp).unwrap()
        });
        Row { cycle, version, grants }
    }
    fn version_on(&self, day: NaiveDate) -> usize {
        let begun = self.versions.iter().enumerate().filter(|(_, (from, _))| *from <= day);
        begun.max_by_key(|(number, (from, _))| (*from, *number)).map_or(0, |(number, _)| number)
    }
    /// A cycle of one pool as the rules read it.
    pub(crate) fn terms(&self, pool: usize, row: &Row) -> CycleTerms<'_> {
        self.terms_by(&self.series, pool, row)
    }
    /// The same with the calendar as it was then.
    pub(crate) fn terms_by(&self, series: &Series, pool: usize, row: &Row) -> CycleTerms<'_> {
        let Cycle { seq, start, end, .. } = row.cycle;
        let (partial, full_grant) = (row.cycle.partial(), self.versions[row.version].1[pool]);
        let (grant, policy) = (row.grants[pool], &self.policies[pool]);
        let horizon = Horizon::of(series, policy);
        CycleTerms { seq, start, end, partial, grant, full_grant, policy, horizon }
    }
    /// What counts in a cycle of a pool, in the order of record.
    pub(crate) fn facts(&self, pool: usize, seq: u32) -> Vec<Fact> {
        let counts = |one: &&Record| (one.pool, one.seq, one.undone) == (pool, seq, false);
        self.records.iter().filter(counts).map(|record| record.fact).collect()
    }
    /// Asks the rules about the open cycles of a pool.
    fn of_open<T>(&self, pool: usize, ask: impl FnOnce(&[OpenCycle<'_>]) -> T) -> T {
        let facts = self.open.iter().map(|row| self.facts(pool, row.cycle.seq));
        let facts: Vec<Vec<Fact>> = facts.collect();
        let mut open = Vec::new();
        for (row, facts) in self.open.iter().zip(&facts) {
            open.push(OpenCycle { terms: self.terms(pool, row), facts });
        }
        ask(&open)
    }
    /// The open cycles of a pool, projected.
    pub(crate) fn projections(&self, pool: usize) -> Result<Vec<Projection>, RuleError> {
        let calendar = |seq| self.series.end_of(seq);
        self.of_open(pool, |open| project_all(&self.openings[pool], open, &calendar))
    }

    /// Closes what is due, oldest first. Nothing that is closed is looked at again.
    fn catch_up(&mut self) -> Result<(), RuleError> {
        self.make_cycles();
        while self.open.first().is_some_and(|row| self.closes_on(row) <= self.today) {
            let row = self.open.remove(0);
            let mut kept = Vec::new();
            for pool in 0..POOLS {
                kept.push(self.close(pool, &row)?);
            }
            for (opening, kept) in self.openings.iter_mut().zip(&kept) {
                *opening = stored(&kept.closing.next);
            }
            self.ended |= kept[0].next == Next::Terminated;
            self.closed.push(kept.try_into().unwrap());
            self.make_cycles();
        }
        Ok(())
    }
    fn close(&self, pool: usize, row: &Row) -> Result<Kept, RuleError> {
        let calendar = |seq| self.series.end_of(seq);
        let (opening, terms) = (self.openings[pool].clone(), self.terms(pool, row));
        let facts = self.facts(pool, row.cycle.seq);
        let next = match self.open.first() {
            Some(follower) => Next::Cycle { grant: follower.grants[pool] },
            None if self.series.waits() => Next::Unknown,
            None => Next::Terminated,
        };
        let projection = project(&opening, &terms, &facts, &calendar)?;
        let closing = close(&projection, &terms, next, &calendar)?;
        let (row, calendar) = (row.clone(), self.series.clone());
        Ok(Kept { row, opening, next, calendar, projection, closing })
    }

    /// Nothing is late for a cycle in which nothing was served.
    fn grace(&self, row: &Row) -> u32 {
        if self.settles == Some(row.cycle.seq) { 0 } else { self.policies[0].grace_days }
    }
    fn closes_on(&self, row: &Row) -> NaiveDate {
        row.cycle.end + Days::new(u64::from(self.grace(row)))
    }
    fn slots(&self) -> Vec<Slot> {
        let slot = |cycle: &Cycle, closes| {
            let Cycle { seq, start, end, .. } = *cycle;
            Slot { seq, start, end, closes }
        };
        let closed = self.closed.iter().map(|kept| slot(&kept[0].row.cycle, Closes::Done));
        let closes = |row: &Row| Closes::after(row.cycle.end, self.grace(row));
        let open = self.open.iter().map(|row| slot(&row.cycle, closes(row)));
        closed.chain(open).collect()
    }
    fn record(
        &mut self,
        pool: usize,
        ago: u64,
        quantity: Quantity,
        kind: FactKind,
    ) -> Result<(), RuleError> {
        let Ok(placed) = place(self.today - Days::new(ago), self.today, &self.slots()) else {
            return Ok(());
        };
        let fact = Fact { effective_on: placed.effective_on, quantity, kind };
        let index = self.open.iter().position(|row| row.cycle.seq == placed.seq).unwrap();
        let (opening, calendar) = (&self.openings[pool], |seq| self.series.end_of(seq));
        let refused = self.of_open(pool, |open| refuses(opening, open, index, fact, &calendar))?;
        if refused.is_none() {
            let (seq, undone, restored, amends) = (placed.seq, false, false, false);
            self.records.push(Record { pool, seq, fact, undone, restored, amends });
        }
        Ok(())
    }
    /// What of a use of a closed cycle nothing comes back for.
    fn unpaid(&self, nth: usize) -> Result<Quantity, RuleError> {
        let Record { pool, seq, fact, .. } = self.records[nth];
        let closed = self.closed.iter().map(|kept| &kept[pool]);
        let Some(kept) = closed.into_iter().find(|kept| kept.row.cycle.seq == seq) else {
            return Ok(Quantity(0));
        };
        // What was taken back of the cycle before, and this one, never was.
        let stays = self.records.iter().enumerate().filter(|(place, one)| {
            let gone = one.undone || one.restored && one.fact.kind == FactKind::Use;
            (one.pool, one.seq) == (pool, seq) && !gone && *place != nth
        });
        let stays: Vec<Fact> = stays.map(|(_, one)| one.fact).collect();
        let calendar = |seq| kept.calendar.end_of(seq);
        let without = {
            let terms = self.terms_by(&kept.calendar, pool, &kept.row);
            project(&kept.opening, &terms, &stays, &calendar)?
        };
        let mine = self.taken_back.iter().filter(|taken| (taken.0, taken.1) == (pool, seq));
        let before = Quantity(mine.map(|taken| taken.2.0).sum());
        let closed = (&kept.projection.totals, kept.closing.borrowed);
        Ok(unpaid(fact.quantity, closed, without.totals.overage, before))
    }
    fn take_back(&mut self, nth: usize) -> Result<(), RuleError> {
        let Some(nth) = nth.checked_rem(self.records.len()) else { return Ok(()) };
        let Record { pool, seq, fact, undone, restored, amends } = self.records[nth];
        match reverse(seq, self.today, &self.slots()) {
            _ if undone || restored || amends => {}
            Ok(Reversal::Undo) => self.records[nth].undone = true,
            // Only use is given back; what was bought or corrected stays as the close left it.
            Ok(Reversal::Restore { seq: to, effective_on }) if fact.kind == FactKind::Use => {
                let beyond = self.unpaid(nth)?;
                self.taken_back.push((pool, seq, beyond));
                let (seq, quantity) = (to, Quantity(fact.quantity.0 - beyond.0));
                let fact = Fact { effective_on, quantity, kind: FactKind::AdjustUp };
                self.records[nth].restored = true;
                let (undone, restored) = (false, true);
                self.records.push(Record { pool, seq, fact, undone, restored, amends });
            }
            _ => {}
        }
        Ok(())
    }
}
