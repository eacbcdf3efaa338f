//! A book as of a day: what was agreed after the end of that day is taken out of it.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use shared::api::{RetainerId, RetainerState};
use shared::rules::cycle::Cycle;

use super::book::{Book, Terms, end_of_day};
use super::store::{self, AgreedRow, CycleRow, PoolCycleRow, RetainerHead};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Gives the heads the pauses and ends that were agreed at the end of a day, and answers those that
/// have changed since.
///
/// # Errors
/// Those of the database; a zone that the schema should have kept out.
pub(super) async fn heads(
    tx: &mut Tx,
    scope: Scope,
    heads: &mut [RetainerHead],
    day: NaiveDate,
) -> Result<Vec<AgreedRow>> {
    let ids: Vec<RetainerId> = heads.iter().map(|head| head.id).collect();
    let changes = store::agreed_before(tx, scope, &ids).await?;
    let mut then = Vec::new();
    for head in heads {
        let zones = head.series.0.zones(&head.timezone)?;
        let end = end_of_day(&zones, day);
        // What the clock showed then is not told by what is agreed now.
        head.timezone = zones.at(end - TimeDelta::microseconds(1)).name().to_owned();
        // What came before the first change after that day held at its end.
        let held = |row: &&AgreedRow| row.retainer_id == head.id && row.changed_at >= end;
        let Some(row) = changes.iter().find(held) else { continue };
        let zones = std::mem::take(&mut head.series.zones);
        head.series = row.series.clone();
        head.series.zones = zones;
        head.ends_on = row.ends_on;
        then.push(row.clone());
    }
    Ok(then)
}

/// Leaves out versions of the terms that were agreed later. The first one stays: a retainer may be
/// agreed on after it began.
pub(super) fn terms(terms: &mut Vec<Terms>, end: DateTime<Utc>) {
    terms.retain(|terms| terms.row.number == 1 || terms.row.created_at < end);
}

/// The state of a retainer then, once its open cycles are known.
fn state(book: &Book, end: DateTime<Utc>) -> RetainerState {
    match book.head.state {
        _ if book.head.activated_at.is_some_and(|at| at >= end) => RetainerState::Setup,
        // Its last cycle has closed since.
        RetainerState::Ended if !book.open.is_empty() => RetainerState::Active,
        state => state,
    }
}

/// Cuts the open cycles as calendar and terms had them then. One that had begun kept its terms, and
/// one that came of a later change was not there.
///
/// # Errors
/// Those of the rules.
pub(super) fn recut(book: &mut Book) -> Result<()> {
    book.head.state = state(book, end_of_day(&book.zones, book.today));
    for row in std::mem::take(&mut book.open) {
        let seq = u32::try_from(row.seq).unwrap_or(u32::MAX);
        let Some(cycle) = book.series.cycle(seq) else { continue };
        let row = cut(book, row, &cycle)?;
        book.open.push(row);
    }
    Ok(())
}

fn cut(book: &mut Book, row: CycleRow, cycle: &Cycle) -> Result<CycleRow> {
    let begun = cycle.start <= book.today;
    let kept = book.terms_of(&row).filter(|_| begun);
    let Some(terms) = kept.or_else(|| book.terms_on(cycle.start)) else { return Ok(row) };
    let stands = (cycle.start, cycle.end) == (row.starts_on, row.ends_on);
    if stands && terms.row.id == row.terms_id {
        return Ok(row);
    }
    let mut granted = Vec::with_capacity(book.pools.len());
    for pool in book.each_pool() {
        granted.push((pool.pool.id, pool.grant(cycle, terms)?));
    }
    let row = CycleRow {
        starts_on: cycle.start,
        ends_on: cycle.end,
        nominal_start: cycle.nominal_start,
        nominal_end: cycle.nominal_end,
        terms_id: terms.row.id,
        ..row
    };
    for (pool, granted) in granted {
        if let Some(part) = book.parts.get_mut(&(row.id, pool)) {
            *part = PoolCycleRow { granted: granted.0, ..part.clone() };
        }
    }
    Ok(row)
}
