//! What is paid back at the end of what was bought and never used, where the terms say so: by credit
//! notes on the invoices that bill it. Source: domain 2.12 (C7); docs/decisions/0048.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    CreditKind, CreditLine, ErrorCode, InvoiceId, NewCreditNote, NewPurchaseRefund, PoolId,
    PurchasesRefunded, RetainerId, RetainerState,
};
use shared::rules::billing::{Bought, refunds};
use shared::rules::ledger::{Ends, Expired, ExpiryReason, Lot, LotKind};
use shared::rules::units::{Minor, Quantity};

use super::credits;
use super::store::{self, InvoiceRow, LineRow, Sold};
use crate::auth::Scope;
use crate::cycles::store::{CyclePage, CycleRow};
use crate::cycles::{self, Book, PoolBook};
use crate::db::Tx;
use crate::error::Result;

/// Bought units that are left, as a cycle knows them.
struct Left {
    lots: Vec<(PoolId, Lot)>,
    /// The number of the cycle.
    seq: i64,
    /// Its first day: what is bought in it for that day or before has no day of its own.
    starts_on: NaiveDate,
    /// The day by which lots of earlier cycles have started for good: the end of the one before it.
    begun_by: NaiveDate,
}

impl Left {
    /// Whether a lot is one that a purchase went into: cycles forget from when a lot pays once it has
    /// started.
    fn holds(&self, (pool, lot): &(PoolId, Lot), sold: &Sold) -> bool {
        let known = if sold.seq == self.seq { self.starts_on } else { self.begun_by };
        let starts = sold.starts_on.filter(|starts| known < *starts);
        let ends = sold.ends_on.map_or(Ends::Never, |date| Ends::Date { date });
        let of = (sold.pool_id, sold.seq, starts, ends);
        of == (*pool, i64::from(lot.origin), lot.starts, lot.ends)
    }
}

/// What is to be credited of lines of an invoice, by their positions, without tax.
type Owed = BTreeMap<InvoiceId, Vec<(i64, i64)>>;

/// Whether a pool pays back by the terms of a day, or if those do not name it any more, by the last
/// ones before that did.
fn pays_back(pool: &PoolBook<'_>, day: NaiveDate) -> bool {
    let key = pool.pool.key.as_str();
    let earlier = || {
        let terms = pool.book.terms.iter().filter(|terms| terms.row.effective_from <= day);
        let named = terms.filter(|terms| terms.row.terms.0.pool(key).is_some());
        let last = named.max_by_key(|terms| (terms.row.effective_from, terms.row.number));
        last.and_then(|terms| terms.row.terms.0.pool(key))
    };
    pool.agreed(day).or_else(earlier).is_some_and(|agreed| agreed.refund_at_end)
}

fn paying(book: &Book, day: NaiveDate) -> Vec<PoolBook<'_>> {
    let day = day.max(book.head.starts_on);
    book.each_pool().filter(|pool| pays_back(pool, day)).collect()
}

/// The end of the cycle before one; its own first day if it is the first.
async fn begun_by(tx: &mut Tx, scope: Scope, row: &CycleRow) -> Result<NaiveDate> {
    let which = CyclePage { before: Some(row.seq), begun_by: None, limit: 1 };
    let before = cycles::store::cycles(tx, scope, row.retainer_id, which).await?;
    Ok(before.first().map_or(row.starts_on, |before| before.ends_on))
}

/// What of bought units lapsed with a retainer that has ended, and when; none of one that pays
/// nothing back.
async fn lapsed(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Option<(Left, DateTime<Utc>)>> {
    let last = cycles::store::last_cycle(tx, scope, book.head.id).await?;
    let Some(last) = last else { return Ok(None) };
    if last.closed_at.is_none() {
        return Ok(None);
    }
    let paying = paying(book, last.ends_on.pred_opt().unwrap_or(last.ends_on));
    if paying.is_empty() {
        return Ok(None);
    }
    let mut lots = Vec::new();
    for part in cycles::store::pool_cycles(tx, scope, &[last.id]).await? {
        let pays = paying.iter().any(|pool| pool.pool.id == part.pool_id);
        let Some(frozen) = part.sums.filter(|_| pays) else { continue };
        let bought = frozen.0.closing.expired.into_iter().filter(|gone| {
            gone.kind == LotKind::Purchased && gone.reason == ExpiryReason::Termination
        });
        let lot = |gone: Expired| Lot {
            kind: gone.kind,
            origin: gone.origin,
            starts: gone.starts,
            ends: gone.ends,
            quantity: gone.quantity,
        };
        lots.extend(bought.map(|gone| (part.pool_id, lot(gone))));
    }
    let begun_by = begun_by(tx, scope, &last).await?;
    let left = Left { lots, seq: last.seq, starts_on: last.starts_on, begun_by };
    // The close comes later, by the days of grace: what is credited in them is paid back already.
    Ok(Some((left, book.zones.first_instant(last.ends_on))))
}

/// What of bought units is left today of a retainer that has not ended, in a pause as well; none
/// of one that pays nothing back, or has no cycle yet.
async fn standing(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Option<Left>> {
    let paying = paying(book, book.today);
    if paying.is_empty() {
        return Ok(None);
    }
    let lasts = |lot: &Lot| {
        let over = matches!(lot.ends, Ends::Date { date } if date <= book.today);
        lot.kind == LotKind::Purchased && !over
    };
    let mut lots = Vec::new();
    if let Some(row) = book.open.iter().rev().find(|row| row.starts_on <= book.today) {
        for pool in paying {
            let left = pool.projection_of(row)?.map_or_else(Vec::new, |projection| projection.lots);
            lots.extend(left.into_iter().filter(lasts).map(|lot| (pool.pool.id, lot)));
        }
        let begun_by = begun_by(tx, scope, row).await?;
        return Ok(Some(Left { lots, seq: row.seq, starts_on: row.starts_on, begun_by }));
    }
    let closed = cycles::store::last_closed(tx, scope, &[book.head.id], None).await?;
    let Some(row) = closed.into_iter().next() else { return Ok(None) };
    for part in cycles::store::pool_cycles(tx, scope, &[row.id]).await? {
        let pays = paying.iter().any(|pool| pool.pool.id == part.pool_id);
        let Some(frozen) = part.sums.filter(|_| pays) else { continue };
        let left = frozen.0.closing.next.lots.into_iter().filter(lasts);
        lots.extend(left.map(|lot| (part.pool_id, lot)));
    }
    let (seq, starts_on, begun_by) = (row.seq + 1, row.ends_on, row.ends_on);
    Ok(Some(Left { lots, seq, starts_on, begun_by }))
}

/// What is to be credited where these units are left; what was credited before the end, or if none
/// has come until now, was never paid in the end.
async fn owed(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (left, ended_at): (&Left, Option<DateTime<Utc>>),
) -> Result<Owed> {
    let retainer = book.head.id;
    let mut sold = store::sold(tx, scope, retainer).await?;
    sold.retain(|one| left.lots.iter().any(|lot| left.holds(lot, one)));
    let before = match ended_at {
        Some(at) => Some(store::credited_before(tx, scope, (retainer, at)).await?),
        None => None,
    };
    let mut billing: BTreeMap<InvoiceId, (InvoiceRow, Vec<LineRow>)> = BTreeMap::new();
    let ids: BTreeSet<InvoiceId> = sold.iter().filter_map(|one| one.invoice_id).collect();
    for id in ids {
        let found = (store::find(tx, scope, id).await?, store::lines(tx, scope, id).await?);
        billing.insert(id, found);
    }
    let line_of = |one: &Sold| -> Option<(InvoiceId, &LineRow)> {
        let id = one.invoice_id?;
        let mut lines = billing.get(&id)?.1.iter();
        lines.find(|line| line.adjustment_id == Some(one.id)).map(|line| (id, line))
    };
    let mut owed = Owed::new();
    for lot in &left.lots {
        let of_lot: Vec<&Sold> = sold.iter().filter(|one| left.holds(lot, one)).collect();
        let bought = of_lot.iter().map(|one| {
            let line = line_of(one);
            let credited = line.map_or(0, |(_, line)| line.credited_minor);
            let key = line.map(|(id, line)| (id, line.position));
            let kept = |all: &BTreeMap<_, i64>| key.and_then(|key| all.get(&key).copied());
            let before = before.as_ref().map_or(credited, |all| kept(all).unwrap_or_default());
            Bought {
                quantity: Quantity(one.quantity),
                billed: Minor(line.map_or(0, |(_, line)| line.net_minor)),
                before: Minor(before),
                since: Minor(credited - before),
            }
        });
        let back = refunds(lot.1.quantity, &bought.collect::<Vec<_>>())?;
        for (one, back) in of_lot.into_iter().zip(back).filter(|(_, back)| back.0 > 0) {
            let Some((id, line)) = line_of(one) else { continue };
            owed.entry(id).or_default().push((line.position, back.0));
        }
    }
    for (id, lines) in &mut owed {
        if let Some(billed) = billing.get(id) {
            fit(billed, lines)?;
        }
    }
    owed.retain(|_, lines| !lines.is_empty());
    Ok(owed)
}

/// Keeps what is credited within what is left of an invoice, which may have taken something off.
fn fit((row, lines): &(InvoiceRow, Vec<LineRow>), owed: &mut Vec<(i64, i64)>) -> Result<()> {
    let mut room = row.total_minor - row.credited_minor;
    for (position, net) in owed.iter_mut() {
        let Some(line) = lines.iter().find(|line| line.position == *position) else { continue };
        let total = |net| credits::total_of(row, line, net);
        // So much less without tax is at least so much less with it.
        *net -= (total(*net)? - room).clamp(0, *net);
        room -= if *net > 0 { total(*net)? } else { 0 };
    }
    owed.retain(|(_, net)| *net > 0);
    Ok(())
}

/// What is owed of a retainer that has ended.
async fn at_end(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Owed> {
    if book.head.state != RetainerState::Ended {
        return Ok(Owed::new());
    }
    match lapsed(tx, scope, book).await? {
        Some((left, ended_at)) => owed(tx, scope, book, (&left, Some(ended_at))).await,
        None => Ok(Owed::new()),
    }
}

/// What would be paid back of what invoices bill if the retainer ended with what is left today;
/// after its end what is owed and not credited yet. Without tax, in minor units.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn refundable(tx: &mut Tx, scope: Scope, book: &Book) -> Result<i64> {
    let owed = if book.head.state == RetainerState::Ended {
        at_end(tx, scope, book).await?
    } else {
        match standing(tx, scope, book).await? {
            Some(left) => owed(tx, scope, book, (&left, None)).await?,
            None => Owed::new(),
        }
    };
    Ok(owed.values().flatten().map(|(_, net)| net).sum())
}

/// Pays back what was bought and never used, by a credit note on each invoice that bills it.
///
/// # Errors
/// `not_found`; `invoice_empty` if nothing is owed; `billing_off`.
pub async fn pay_back(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewPurchaseRefund),
    now: DateTime<Utc>,
) -> Result<PurchasesRefunded> {
    let book = cycles::close_due(tx, scope, retainer, now).await?;
    let owed = at_end(tx, scope, &book).await?;
    if owed.is_empty() {
        return Err(ErrorCode::InvoiceEmpty.into());
    }
    let mut credit_notes = Vec::new();
    for (invoice, lines) in owed {
        let line = |(position, net): (i64, i64)| CreditLine { position, net_minor: Some(net) };
        let note = NewCreditNote {
            kind: CreditKind::Goodwill,
            reason: new.reason.clone(),
            lines: lines.into_iter().map(line).collect(),
        };
        credit_notes.push(credits::credit(tx, scope, invoice, &note, now).await?.summary);
    }
    Ok(PurchasesRefunded { credit_notes })
}

/// The number of the last cycle where something of what was bought is owed and not credited yet.
///
/// # Errors
/// Those of the database and of the rules.
pub(super) async fn waits(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Option<i64>> {
    if at_end(tx, scope, book).await?.is_empty() {
        return Ok(None);
    }
    let last = cycles::store::last_cycle(tx, scope, book.head.id).await?;
    Ok(last.map(|last| last.seq))
}
