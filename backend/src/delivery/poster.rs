//! Where time goes: one retainer's open cycles, loaded once for one entry or many.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ApprovalId, CycleId, EntrySource, ErrorCode, ImportId, LineKind, MemberId, PoolId, PoolTerms,
    RetainerId, RetainerState, TimeEntryId,
};
use shared::rules::ledger::{self, Beyond, Fact, FactKind, Placement, Refusal, Reversal};
use shared::rules::rates::RateBook;
use shared::rules::units::Quantity;
use uuid::Uuid;

use super::posting::{Posting, Standing};
use super::store::{self, NewEntry};
use crate::alerts;
use crate::auth::Scope;
use crate::cycles::store::{CycleRow, NewFact, Source};
use crate::cycles::{self, Book, PoolBook};
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::rates;

/// Time to write in bulk.
#[derive(Debug, Clone)]
pub struct BulkEntry {
    /// Who worked.
    pub member: MemberId,
    /// The day worked.
    pub worked_on: NaiveDate,
    /// Whole minutes, after rounding.
    pub minutes: i64,
    /// Seconds as the file had them.
    pub raw_seconds: Option<i64>,
    /// Draws on the allowance.
    pub draws: bool,
    /// What was done.
    pub note: Option<String>,
    /// Names the row of the other tool, so that it is imported once.
    pub import_key: Vec<u8>,
}

/// What came of entries written in bulk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Entries that were not there before.
    pub entries: i64,
    /// Their minutes.
    pub minutes: i64,
    /// Of them, minutes that draw.
    pub drawing_minutes: i64,
    /// Entries of closed cycles.
    pub late: i64,
    /// The number of the newest cycle that got any.
    pub newest_cycle: Option<u32>,
}

/// Where an entry is posted.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// The cycle it counts in.
    pub cycle: CycleId,
    /// The day it counts from.
    pub effective_on: NaiveDate,
    /// Work of a closed cycle.
    pub late: bool,
    seq: u32,
}

impl Placed {
    /// The number of the cycle.
    pub fn seq(self) -> u32 {
        self.seq
    }
}

/// One retainer's open cycles.
#[derive(Debug)]
pub struct Poster {
    book: Book,
    /// What an hour of people is billed at, where a pool goes by it.
    card: Option<RateBook<MemberId>>,
}

impl Poster {
    /// Loads the book of a retainer after closing what is due. Needs a write transaction.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn load(
        tx: &mut Tx,
        scope: Scope,
        retainer: RetainerId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let book = cycles::close_due(tx, scope, retainer, now).await?;
        Self::of(tx, scope, book).await
    }
    /// The same for a retainer that a body names.
    ///
    /// # Errors
    /// At `/retainer_id` if there is none.
    pub async fn named(
        tx: &mut Tx,
        scope: Scope,
        retainer: RetainerId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        match Self::load(tx, scope, retainer, now).await {
            Err(Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound)) => {
                Err(Error::field("/retainer_id", "not_found"))
            }
            poster => poster,
        }
    }
    /// The same without closing anything, for a preview in a read transaction.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn preview(
        tx: &mut Tx,
        scope: Scope,
        retainer: RetainerId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let book = Book::load(tx, scope, retainer, now).await?;
        Self::of(tx, scope, book).await
    }
    async fn of(tx: &mut Tx, scope: Scope, book: Book) -> Result<Self> {
        let by_card =
            |terms: &cycles::Terms| terms.row.terms.0.pools.iter().any(|p| p.by_rate_card);
        let card = match book.terms.iter().any(by_card) {
            true => Some(rates::billed(tx, scope, book.currency()).await?),
            false => None,
        };
        Ok(Self { book, card })
    }
    /// The same as if one more fact were recorded.
    #[must_use]
    pub fn supposing(&self, which: (CycleId, PoolId), fact: Fact) -> Self {
        Self { book: self.book.clone().supposing(which, fact), card: self.card.clone() }
    }
    /// The first day with service.
    pub fn first_day(&self) -> NaiveDate {
        self.book.head.starts_on
    }
    /// The day it is in the retainer's zone.
    pub fn today(&self) -> NaiveDate {
        self.book.today
    }
    /// The first day of the oldest open cycle.
    pub fn open_from(&self) -> Option<NaiveDate> {
        self.book.open.first().map(|row| row.starts_on)
    }
    /// The book behind it.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Where work of a day goes. Source: domain 3.7, 3.8.
    ///
    /// # Errors
    /// `before_start`, `future` or `no_open_cycle`.
    pub fn place(&self, worked_on: NaiveDate) -> std::result::Result<Placed, &'static str> {
        if worked_on < self.book.head.starts_on {
            return Err("before_start");
        }
        let slots = self.book.slots(worked_on);
        let placed = ledger::place(worked_on, self.book.today, &slots).map_err(code)?;
        let Placement { seq, effective_on, late, .. } = placed;
        let row = self.book.row(seq).ok_or("no_open_cycle")?;
        Ok(Placed { cycle: row.id, effective_on, late, seq })
    }

    /// Where a session of a day counts: where work would, or in the cycle to come that holds it,
    /// if that is made. None further ahead.
    ///
    /// # Errors
    /// As [`Poster::place`].
    pub fn place_session(
        &self,
        day: NaiveDate,
    ) -> std::result::Result<Option<Placed>, &'static str> {
        if day <= self.book.today {
            return self.place(day).map(Some);
        }
        let holds = |row: &&CycleRow| row.starts_on <= day && day < row.ends_on;
        Ok(self.book.open.iter().find(holds).and_then(|row| {
            let seq = u32::try_from(row.seq).ok()?;
            Some(Placed { cycle: row.id, effective_on: day, late: false, seq })
        }))
    }

    /// The pool that time of a day draws on: the one named, or the first that takes time.
    ///
    /// # Errors
    /// At `/pool` if there is none.
    pub fn time_pool(&self, key: Option<&str>, worked_on: NaiveDate) -> Result<PoolBook<'_>> {
        self.pool_that(PoolTerms::takes_time, key, worked_on, "no_time_pool")
    }
    /// From which day on a pool takes time, or none does: by each version of the terms, in order.
    pub fn takes_time(&self) -> Vec<(NaiveDate, bool)> {
        let takes = |day| self.book.pool_that(PoolTerms::takes_time, None, day).is_some();
        let versions = self.book.terms.iter().map(|terms| terms.row.effective_from);
        versions.map(|day| (day, takes(day))).collect()
    }
    /// The pool that something draws on under the terms of a day: the one named, or the first
    /// that takes it.
    ///
    /// # Errors
    /// At `/pool`: `not_found` for the one named, `none` where no pool takes it.
    pub fn pool_that(
        &self,
        takes: fn(&PoolTerms) -> bool,
        key: Option<&str>,
        day: NaiveDate,
        none: &str,
    ) -> Result<PoolBook<'_>> {
        let code = if key.is_some() { "not_found" } else { none };
        self.book.pool_that(takes, key, day).ok_or_else(|| Error::field("/pool", code))
    }

    /// Whether a use goes beyond a pool that blocks or asks first. Source: domain 4.1, 4.7.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn beyond(
        &self,
        pool: PoolBook<'_>,
        placed: Placed,
        quantity: i64,
    ) -> Result<Option<Beyond>> {
        let calendar = |seq| self.book.series.end_of(seq);
        let (cycles, approved) = (pool.open_cycles(), pool.approved_of_open());
        let index = cycles.iter().position(|cycle| cycle.terms.seq == placed.seq).unwrap_or(0);
        let (effective_on, quantity) = (placed.effective_on, Quantity(quantity));
        let fact = Fact { effective_on, quantity, kind: FactKind::Use };
        let cycles = (&cycles[..], &approved[..]);
        Ok(ledger::beyond(&pool.opening(), cycles, index, fact, &calendar)?)
    }
    /// Refuses a use that a pool does not cover which blocks, or asks first and was not told yes;
    /// answers the approval by which it goes beyond, if it does.
    ///
    /// # Errors
    /// `insufficient_balance`, `approval_needed`.
    pub fn covered(
        &self,
        pool: PoolBook<'_>,
        placed: Placed,
        quantity: i64,
    ) -> Result<Option<ApprovalId>> {
        match self.beyond(pool, placed, quantity)? {
            None => Ok(None),
            Some(found) => match pool.refused(found) {
                Some(error) => Err(error),
                None => Ok(pool.approval_in(found.seq)),
            },
        }
    }

    /// The same for what replaces something that was taken back: what went beyond with it, as the
    /// books stood `before`, may go on going beyond.
    ///
    /// # Errors
    /// As [`Poster::covered`].
    pub fn still_covered(
        &self,
        before: &Self,
        pool: PoolBook<'_>,
        placed: Placed,
        quantity: i64,
    ) -> Result<Option<ApprovalId>> {
        let fact = Fact {
            effective_on: placed.effective_on,
            quantity: Quantity(quantity),
            kind: FactKind::Use,
        };
        let id = pool.pool.id;
        let with = self.supposing((placed.cycle, id), fact);
        let pools = before.book.pool(id).zip(with.book.pool(id));
        if let Some((was, with)) = pools {
            with.still_covers(&was.project()?)?;
        }
        let beyond = self.beyond(pool, placed, quantity)?;
        Ok(beyond.and_then(|found| pool.approval_in(found.seq)))
    }

    /// What taking back a posted entry becomes: undone in an open cycle, restored to another.
    ///
    /// # Errors
    /// `retainer_ended`, or `retainer_paused`, if no cycle is open to take it.
    pub fn reversal(&self, posted: &Standing) -> Result<(LineKind, CycleId, NaiveDate)> {
        if self.book.open.iter().any(|row| row.id == posted.cycle_id) {
            return Ok((LineKind::Reverse, posted.cycle_id, posted.effective_on));
        }
        let slots = self.book.slots(posted.effective_on);
        let seq = slots
            .iter()
            .find(|slot| slot.start <= posted.effective_on && posted.effective_on < slot.end)
            .map_or(0, |slot| slot.seq);
        match ledger::reverse(seq, self.book.today, &slots) {
            Ok(Reversal::Restore { seq, effective_on }) => {
                let row = self.book.row(seq).ok_or_else(|| self.closed())?;
                Ok((LineKind::Restore, row.id, effective_on))
            }
            Ok(Reversal::Undo) | Err(_) => Err(self.closed().into()),
        }
    }

    /// Why no cycle is open.
    fn closed(&self) -> ErrorCode {
        let ended = self.book.head.state == RetainerState::Ended;
        let paused = !ended && self.book.paused();
        if paused { ErrorCode::RetainerPaused } else { ErrorCode::RetainerEnded }
    }

    /// Raises the alerts that what was written brings about: once, after the last of it.
    ///
    /// # Errors
    /// Those of the rules and the database.
    pub async fn look(&self, tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<()> {
        alerts::look(tx, scope, self.book.head.id, now).await
    }

    /// Writes entries of an import and their facts, in the order given; nobody sees them while the
    /// import is being written. Those whose key is known are left out. Facts have the numbers from
    /// `spare` on, which were taken for them, or the retainer's next.
    /// Alerts are looked for once all of them can be seen.
    ///
    /// # Errors
    /// An entry that [`Poster::place`] refuses.
    pub async fn record_many(
        &self,
        tx: &mut Tx,
        scope: Scope,
        (import, spare): (ImportId, Option<i64>),
        entries: Vec<BulkEntry>,
        now: DateTime<Utc>,
    ) -> Result<Written> {
        let retainer = self.book.head.id;
        let mut fresh: Vec<(NewEntry, Placed)> = Vec::with_capacity(entries.len());
        for entry in entries {
            let placed =
                self.place(entry.worked_on).map_err(|code| Error::field("/worked_on", code))?;
            let pool = match entry.draws {
                true => Some(self.time_pool(None, entry.worked_on)?.pool.id),
                false => None,
            };
            fresh.push((new_entry(entry, (placed, pool), retainer, import), placed));
        }
        let rows: Vec<NewEntry> = fresh.iter().map(|(row, _)| row.clone()).collect();
        if store::insert_many(tx, scope, &rows, now).await? < rows.len() {
            let there = store::written(tx, scope, &rows).await?;
            fresh.retain(|(row, _)| there.contains(&row.id));
        }
        let mut facts: Vec<NewFact> = Vec::with_capacity(fresh.len());
        for (row, placed) in &fresh {
            let fact = self.fact(row, *placed)?;
            facts.extend(fact.map(|fact| NewFact { import: Some(import), ..fact }));
        }
        let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
        if count > 0 {
            let first = match spare {
                Some(first) => first,
                None => cycles::store::take_records(tx, scope, retainer, count).await?,
            };
            for (no, fact) in (first..).zip(&mut facts) {
                fact.record_no = no;
            }
            cycles::store::insert_facts(tx, scope, retainer, &facts, now).await?;
            if spare.is_some() {
                cycles::store::use_spare_records(tx, scope, retainer, count).await?;
            }
        }
        Ok(fresh.iter().fold(Written::default(), |sum, (row, placed)| sum.and(row, *placed)))
    }

    /// The fact of an entry, without its number; none if it draws nothing.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn fact(&self, entry: &NewEntry, placed: Placed) -> Result<Option<NewFact>> {
        let Some(pool) = entry.pool_id.and_then(|id| self.book.pool(id)) else { return Ok(None) };
        let day = entry.worked_on;
        let billed = self.card.as_ref().and_then(|card| card.on(entry.member_id, day));
        let quantity = match pool.agreed(day) {
            Some(terms) if terms.takes_time() => terms.drawn_by_entry(entry.minutes, billed)?,
            _ => pool.worth_of(entry.minutes, day)?,
        };
        // What costs nothing moves nothing.
        let posting = Posting {
            pool: pool.pool.id,
            placed,
            kind: LineKind::Consume,
            quantity,
            lot: None,
            worked_on: entry.worked_on,
            source: Source::Time(entry.id),
            member: entry.member_id,
        };
        Ok((quantity > 0).then(|| posting.fact()))
    }
}

impl Written {
    fn and(self, row: &NewEntry, placed: Placed) -> Self {
        let drawing = if row.pool_id.is_some() { row.minutes } else { 0 };
        Self {
            entries: self.entries + 1,
            minutes: self.minutes + row.minutes,
            drawing_minutes: self.drawing_minutes + drawing,
            late: self.late + i64::from(placed.late),
            newest_cycle: self.newest_cycle.max(Some(placed.seq)),
        }
    }
}

/// A refusal of the rules as a field's code.
fn code(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::FutureWorkDate => "future",
        Refusal::NoCycle
        | Refusal::NoOpenCycle
        | Refusal::InsufficientBalance
        | Refusal::ApprovalNeeded
        | Refusal::NothingToReverse => "no_open_cycle",
    }
}

fn new_entry(
    entry: BulkEntry,
    (placed, pool_id): (Placed, Option<PoolId>),
    retainer: RetainerId,
    import: ImportId,
) -> NewEntry {
    NewEntry {
        id: TimeEntryId(Uuid::now_v7()),
        retainer_id: retainer,
        cycle_id: placed.cycle,
        member_id: entry.member,
        worked_on: entry.worked_on,
        minutes: entry.minutes,
        pool_id,
        note: entry.note,
        late: placed.late,
        source: EntrySource::Imported,
        raw_seconds: entry.raw_seconds,
        import: Some((import, entry.import_key)),
    }
}

/// Whether anything may be recorded on a retainer at all.
pub fn takes_entries(book: &Book) -> Result<()> {
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    Ok(())
}
