//! What amendments changed in a running cycle, cut anew after the cycle got another end.
//! Source: domain 2.7, 2.10, 2.11, 2.12, docs/decisions/0019.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{NOTE_MAX, Recut, RetainerId, told_day};

use crate::adjustments::{self, AmendedRow};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{Book, PoolBook};
use crate::db::Tx;
use crate::delivery::Poster;
use crate::error::Result;

/// Takes back what amendments changed by the days that the running cycle had, and writes what they
/// change by the days it has now. What is right stays as it is, and so does what was taken back by
/// hand.
///
/// # Errors
/// Those of the rules and the database.
pub async fn recut(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let poster = Poster::load(tx, scope, id, now).await?;
    let book = poster.book();
    let standing = adjustments::standing_amendments(tx, scope, id).await?;
    let by_hand = adjustments::undone_by_hand(tx, scope, id).await?;
    let mut wrong: Vec<&AmendedRow> = Vec::new();
    let mut right = Vec::new();
    for row in &book.open {
        for pool in book.each_pool() {
            let wanted = pool.amended(row)?;
            let mine: Vec<&AmendedRow> = standing
                .iter()
                .filter(|made| (made.cycle_id, made.pool_id) == (row.id, pool.pool.id))
                .collect();
            let on = mine.iter().map(|made| made.effective_on);
            let days: BTreeSet<NaiveDate> = wanted.keys().copied().chain(on).collect();
            for day in days {
                let of_day = mine.iter().copied().filter(|made| made.effective_on == day);
                let wanted = wanted.get(&day).copied().unwrap_or_default();
                let undone = by_hand.contains(&(row.id, pool.pool.id, day));
                if undone || of_day.clone().map(|made| made.quantity).sum::<i64>() == wanted {
                    continue;
                }
                wrong.extend(of_day);
                if wanted != 0 {
                    right.push((pool, day, wanted, reason(row, pool, day)));
                }
            }
        }
    }
    if wrong.is_empty() && right.is_empty() {
        return Ok(());
    }
    // All of it is taken back before any of it is written anew: no alert is raised by the state
    // in between.
    for made in wrong {
        adjustments::take_back_amendment(tx, scope, &poster, made, now).await?;
    }
    for (pool, day, quantity, reason) in right {
        let what = (pool.pool.id, day);
        adjustments::amended(tx, scope, &poster, what, (quantity, &reason), now).await?;
    }
    poster.look(tx, scope, now).await
}

/// "Terms 2 of 16 July 2027 count for 1 of 31 days, as this cycle now ends with 16 July 2027: more
/// work agreed".
fn reason(row: &CycleRow, pool: PoolBook<'_>, day: NaiveDate) -> String {
    let book: &Book = pool.book;
    let versions = book.versions_in(row);
    let of_day = |terms: &usize| versions[*terms].row.effective_from == day;
    let place = (0..versions.len()).rev().find(of_day).unwrap_or_default();
    let next = versions.get(place + 1).map_or(row.ends_on, |next| next.row.effective_from);
    let last = row.ends_on.pred_opt().unwrap_or(row.ends_on);
    let Some(terms) = versions.get(place).map(|terms| &terms.row) else { return told_day(day) };
    let recut = Recut {
        terms: terms.number,
        from: day,
        days: (next - day).num_days(),
        whole: row.days().nominal_days(),
        last,
        why: terms.reason.as_deref(),
    };
    recut.to_string().chars().take(NOTE_MAX).collect()
}
