//! A book: one retainer's terms and open cycles, loaded once; each pool is projected by the rules.
use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{CycleId, ErrorCode, PoolId, PoolTerms, RetainerId, RetainerState, UnitRounding};
use shared::rules::cycle::Series;
use shared::rules::ledger::{Closes, Fact, Policy, Slot};
use shared::rules::units::Quantity;
use shared::rules::zone::Zones;

use super::holds::Hold;
use super::load::{load_holds, load_open};
use super::pool::PoolBook;
use super::store::{
    self, AgreedRow, AgreedWorkRow, ApprovedRow, CycleRow, PoolCycleRow, PoolRow, RetainerHead,
    TermsRow,
};
use super::versions::follow;
use super::{approved, as_of};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What a version of the terms says of one pool.
#[derive(Debug, Clone)]
pub struct PoolRules {
    /// As the ledger reads it.
    pub policy: Policy,
    /// The allowance of a full cycle, in units of the pool.
    pub allowance: Quantity,
    /// How the share of a partial cycle becomes whole units.
    pub rounding: UnitRounding,
}

/// A version of the terms, with what it says of each pool.
#[derive(Debug, Clone)]
pub struct Terms {
    /// As it is kept.
    pub row: TermsRow,
    /// In the order of the retainer's pools.
    rules: Vec<PoolRules>,
}

impl Terms {
    fn new(row: TermsRow, pools: &[PoolRow]) -> Self {
        let agreed = &row.terms.0;
        let rules = pools.iter().map(|pool| match agreed.pool(&pool.key) {
            Some(terms) => PoolRules {
                policy: terms.policy(agreed.grace_days),
                allowance: Quantity(terms.allowance),
                rounding: terms.partial_rounding.unwrap_or_default(),
            },
            // A pool that is no longer agreed brings nothing and takes nothing.
            None => PoolRules {
                policy: Policy { grace_days: agreed.grace_days, ..Policy::default() },
                allowance: Quantity(0),
                rounding: UnitRounding::default(),
            },
        });
        Self { rules: rules.collect(), row }
    }
    /// Whether the version names the pool.
    pub fn names(&self, pool: &PoolRow) -> bool {
        self.row.terms.0.pool(&pool.key).is_some()
    }
    /// Days after the end in which a cycle takes late entries.
    pub fn grace_days(&self) -> u32 {
        self.row.terms.0.grace_days
    }
    /// What it says of the pool at a place.
    pub(super) fn rules(&self, place: usize) -> Option<&PoolRules> {
        self.rules.get(place)
    }
}

/// One retainer's terms and the cycles that can still change (or could, at a day in the past).
#[derive(Debug, Clone)]
pub struct Book {
    /// The agreement.
    pub head: RetainerHead,
    /// Its cycles as the calendar has them.
    pub series: Series,
    /// The number of the cycle that settles what was left where it has ended in a pause that nobody
    /// ended: it brings and costs nothing. Source: docs/decisions/0046.
    pub settles: Option<u32>,
    /// Its time zone, and those that held before.
    pub zones: Zones,
    /// The day it is there, or the day asked for.
    pub today: NaiveDate,
    /// The day asked for, if it is a book as of a day.
    pub as_of: Option<NaiveDate>,
    /// What was agreed of pauses and end then, where that has changed since.
    pub agreed_then: Option<AgreedRow>,
    /// All versions, oldest first.
    pub terms: Vec<Terms>,
    /// What it counts, in order.
    pub pools: Vec<PoolRow>,
    /// Open cycles in order.
    pub open: Vec<CycleRow>,
    /// What each pool is in each open cycle.
    pub(super) parts: HashMap<(CycleId, PoolId), PoolCycleRow>,
    /// What was recorded in each, added up where that changes nothing.
    pub(super) facts: HashMap<(CycleId, PoolId), Vec<Fact>>,
    /// What booked sessions reserve, by their start.
    pub(super) holds: Vec<Hold>,
    /// Work that is agreed on and not delivered; of a day in the past it is not known.
    pub(super) agreed_work: Vec<AgreedWorkRow>,
    /// How far each pool that asks first may go beyond what a cycle holds, by its number.
    pub(super) approved: HashMap<(i64, PoolId), ApprovedRow>,
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
        let mut books = Self::agreed(tx, scope, ids, now, as_of).await?;
        load_open(tx, scope, &mut books, as_of).await?;
        books.iter_mut().try_for_each(Self::settle_later)?;
        if as_of.is_some() {
            books.iter_mut().try_for_each(as_of::recut)?;
        }
        load_holds(tx, scope, &mut books, as_of).await?;
        if as_of.is_none() {
            for row in store::agreed_work(tx, scope, ids).await? {
                if let Some(book) = books.iter_mut().find(|book| book.head.id == row.retainer_id) {
                    book.agreed_work.push(row);
                }
            }
        }
        approved::load(tx, scope, &mut books, as_of).await?;
        Ok(books)
    }

    /// The same books with nothing in them: what was agreed alone.
    ///
    /// # Errors
    /// Likewise.
    pub async fn agreed(
        tx: &mut Tx,
        scope: Scope,
        ids: &[RetainerId],
        now: DateTime<Utc>,
        as_of: Option<NaiveDate>,
    ) -> Result<Vec<Self>> {
        let mut heads = store::heads(tx, scope, ids).await?;
        let mut then = match as_of {
            Some(day) => as_of::heads(tx, scope, &mut heads, day).await?,
            None => Vec::new(),
        };
        let mut pools: HashMap<RetainerId, Vec<PoolRow>> = HashMap::new();
        for row in store::pools(tx, scope, ids).await? {
            pools.entry(row.retainer_id).or_default().push(row);
        }
        let mut terms: HashMap<RetainerId, Vec<Terms>> = HashMap::new();
        for row in store::terms(tx, scope, ids).await? {
            let pools = pools.get(&row.retainer_id).map_or(&[][..], Vec::as_slice);
            terms.entry(row.retainer_id).or_default().push(Terms::new(row, pools));
        }
        let mut books = Vec::with_capacity(heads.len());
        for head in heads {
            let zones = head.series.zones(&head.timezone)?;
            let mut terms = terms.remove(&head.id).unwrap_or_default();
            if let Some(day) = as_of {
                as_of::terms(&mut terms, end_of_day(&zones, day));
            }
            let changed = then.iter().position(|row| row.retainer_id == head.id);
            let agreed = head.series.series(head.starts_on, head.ends_on)?;
            follow(&mut terms, (&head.series.0, &agreed, &zones));
            let today = as_of.unwrap_or_else(|| zones.local_date(now));
            // One that has ended in a pause was settled, whatever the day it is read for.
            let ended = as_of.is_none() && head.state == RetainerState::Ended;
            let over = ended || agreed.end().is_some_and(|end| end <= today);
            let settled = if over { agreed.settled()? } else { None };
            let (series, settles) =
                settled.map_or((agreed, None), |(series, seq)| (series, Some(seq)));
            books.push(Self {
                series,
                settles,
                today,
                zones,
                as_of,
                agreed_then: changed.map(|place| then.swap_remove(place)),
                terms,
                pools: pools.remove(&head.id).unwrap_or_default(),
                open: Vec::new(),
                parts: HashMap::new(),
                facts: HashMap::new(),
                holds: Vec::new(),
                agreed_work: Vec::new(),
                approved: HashMap::new(),
                head,
            });
        }
        Ok(books)
    }

    /// An end that has come in a pause is settled once the cycle before the pause is closed: so that
    /// one knows nothing of it, however late the clock looks. Source: domain 8.5.
    fn settle_later(&mut self) -> Result<()> {
        let settles = self.settles.map(i64::from);
        if self.open.iter().any(|row| settles.is_some_and(|seq| row.seq < seq)) {
            self.series = self.head.series.series(self.head.starts_on, self.head.ends_on)?;
            self.settles = None;
        }
        Ok(())
    }

    /// The version of the terms that a cycle runs under.
    pub fn terms_of(&self, row: &CycleRow) -> Option<&Terms> {
        self.terms.iter().find(|terms| terms.row.id == row.terms_id)
    }
    /// Each pool with its ledger.
    pub fn each_pool(&self) -> impl Iterator<Item = PoolBook<'_>> {
        self.pools.iter().enumerate().map(|(place, pool)| PoolBook {
            book: self,
            pool,
            place,
            known: None,
        })
    }
    /// A pool by its id.
    pub fn pool(&self, id: PoolId) -> Option<PoolBook<'_>> {
        self.each_pool().find(|one| one.pool.id == id)
    }
    /// A pool by its key, or the first one.
    pub fn pool_named(&self, key: Option<&str>) -> Option<PoolBook<'_>> {
        self.each_pool().find(|one| key.is_none_or(|key| one.pool.key == key))
    }
    /// The pool that something draws on under the terms of a day: the one named, or the first
    /// whose terms take it.
    pub fn pool_that(
        &self,
        takes: fn(&PoolTerms) -> bool,
        key: Option<&str>,
        day: NaiveDate,
    ) -> Option<PoolBook<'_>> {
        let fits = |one: &PoolBook<'_>| one.agreed(day).is_some_and(takes);
        self.each_pool().find(|one| key.is_none_or(|key| one.pool.key == key) && fits(one))
    }
    /// The retainer's currency.
    pub fn currency(&self) -> &str {
        self.terms.last().map_or("", |terms| terms.row.terms.0.price.currency.as_str())
    }
    /// What a cycle was read at: goes up with each record of the retainer, each change of its
    /// sessions and of the retainer itself, and with the close of the cycle.
    pub fn version_of(&self, row: &CycleRow) -> i64 {
        let head = &self.head;
        head.last_record + head.bookings + head.version + i64::from(row.closed_at.is_some())
    }
    /// Whether the contract ends with a cycle: it has an end, and the calendar no cycle after.
    pub fn is_last(&self, row: &CycleRow) -> bool {
        let follows = u32::try_from(row.seq + 1).ok().and_then(|seq| self.series.cycle(seq));
        // A pause that nobody has ended yet may still be followed by service.
        self.head.ends_on.is_some() && follows.is_none() && !self.series.waits()
    }
    /// Whether anything was recorded in an open cycle.
    pub(super) fn holds_facts(&self, row: &CycleRow) -> bool {
        self.pools.iter().any(|pool| self.facts.contains_key(&(row.id, pool.id)))
    }
    /// Whether today lies in a pause.
    pub fn paused(&self) -> bool {
        self.series.pauses().iter().any(|pause| pause.holds(self.today))
    }
    /// Whether today lies in a pause that a cycle was the last one before.
    pub fn paused_after(&self, row: &CycleRow) -> bool {
        let running = self.paused() && self.head.state != RetainerState::Ended;
        let mut next = self.series.cycles_from(row.ends_on);
        running
            && row.ends_on <= self.today
            && next.next().is_none_or(|next| self.today < next.start)
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
            let grace = self.terms_of(row).map_or(0, Terms::grace_days);
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

pub(super) fn end_of_day(zones: &Zones, day: NaiveDate) -> DateTime<Utc> {
    zones.first_instant(day.checked_add_days(Days::new(1)).unwrap_or(day))
}
