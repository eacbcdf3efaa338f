//! Another interval or another zone of a running retainer: the old series of cycles ends with a
//! credit, a new one begins, and what is past stays. Source: domain 2.8, 2.13, docs/decisions/0022.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use shared::api::{
    AmendmentPreview, Effective, ErrorCode, FirstCycle, NewAmendment, PoolDelta, RetainerState,
};
use shared::rules::RuleError;
use shared::rules::amendment::{self, Changed};
use shared::rules::cycle::{Anchor, Rhythm, Series};
use shared::rules::units::Minor;
use shared::rules::zone;

use super::moves::{allowance, named};
use crate::cycles::store::{CycleRow, IntervalChange, ZoneBefore};
use crate::cycles::{self, Book, PoolBook, SeriesRule};
use crate::error::{Error, Result};

/// How cycles are cut from a day on, if an amendment changes it.
pub struct Rephased {
    /// The first day that it holds for.
    pub from: NaiveDate,
    /// Another interval; none where one that was agreed for a day to come is left out.
    rhythm: Option<Rhythm>,
}

/// What an amendment says of the interval; none where cycles stay as they are.
///
/// # Errors
/// As [`super::lifecycle::amend`].
pub fn rephased(book: &Book, new: &NewAmendment) -> Result<Option<Rephased>> {
    if new.interval.is_none() && new.anchor.is_none() {
        return Ok(None);
    }
    let from = first_day(book, new.effective)?;
    let series = &book.series;
    let agreed = series.rhythm_on(from);
    // What holds until then, and goes on where nothing changes.
    let eve = from.pred_opt().unwrap_or(from);
    let holds = series.rhythm_on(eve);
    let interval = new.interval.unwrap_or(agreed.interval);
    let anchor = match new.anchor {
        Some(anchor) => anchor,
        None if interval == holds.interval => holds.anchor,
        None if interval == agreed.interval => agreed.anchor,
        None => Anchor::Anniversary,
    };
    let same = (interval, anchor) == (holds.interval, holds.anchor);
    let pending = series.rhythms().iter().any(|one| one.from > eve && one.from > series.start());
    if same && !pending {
        return Ok(None);
    }
    // What was agreed for a day to come is replaced on that day, terms and all.
    if same && new.effective == Effective::Now {
        return Err(Error::field("/effective", "not_allowed"));
    }
    Ok(Some(Rephased { from, rhythm: (!same).then_some(Rhythm { from, interval, anchor }) }))
}

/// The day from which other cycles run: what has begun today is served today.
fn first_day(book: &Book, effective: Effective) -> Result<NaiveDate> {
    let coming = book.series.cycles_from(cycles::tomorrow(book)).next();
    match (effective, book.present(), coming) {
        _ if book.head.state == RetainerState::Ended => Err(ErrorCode::RetainerEnded.into()),
        (Effective::Now, Some(_), _) => Ok(cycles::tomorrow(book)),
        (Effective::Now, None, _) => Err(Error::field("/effective", "not_allowed")),
        (Effective::NextCycle, _, Some(cycle)) => Ok(cycle.start),
        (Effective::NextCycle, _, None) if book.series.waits() => {
            Err(ErrorCode::RetainerPaused.into())
        }
        (Effective::NextCycle, _, None) => Err(ErrorCode::RetainerEnded.into()),
    }
}

impl Rephased {
    /// The cycles that come of it, and what moves at the old and the new price.
    fn applied(&self, book: &Book, prices: [Minor; 2]) -> Result<(Series, Changed)> {
        let unchanged = || {
            let mut rule = book.head.series.0.clone();
            rule.changes.retain(|change| change.rhythm.from < self.from);
            let series = rule.series(book.head.starts_on, book.head.ends_on)?;
            let next = series.cycles_from(self.from).next().map(|cycle| (cycle, prices[1]));
            Ok((series, Changed { cycle: None, unused_days: 0, credit: Minor(0), next }))
        };
        let made = match self.rhythm {
            Some(rhythm) => amendment::change_interval(&book.series, rhythm, prices),
            None => unchanged(),
        };
        made.map_err(fault)
    }

    /// The rule of the series with it, agreed with a version of the terms.
    pub fn rule(&self, book: &Book, terms: i64) -> SeriesRule {
        let mut rule = book.head.series.0.clone();
        let later = rule.changes.extract_if(.., |change| change.rhythm.from >= self.from);
        rule.left_out.extend(later.map(|change| change.terms));
        match self.rhythm {
            // Before the first day of service nothing is past.
            Some(rhythm) if rhythm.from <= book.head.starts_on => {
                (rule.interval, rule.anchor) = (rhythm.interval, rhythm.anchor);
            }
            Some(rhythm) => rule.changes.push(IntervalChange { rhythm, terms }),
            None => {}
        }
        rule
    }

    /// What it moves, as [`super::moves::moved`] tells it.
    ///
    /// # Errors
    /// `retainer_ended` if no cycle follows; at `/interval` and `/anchor` for what cannot be.
    pub fn told(&self, book: &Book, new: &NewAmendment) -> Result<AmendmentPreview> {
        let running = book.present().and_then(|place| book.open.get(place));
        let cut = running.filter(|row| row.starts_on < self.from && self.from < row.ends_on);
        let price = new.terms.fee();
        let old = cut.map_or(Minor(0), |row| last_price(book, row));
        let (_, moved) = self.applied(book, [old, price])?;
        let Some((next, charge)) = moved.next else {
            return Err(ErrorCode::RetainerEnded.into());
        };
        let first_cycle = self.rhythm.map(|_| FirstCycle {
            starts_on: next.start,
            ends_on: next.end,
            days: next.days(),
            nominal_days: next.nominal_days(),
        });
        let old_terms = cut.and_then(|row| book.versions_in(row).pop());
        let old_terms =
            old_terms.or_else(|| book.terms_on(book.today)).ok_or(ErrorCode::NotFound)?;
        let mut pools = Vec::new();
        for (key, unit) in named(book, &new.terms) {
            let delta = match (cut, book.pool_named(Some(&key))) {
                (Some(row), Some(pool)) => lost(pool, row, self.from)?,
                _ => 0,
            };
            let old_allowance = allowance(&old_terms.row.terms.0, &key).0.0;
            let new_allowance = allowance(&new.terms, &key).0.0;
            let (applied, waived) = (delta, 0);
            pools.push(PoolDelta {
                key,
                unit,
                old_allowance,
                new_allowance,
                delta,
                applied,
                waived,
            });
        }
        let later = book.terms.iter().filter(|terms| terms.row.effective_from >= self.from);
        let nominal = moved.cycle.unwrap_or(next);
        Ok(AmendmentPreview {
            effective_on: self.from,
            rules_from: Some(next.start),
            until: None,
            replaces: later.map(|terms| terms.row.number).max(),
            remaining_days: moved.unused_days,
            nominal_days: nominal.nominal_days(),
            credit_minor: moved.credit.0,
            charge_minor: if first_cycle.is_some() { charge.0 } else { 0 },
            first_cycle,
            currency: book.currency().to_owned(),
            pools,
        })
    }
}

/// The price of a full cycle that holds at the end of the running one; nothing if it is free.
fn last_price(book: &Book, row: &CycleRow) -> Minor {
    let prices = book.prices_in(&row.days(), Some(row), row.ends_on);
    prices.last().map_or(Minor(0), |price| price.full)
}

/// By how much what a cycle brings a pool changes if it ends on a day: its share and those of what
/// was amended in it.
fn lost(pool: PoolBook<'_>, row: &CycleRow, from: NaiveDate) -> Result<i64> {
    let brings = |row: &CycleRow| -> Result<i64> {
        let terms = pool.book.terms_of(row).ok_or(ErrorCode::NotFound)?;
        let granted = pool.grant(&row.days(), terms)?.0;
        Ok(granted + pool.amended(row)?.values().sum::<i64>())
    };
    Ok(brings(&CycleRow { ends_on: from, ..row.clone() })? - brings(row)?)
}

fn fault(error: RuleError) -> Error {
    match error {
        RuleError::InvalidRange => Error::field("/interval", "invalid_interval"),
        other => super::service::series_fault(other),
    }
}

/// The rule of the series in another zone from now on; none where the zone stays.
///
/// # Errors
/// At `/timezone` for a name that nobody knows, and where it is still a day before the open cycles.
pub fn rezoned(
    book: &Book,
    rule: &SeriesRule,
    timezone: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<(SeriesRule, String)>> {
    let Some(name) = timezone.filter(|name| *name != book.head.timezone) else { return Ok(None) };
    let unknown = |_| Error::field("/timezone", "timezone_unknown");
    let there = zone::local_date(zone::zone(name).map_err(unknown)?, now);
    let begun = book.open.first().is_some_and(|row| row.starts_on <= book.today);
    if begun && book.open.first().is_some_and(|row| there < row.starts_on) {
        return Err(Error::field("/timezone", "day_before"));
    }
    let mut rule = rule.clone();
    // What is written at this very instant is of the day that it was agreed on.
    let until = now + TimeDelta::microseconds(1);
    rule.zones.push(ZoneBefore { until, timezone: book.head.timezone.clone() });
    Ok(Some((rule, name.to_owned())))
}
