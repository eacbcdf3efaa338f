//! What each verdict on a request would do, by the books as they are. Source: requirement S0-32.
use chrono::{DateTime, Utc};
use shared::api::{
    Balance, DISPLACEABLE_MAX, DisplaceableItem, DisplaceablePriority, DrawnBeside, PoolTerms,
    Priority, RequestId, RequestOptions, ScopeMatch, WorkColumn, WorkGauge, WorkLoad,
};
use shared::rules::requests::verdicts;
use shared::rules::requests::{Coming, Footing, NowIn};
use shared::rules::work::forecast::{self, Planned};

use super::store::{self, RequestRow};
use super::view;
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{Book, PoolBook, balance_in};
use crate::db::Tx;
use crate::error::Result;
use crate::priorities;
use crate::work::{self, PlannedRow};

/// The books that a verdict looks at.
pub struct Desk {
    pub book: Book,
    /// What is agreed on and not delivered.
    pub planned: Vec<PlannedRow>,
    /// What comes first in the next cycle.
    pub coming: Vec<Priority>,
    /// The pool that the request draws on, and how work is measured by it.
    gauge: Option<WorkGauge>,
}

impl Desk {
    /// The desk of a retainer, for a request that costs an item of a price list or none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(tx: &mut Tx, scope: Scope, book: Book, item: Option<&str>) -> Result<Self> {
        let planned = work::planned(tx, scope, book.head.id).await?;
        let gauge = book.terms_on(book.today).and_then(|terms| {
            let terms = &terms.row.terms.0;
            let key = terms.pools[terms.pool_of_work(item)?].key();
            terms.clone().gauge(key)
        });
        let mut desk = Self { book, planned, coming: Vec::new(), gauge };
        if let Some(seq) = desk.next().map(|cycle| cycle.seq) {
            desk.coming = priorities::of_cycle(tx, scope, desk.book.head.id, seq).await?;
        }
        Ok(desk)
    }
    /// The present cycle.
    pub fn present(&self) -> Option<&CycleRow> {
        self.book.open.get(self.book.present()?)
    }
    /// The one after it.
    pub fn next(&self) -> Option<&CycleRow> {
        let seq = u32::try_from(self.present()?.seq + 1).ok()?;
        self.book.row(seq)
    }
    /// The pool that the request draws on today.
    pub fn pool(&self) -> Option<PoolBook<'_>> {
        let key = self.gauge.as_ref()?.pool().key();
        self.book.pool_that(|_| true, Some(key), self.book.today)
    }
    /// Units of the pool that pieces of work will still draw; minutes without a pool.
    pub fn draws<'a>(&self, rows: impl IntoIterator<Item = &'a PlannedRow>) -> i64 {
        let rows = rows.into_iter();
        match &self.gauge {
            Some(gauge) => drawn(gauge, rows),
            None => rows.map(|row| forecast::to_come(row.seen())).sum(),
        }
    }
    /// What the request draws on the pool of time beside, where its kind is priced in another.
    fn beside(&self, row: &RequestRow) -> Result<Option<DrawnBeside>> {
        let priced = self.gauge.as_ref().is_some_and(|gauge| !gauge.pool().takes_time());
        let (book, today) = (&self.book, self.book.today);
        let time = book.pool_that(PoolTerms::takes_time, None, today).filter(|_| priced);
        let of =
            |pool: &PoolBook<'_>| book.terms_on(today)?.row.terms.0.clone().gauge(&pool.pool.key);
        let gauge = time.as_ref().and_then(of);
        let (Some(pool), Some(gauge), Some(present)) = (time, gauge, self.present()) else {
            return Ok(None);
        };
        let planned = |cycle: &CycleRow, present: bool| {
            drawn(&gauge, self.planned.iter().filter(|one| one.counts_in(cycle.seq, present)))
        };
        let next = |cycle: &CycleRow| -> Result<i64> {
            Ok(balance_in(pool, cycle)?.available - planned(cycle, false))
        };
        let units = gauge.total(takes(&gauge, row));
        if units == 0 {
            return Ok(None);
        }
        Ok(Some(DrawnBeside {
            pool: pool.shown(present),
            units,
            free: free_of_use(&balance_in(pool, present)?) - planned(present, true),
            free_next: self.next().map(next).transpose()?,
        }))
    }
    /// Units that the request will draw; unknown without an estimate, or a price where the pool
    /// counts things.
    fn estimate(&self, row: &RequestRow) -> Option<i64> {
        let Some(gauge) = &self.gauge else { return row.estimate };
        let load = takes(gauge, row);
        (load.unknown == 0).then(|| gauge.total(load))
    }
    /// Work that can make room in the present cycle.
    pub fn displaceable(&self) -> impl Iterator<Item = &PlannedRow> {
        let seq = self.present().map_or(0, |row| row.seq);
        let free = |row: &&PlannedRow| row.stage <= WorkColumn::InProgress;
        self.planned.iter().filter(move |row| free(row) && row.counts_in(seq, true))
    }
    fn to_come(&self, seq: i64, present: bool) -> i64 {
        self.draws(self.planned.iter().filter(|row| row.counts_in(seq, present)))
    }

    /// What the priorities of the next cycle are planned to take beside agreed work of theirs:
    /// counted only where they are planned in units of this pool.
    fn ranked(&self, cycle: &CycleRow) -> i64 {
        let first = self.book.each_pool().find(|pool| pool.counts_in(cycle));
        let same = first.zip(self.pool()).is_some_and(|(one, other)| one.pool.id == other.pool.id);
        if !same {
            return 0;
        }
        let mut sum = 0;
        for one in self.coming.iter().filter(|one| one.done_at.is_none()) {
            let own = self
                .planned
                .iter()
                .filter(|row| row.priority_id == Some(one.id) && row.counts_in(cycle.seq, false));
            sum += (one.planned.unwrap_or(0) - self.draws(own)).max(0);
        }
        sum
    }

    /// All that the effects on a request go by.
    pub fn footing(&self, row: &RequestRow) -> Result<Footing> {
        let (present, next, pool) = (self.present(), self.next(), self.pool());
        let now_in = |(pool, cycle): (PoolBook<'_>, &CycleRow)| -> Result<Option<NowIn>> {
            let Some(rules) = pool.rules_in(cycle) else { return Ok(None) };
            let balance = balance_in(pool, cycle)?;
            Ok(Some(NowIn {
                left: free_of_use(&balance),
                planned: self.to_come(cycle.seq, true),
                overage: rules.policy.overage,
            }))
        };
        let coming = |cycle: &CycleRow| -> Result<Coming> {
            let balance = pool.map(|pool| balance_in(pool, cycle)).transpose()?;
            let brings = |balance: &Balance| {
                balance.granted - balance.repaid + balance.topped_up + balance.adjusted
            };
            Ok(Coming {
                seq: cycle.seq,
                starts_on: cycle.starts_on,
                ends_on: cycle.ends_on,
                brings: balance.as_ref().map_or(0, brings),
                available: balance.as_ref().map_or(0, |balance| balance.available),
                planned: self.to_come(cycle.seq, false),
                ranked: self.ranked(cycle),
            })
        };
        Ok(Footing {
            today: self.book.today,
            ends_on: present.map(|cycle| cycle.ends_on),
            pool: pool.zip(present).map(now_in).transpose()?.flatten(),
            next: next.map(coming).transpose()?,
            estimate: self.estimate(row),
            by_price: self.gauge.as_ref().is_some_and(|gauge| !gauge.pool().takes_time()),
            wanted_on: row.wanted_on,
            // There are no rates of cost yet: the margin is not known, and told so.
            cost_minor: None,
        })
    }
}

/// Units of a pool that pieces of work will still draw.
fn drawn<'a>(gauge: &WorkGauge, rows: impl Iterator<Item = &'a PlannedRow>) -> i64 {
    gauge.total(rows.map(|row| gauge.load(row.seen(), row.item.as_deref())).sum())
}

/// What the work of a request would draw on a pool.
fn takes(gauge: &WorkGauge, row: &RequestRow) -> WorkLoad {
    let column = WorkColumn::Agreed;
    let work = Planned { column, estimate: row.estimate, drawn: 0, in_cycle: true };
    gauge.load(work, row.item.as_deref())
}

/// What is left and not booked, less what went beyond; agreed work is not taken off.
fn free_of_use(balance: &Balance) -> i64 {
    balance.left - balance.overage - (balance.committed - balance.planned)
}

/// What each of the six verdicts would do.
///
/// # Errors
/// `not_found`; those of the rules.
pub async fn options(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    now: DateTime<Utc>,
) -> Result<RequestOptions> {
    let row = store::find(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let desk = Desk::of(tx, scope, book, row.item.as_deref()).await?;
    let lines = store::lines(tx, scope, &[row.retainer_id]).await?;
    let matched: ScopeMatch = match row.match_kind {
        Some(kind) => kind,
        None => view::proposed(&row, &lines, view::today(&row, now)?).kind,
    };
    let footing = desk.footing(&row)?;
    let items = desk.displaceable().map(|item| DisplaceableItem {
        id: item.id,
        number: item.number,
        title: item.title.clone(),
        column: item.stage,
        frees: desk.draws([item]),
    });
    let items: Vec<DisplaceableItem> = items.take(DISPLACEABLE_MAX).collect();
    Ok(RequestOptions {
        request_id: id,
        version: row.version,
        matched,
        pool: desk.pool().zip(desk.present()).map(|(pool, cycle)| pool.shown(cycle)),
        currency: desk.book.currency().to_owned(),
        cycle_seq: desk.present().map(|cycle| cycle.seq),
        effects: verdicts::effects(&footing, matched)?,
        beside: desk.beside(&row)?,
        footing,
        items,
        priorities: priorities_of(tx, scope, &desk).await?,
    })
}

/// The priorities of the present cycle that could make room, the last first.
async fn priorities_of(
    tx: &mut Tx,
    scope: Scope,
    desk: &Desk,
) -> Result<Vec<DisplaceablePriority>> {
    let (Some(cycle), Some(_)) = (desk.present(), desk.next()) else { return Ok(Vec::new()) };
    let all = priorities::of_cycle(tx, scope, desk.book.head.id, cycle.seq).await?;
    let open = all.into_iter().rev().filter(|one| one.done_at.is_none());
    let told = open.map(|one| {
        let own = desk.displaceable().filter(|item| item.priority_id == Some(one.id));
        let frees = desk.draws(own);
        DisplaceablePriority { id: one.id, rank: one.rank, title: one.title, frees }
    });
    Ok(told.collect())
}
