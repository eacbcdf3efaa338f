//! What an amendment would move in the running cycle: the same figures before and when it is made.
//! Source: domain 2.11.
use chrono::NaiveDate;
use shared::api::{
    AmendmentPreview, Effective, ErrorCode, NewAmendment, PoolDelta, RetainerState, Terms, Unit,
};
use shared::rules::amendment::{self, Version};
use shared::rules::cycle::Cycle;
use shared::rules::proration::UnitRounding;
use shared::rules::units::{Minor, Quantity};
use shared::rules::versions::{self, Allowance};

use crate::cycles::store::CycleRow;
use crate::cycles::{Book, PoolBook, tomorrow};
use crate::error::{Error, Result};

/// What an amendment moves.
///
/// # Errors
/// As [`super::lifecycle::amend`].
pub fn moved(book: &Book, new: &NewAmendment) -> Result<AmendmentPreview> {
    if book.currency() != new.terms.price.currency {
        return Err(Error::field("/terms/price/currency", "not_allowed"));
    }
    if let Some(rephased) = super::interval::rephased(book, new)? {
        return rephased.told(book, new);
    }
    let coming = book.series.cycles_from(tomorrow(book)).next();
    let running = book.present().and_then(|place| book.open.get(place));
    let ended = book.head.state == RetainerState::Ended;
    match (new.effective, running, coming) {
        (Effective::NextCycle, _, None) if !ended && book.series.waits() => after_pause(book, new),
        (Effective::Now, None, _) => Err(Error::field("/effective", "not_allowed")),
        (Effective::NextCycle, _, None) => Err(ErrorCode::RetainerEnded.into()),
        _ if ended => Err(ErrorCode::RetainerEnded.into()),
        (Effective::Now, Some(row), coming) => {
            at_once(book, row, &new.terms, coming.map(|cycle| cycle.start))
        }
        (Effective::NextCycle, _, Some(cycle)) => Ok(AmendmentPreview {
            rules_from: Some(cycle.start),
            until: book.next_terms_after(cycle.start),
            replaces: replaced(book, cycle.start),
            nominal_days: cycle.nominal_days(),
            ..nothing_now(book, &new.terms, cycle.start)?
        }),
    }
}

/// What holds from a day to come on moves nothing now.
fn nothing_now(book: &Book, new: &Terms, on: NaiveDate) -> Result<AmendmentPreview> {
    let old = book.terms_on(on).ok_or(ErrorCode::NotFound)?;
    let pools = named(book, new).into_iter().map(|(key, unit)| {
        let old_allowance = allowance(&old.row.terms.0, &key).0.0;
        let new_allowance = allowance(new, &key).0.0;
        let (delta, applied, waived) = (0, 0, 0);
        PoolDelta { key, unit, old_allowance, new_allowance, delta, applied, waived }
    });
    Ok(AmendmentPreview {
        effective_on: on,
        rules_from: None,
        until: None,
        replaces: None,
        remaining_days: 0,
        nominal_days: 0,
        credit_minor: 0,
        charge_minor: 0,
        first_cycle: None,
        currency: book.currency().to_owned(),
        pools: pools.collect(),
    })
}

/// Terms for the first cycle after a pause that nobody has ended yet: in place of all that was
/// agreed for that cycle before. Source: docs/decisions/0048.
fn after_pause(book: &Book, new: &NewAmendment) -> Result<AmendmentPreview> {
    let from = book.series.pauses().last().map_or(book.today, |pause| pause.from);
    let later = book.terms.iter().filter(|terms| terms.row.effective_from > book.today);
    let replaces = later.map(|terms| terms.row.number).max();
    Ok(AmendmentPreview { replaces, ..nothing_now(book, &new.terms, from.max(book.today))? })
}

/// The day under which new terms are kept. Where no day is known on which they begin to hold it is
/// the first one of the pause, or the one before if the pause runs: they follow the calendar.
/// Source: docs/decisions/0046, 0048.
pub fn kept_from(book: &Book, new: &NewAmendment, told: NaiveDate) -> NaiveDate {
    let unknown =
        new.effective == Effective::NextCycle && book.series.next_start(book.today).is_none();
    match book.series.pauses().last().filter(|_| unknown) {
        Some(pause) if pause.from <= book.today => pause.from.pred_opt().unwrap_or(pause.from),
        Some(pause) => pause.from,
        None => told,
    }
}

/// What changes in the running cycle from today on; rules hold from `rules_from` on.
fn at_once(
    book: &Book,
    row: &CycleRow,
    new: &Terms,
    rules_from: Option<NaiveDate>,
) -> Result<AmendmentPreview> {
    let cycle = row.days();
    let versions = book.versions_in(row);
    let old = &versions.last().ok_or(ErrorCode::NotFound)?.row.terms.0;
    // A first cycle that is free of charge stays so.
    let charged = book.head.series.0.first_partial.charged(&cycle).is_some();
    let price = |terms: &Terms| if charged { terms.fee() } else { Minor(0) };
    let prices = [old, new].map(price);
    let prices = prices.map(|price| Version { price, units: Quantity(0) });
    let money = amendment::amend(&cycle, book.today, Effective::Now, prices, Default::default())?;
    let mut pools = Vec::new();
    for (key, unit) in named(book, new) {
        let known = book.pool_named(Some(&key));
        let (full, rounding) = allowance(new, &key);
        let fresh = Allowance { from: book.today, full, rounding };
        let delta = delta(known, (row, book.counted(row)), fresh)?;
        let waived = match known {
            Some(pool) if delta < 0 => pool.waived(row, -delta)?,
            _ => 0,
        };
        pools.push(PoolDelta {
            unit,
            old_allowance: allowance(old, &key).0.0,
            new_allowance: full.0,
            delta,
            applied: delta + waived,
            waived,
            key,
        });
    }
    Ok(AmendmentPreview {
        effective_on: book.today,
        rules_from,
        until: book.next_terms_after(book.today),
        replaces: None,
        remaining_days: money.remaining_days,
        nominal_days: money.nominal_days,
        credit_minor: money.credit.0,
        charge_minor: money.charge.0,
        first_cycle: None,
        currency: book.currency().to_owned(),
        pools,
    })
}

/// The version that terms of a day to come replace: the last one for the same day.
fn replaced(book: &Book, on: NaiveDate) -> Option<i64> {
    let same = book.terms.iter().filter(|terms| terms.row.effective_from == on);
    same.map(|terms| terms.row.number).max()
}

/// What one more version changes in what a cycle brings a pool, which may be a new one. How its
/// parts are rounded is a rule that the cycle keeps.
fn delta(
    pool: Option<PoolBook<'_>>,
    (row, counted): (&CycleRow, Cycle),
    fresh: Allowance,
) -> Result<i64> {
    let nothing = Allowance { from: row.starts_on, full: Quantity(0), ..fresh };
    let mut shares = pool.map_or_else(|| vec![nothing], |pool| pool.shares(row));
    let kept = pool.and_then(|pool| {
        let terms = pool.kept(row).filter(|terms| terms.names(pool.pool))?;
        pool.rules(terms)
    });
    shares.push(Allowance { rounding: kept.map_or(fresh.rounding, |kept| kept.rounding), ..fresh });
    let brings = versions::allowances(&counted, &shares)?;
    Ok(brings.windows(2).last().map_or(0, |pair| pair[1].0 - pair[0].0))
}

/// What terms say a full cycle brings a pool: nothing if they do not name it.
pub(super) fn allowance(terms: &Terms, key: &str) -> (Quantity, UnitRounding) {
    let none = (Quantity(0), UnitRounding::default());
    terms
        .pool(key)
        .map_or(none, |pool| (Quantity(pool.allowance), pool.partial_rounding.unwrap_or_default()))
}

/// The pools of the retainer, and those that new terms name for the first time.
pub(super) fn named(book: &Book, new: &Terms) -> Vec<(String, Unit)> {
    let known = book.pools.iter().map(|pool| (pool.key.clone(), pool.unit));
    let fresh = new.pools.iter().filter(|pool| book.pool_named(Some(pool.key())).is_none());
    known.chain(fresh.map(|pool| (pool.key().to_owned(), pool.unit))).collect()
}
