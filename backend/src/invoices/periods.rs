//! What was billed and paid of each cycle, beside what was delivered in it. Source: S1-5.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Balance, Cycle, CycleId, Page, Period, PeriodInvoice, PeriodPool, PoolCycle, PoolId,
    RetainerId, RetainerOwed,
};
use shared::rules::money::portions;
use shared::rules::units::Minor;

use super::store::{self, PartRow};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::http::PageParams;

/// What invoices say of a cycle.
#[derive(Default)]
struct Money {
    days: Option<(NaiveDate, NaiveDate)>,
    billed: i64,
    credited: i64,
    paid: i64,
    drafted: i64,
    invoices: Vec<PeriodInvoice>,
}

/// The cycles of a retainer, newest first, each with its money; before them those that invoices
/// name and that have not come.
///
/// # Errors
/// `not_found`.
pub async fn of_retainer(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Period>> {
    let Page { items, next_cursor } = cycles::begun(tx, scope, retainer, paging, now).await?;
    let book = Book::load(tx, scope, retainer, now).await?;
    let stands = |one: Balance| ((one.cycle_id, one.pool.id), one);
    let stands: HashMap<(CycleId, PoolId), Balance> =
        cycles::open_balances(&book)?.into_iter().map(stands).collect();
    let mut money = by_cycle(&store::parts(tx, scope, retainer).await?)?;
    let first = paging.after::<i64>()?.is_none();
    let newest = items.first().map_or(0, |cycle| cycle.seq);
    let coming = money.split_off(&(newest + 1)).into_iter().rev().filter(|_| first);
    let coming = coming.filter_map(|(seq, of)| {
        let (starts_on, ends_on) = of.days?;
        Some(told((seq, starts_on, ends_on), of, book.currency()))
    });
    let mut periods: Vec<Period> = coming.collect();
    for Cycle { id, seq, starts_on, ends_on, status, pools, .. } in items {
        let of = money.remove(&seq).unwrap_or_default();
        let delivered = |of: PoolCycle| delivered(stands.get(&(id, of.pool.id)), of);
        periods.push(Period {
            cycle_id: Some(id),
            status: Some(status),
            pools: pools.into_iter().map(delivered).collect(),
            ..told((seq, starts_on, ends_on), of, book.currency())
        });
    }
    Ok(Page { items: periods, next_cursor })
}

/// What all invoices of a retainer come to that is not paid.
///
/// # Errors
/// `not_found`.
pub async fn owed(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<RetainerOwed> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let (mut open_minor, mut drafted_minor) = (0, 0);
    for of in by_cycle(&store::parts(tx, scope, retainer).await?)?.values() {
        open_minor += of.billed - of.credited - of.paid;
        drafted_minor += of.drafted;
    }
    let (currency, total_minor) = (book.currency().to_owned(), open_minor + drafted_minor);
    Ok(RetainerOwed { currency, open_minor, drafted_minor, total_minor })
}

fn told(
    (seq, starts_on, ends_on): (i64, NaiveDate, NaiveDate),
    of: Money,
    currency: &str,
) -> Period {
    Period {
        seq,
        starts_on,
        ends_on,
        cycle_id: None,
        status: None,
        pools: Vec::new(),
        currency: currency.to_owned(),
        billed_minor: of.billed,
        credited_minor: of.credited,
        paid_minor: of.paid,
        open_minor: of.billed - of.credited - of.paid,
        drafted_minor: of.drafted,
        invoices: of.invoices,
    }
}

/// As the meter of an open cycle tells it; of a closed one what its end found.
fn delivered(stands: Option<&Balance>, of: PoolCycle) -> PeriodPool {
    let PoolCycle { pool, sums, .. } = of;
    let (used, overage) = (sums.used, sums.overage);
    match stands {
        Some(now) => {
            let (available, left) = (now.available, now.left);
            PeriodPool { pool, available, used, overage, left, lapsed: 0 }
        }
        None => {
            let left = sums.closing + sums.lapsed;
            let available = left + used - overage;
            PeriodPool { pool, available, used, overage, left, lapsed: sums.lapsed }
        }
    }
}

/// Puts together what invoices say of each cycle; `rows` are in the order of their invoices.
fn by_cycle(rows: &[PartRow]) -> Result<BTreeMap<i64, Money>> {
    let mut all: BTreeMap<i64, Money> = BTreeMap::new();
    for parts in rows.chunk_by(|one, other| one.id == other.id) {
        // What was credited asks for no payment.
        let asked: Vec<Minor> =
            parts.iter().map(|part| Minor(part.amount_minor - part.credited_minor)).collect();
        let paid = portions(Minor(parts[0].paid_minor), &asked)?;
        for (part, paid) in parts.iter().zip(paid) {
            let of = all.entry(part.seq).or_default();
            let (starts_on, ends_on) = of.days.unwrap_or((part.starts_on, part.ends_on));
            of.days = Some((starts_on.min(part.starts_on), ends_on.max(part.ends_on)));
            match part.number() {
                Some(_) => of.billed += part.amount_minor,
                None => of.drafted += part.amount_minor,
            }
            of.credited += part.credited_minor;
            of.paid += paid.0;
            match of.invoices.last_mut().filter(|last| last.id == part.id) {
                Some(last) => last.amount_minor += part.amount_minor,
                None => of.invoices.push(PeriodInvoice {
                    id: part.id,
                    number: part.number(),
                    amount_minor: part.amount_minor,
                }),
            }
        }
    }
    Ok(all)
}
