//! What is paid back at the end of what was bought and never used, where the terms say so. Source:
//! domain 2.12 (C7); docs/decisions/0050.
use chrono::{DateTime, Utc};
use shared::api::{PoolId, RetainerState};
use shared::rules::billing::{Bought, refunds};
use shared::rules::ledger::{Ends, ExpiryReason, Lot, LotKind};
use shared::rules::units::{Minor, Quantity};

use super::compose::{self, Written};
use super::store::{self, Sold};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;

/// A purchase, and what is owed of it.
struct Owed {
    sold: Sold,
    /// What is to be paid back in all.
    refund: i64,
    /// What was paid back already.
    given: i64,
}

/// The pools that pay back, by the terms of the last day with service.
fn paying(book: &Book) -> Vec<PoolId> {
    let last = book.head.ends_on.and_then(|end| end.pred_opt());
    let day = last.map_or(book.today, |last| last.min(book.today)).max(book.head.starts_on);
    let pays =
        |pool: &cycles::PoolBook<'_>| pool.agreed(day).is_some_and(|agreed| agreed.refund_at_end);
    book.each_pool().filter(pays).map(|pool| pool.pool.id).collect()
}

/// What is paid back where lots of a cycle lapse with the retainer, which ended at an instant.
async fn owed(
    tx: &mut Tx,
    scope: Scope,
    (book, row): (&Book, &CycleRow),
    lots: &[(PoolId, Lot)],
    ended_at: DateTime<Utc>,
) -> Result<Vec<Owed>> {
    let sold = store::sold(tx, scope, book.head.id).await?;
    let given = store::given_back(tx, scope, (book.head.id, ended_at)).await?;
    let given = |sold: &Sold| given.get(&sold.id).copied().unwrap_or_default();
    let mut all = Vec::new();
    for (pool, lot) in lots {
        // As the cycle knew them: what had started by its first day did so for good.
        let made = |one: &&Sold| {
            let ends = one.ends_on.map_or(Ends::Never, |date| Ends::Date { date });
            let starts = one.starts_on.filter(|starts| row.starts_on < *starts);
            let key = (one.seq, starts, ends);
            one.pool_id == *pool && key == (i64::from(lot.origin), lot.starts, lot.ends)
        };
        let of_lot: Vec<&Sold> = sold.iter().filter(made).collect();
        let bought = |one: &&Sold| Bought {
            quantity: Quantity(one.quantity),
            price: Minor((one.price_minor.unwrap_or(0) - given(one).before).max(0)),
        };
        let back = refunds(lot.quantity, &of_lot.iter().map(bought).collect::<Vec<_>>())?;
        let owed = of_lot.into_iter().zip(back).map(|(one, back)| Owed {
            sold: one.clone(),
            refund: back.0,
            given: given(one).since,
        });
        all.extend(owed.filter(|one| one.sold.price_minor.is_some()));
    }
    Ok(all)
}

/// What is owed of a retainer that has ended, whether its price was ever asked for or not.
async fn at_end(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<Owed>> {
    let paying = paying(book);
    if book.head.state != RetainerState::Ended || paying.is_empty() {
        return Ok(Vec::new());
    }
    let Some(last) = cycles::store::last_cycle(tx, scope, book.head.id).await? else {
        return Ok(Vec::new());
    };
    let Some(closed_at) = last.closed_at else { return Ok(Vec::new()) };
    let mut lots = Vec::new();
    for part in cycles::store::pool_cycles(tx, scope, &[last.id]).await? {
        let Some(frozen) = part.sums.filter(|_| paying.contains(&part.pool_id)) else { continue };
        for gone in frozen.0.closing.expired {
            let bought = gone.kind == LotKind::Purchased;
            if bought && gone.reason == ExpiryReason::Termination {
                let (kind, origin, starts) = (gone.kind, gone.origin, gone.starts);
                let (ends, quantity) = (gone.ends, gone.quantity);
                lots.push((part.pool_id, Lot { kind, origin, starts, ends, quantity }));
            }
        }
    }
    owed(tx, scope, (book, &last), &lots, closed_at).await
}

/// The lines that pay back what no invoice did, on the last invoice; `billed` are its lines so far.
/// What was never billed is not paid back.
///
/// # Errors
/// Those of the database and of the rules.
pub(super) async fn due(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    billed: &[Written],
) -> Result<Vec<Written>> {
    let mut lines = Vec::new();
    for one in at_end(tx, scope, book).await? {
        let here = billed.iter().any(|line| line.bought == Some(one.sold.id));
        let left = one.refund - one.given;
        if left > 0 && (here || one.sold.invoice_id.is_some()) {
            lines.push(compose::refund(&one.sold, left));
        }
    }
    Ok(lines)
}

/// What would be paid back of what was bought and billed, if the retainer ended with what is left
/// today; after its end what is owed and on no invoice yet. In minor units.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn refundable(tx: &mut Tx, scope: Scope, book: &Book) -> Result<i64> {
    if book.head.state == RetainerState::Ended {
        let lines = due(tx, scope, book, &[]).await?;
        return Ok(-lines.iter().map(|line| line.amount).sum::<i64>());
    }
    let paying = paying(book);
    let present = book.present().and_then(|place| book.open.get(place));
    let Some(row) = present.filter(|_| !paying.is_empty()) else { return Ok(0) };
    let mut lots = Vec::new();
    for pool in book.each_pool().filter(|pool| paying.contains(&pool.pool.id)) {
        let left = pool.projection_of(row)?.map_or_else(Vec::new, |projection| projection.lots);
        let bought = left.into_iter().filter(|lot| lot.kind == LotKind::Purchased);
        lots.extend(bought.map(|lot| (pool.pool.id, lot)));
    }
    let now = DateTime::<Utc>::MAX_UTC;
    let all = owed(tx, scope, (book, row), &lots, now).await?;
    let billed = all.iter().filter(|one| one.sold.invoice_id.is_some());
    Ok(billed.map(|one| one.refund).sum())
}

/// What was paid back beyond what was left of it, in the words of the check.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn too_much_back(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<String>> {
    let all = at_end(tx, scope, book).await?;
    let wrong = all.iter().filter(|one| one.refund > 0 && one.given > one.refund);
    Ok(wrong.map(|one| format!("purchase {} is paid back twice", one.sold.id)).collect())
}
