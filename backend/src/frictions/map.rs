//! The map of constraints: which kind of friction comes back where. Source: requirement S3-9.
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{BlockerKind, Constraint, ConstraintMap, FrictionKind, PlaceKind, SopId};
use shared::rules::{know, zone};

use super::store::{self, FrictionRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// Months in which a friction with a routine is looked for.
const RECURS_WITHIN: u32 = 6;
/// The most rows of a map.
const ROWS_MAX: usize = 500;

/// The first days of the last months, in order; the last is that of `today`.
fn months(today: NaiveDate, count: u32) -> Vec<NaiveDate> {
    let first = today.with_day(1).unwrap_or(today);
    (0..count).rev().filter_map(|back| first.checked_sub_months(Months::new(back))).collect()
}

/// How often in each of these months.
fn by_month(days: impl Iterator<Item = NaiveDate>, months: &[NaiveDate]) -> Vec<i64> {
    let mut counts = vec![0; months.len()];
    for day in days {
        let place = months.iter().rposition(|first| *first <= day);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    counts
}

/// Where a friction was, with the name of the place. One with a workflow and more is there.
fn place(row: &FrictionRow) -> (PlaceKind, Option<String>, Option<String>) {
    let named = |id: Option<String>, name: &Option<String>| (id, name.clone());
    let (kind, (id, name)) = match (row.workflow_id, row.sop_id, row.retainer_id) {
        (Some(id), ..) => (PlaceKind::Workflow, named(Some(id.to_string()), &row.workflow_name)),
        (_, Some(id), _) => (PlaceKind::Sop, named(Some(id.to_string()), &row.sop_name)),
        (.., Some(id)) => (PlaceKind::Retainer, named(Some(id.to_string()), &row.retainer_name)),
        _ => (PlaceKind::Elsewhere, (None, None)),
    };
    (kind, id, name)
}

/// The map of the last months.
///
/// # Errors
/// Those of the database.
pub async fn map(
    tx: &mut Tx,
    scope: Scope,
    (today, count): (NaiveDate, u32),
) -> Result<ConstraintMap> {
    let months = months(today, count);
    let from = months.first().copied().unwrap_or(today);
    let rows = store::since(tx, scope, from).await?;
    let mut places: BTreeMap<_, Vec<&FrictionRow>> = BTreeMap::new();
    for row in &rows {
        places.entry((place(row), row.kind)).or_default().push(row);
    }
    let constraint = |(((place, place_id, place_name), kind), rows): (_, Vec<&FrictionRow>)| {
        let counts = by_month(rows.iter().map(|row| row.noticed_on), &months);
        Constraint {
            kind,
            place,
            place_id,
            place_name,
            recurring: know::recurring(&counts),
            total: counts.iter().sum(),
            months: counts,
        }
    };
    let mut rows: Vec<Constraint> = places.into_iter().map(constraint).collect();
    rows.sort_by_key(|row| (!row.recurring, std::cmp::Reverse(row.total)));
    rows.truncate(ROWS_MAX);
    Ok(ConstraintMap { months, rows })
}

/// A friction that comes back with a routine.
#[derive(Debug, Clone)]
pub struct Recurrence {
    /// Which routine.
    pub sop_id: SopId,
    /// What happened the last time.
    pub note: String,
    /// When that was.
    pub noticed_on: NaiveDate,
    /// When it was logged.
    pub logged_at: DateTime<Utc>,
}

/// The frictions that come back with the same routine, and what is in the way of the work that
/// follows it. Source: requirement S0-41.
///
/// # Errors
/// Those of the database.
pub async fn recurring(
    tx: &mut Tx,
    scope: Scope,
    (today, zone): (NaiveDate, Tz),
) -> Result<Vec<Recurrence>> {
    let months = months(today, RECURS_WITHIN);
    let from = months.first().copied().unwrap_or(today);
    let rows = store::since(tx, scope, from).await?;
    let mut kinds: BTreeMap<(SopId, FrictionKind), Vec<&FrictionRow>> = BTreeMap::new();
    for row in &rows {
        if let Some(sop) = row.sop_id {
            kinds.entry((sop, row.kind)).or_default().push(row);
        }
    }
    let back = |((sop_id, _), rows): ((SopId, FrictionKind), Vec<&FrictionRow>)| {
        let last = rows.iter().max_by_key(|row| (row.noticed_on, row.id))?;
        know::recurring(&by_month(rows.iter().map(|row| row.noticed_on), &months)).then(|| {
            Recurrence {
                sop_id,
                note: last.note.clone(),
                noticed_on: last.noticed_on,
                logged_at: last.created_at,
            }
        })
    };
    let blocked = blocked(tx, scope, (&months, zone)).await?;
    Ok(kinds.into_iter().filter_map(back).chain(blocked).collect())
}

#[derive(Debug, sqlx::FromRow)]
struct BlockedRow {
    sop_id: SopId,
    kind: BlockerKind,
    note: String,
    created_at: DateTime<Utc>,
}

stmt!(
    BLOCKED = "
    SELECT t.sop_id, b.kind, COALESCE(NULLIF(b.note, ''), w.title) AS note, b.created_at
    FROM work_blockers b
    JOIN work_items w ON w.organisation_id = b.organisation_id AND w.id = b.work_item_id
    JOIN requests q ON q.organisation_id = b.organisation_id AND q.work_item_id = b.work_item_id
    JOIN request_types t ON t.organisation_id = q.organisation_id AND t.id = q.request_type_id
    WHERE b.organisation_id = $1 AND b.created_at >= $2 AND t.sop_id IS NOT NULL"
);

/// What is in the way, in month after month, of work that came by a kind of request with the same
/// routine; where nobody wrote what it is, the work tells where it was.
async fn blocked(
    tx: &mut Tx,
    scope: Scope,
    (months, zone): (&[NaiveDate], Tz),
) -> Result<Vec<Recurrence>> {
    let Some(first) = months.first() else { return Ok(Vec::new()) };
    let from = zone::first_instant(zone, *first);
    let rows: Vec<BlockedRow> = tx.all(BLOCKED.with(args![scope.organisation(), from])).await?;
    let day = |row: &BlockedRow| zone::local_date(zone, row.created_at);
    let mut kinds: BTreeMap<(SopId, Option<usize>), Vec<&BlockedRow>> = BTreeMap::new();
    for row in &rows {
        let kind = BlockerKind::ALL.iter().position(|kind| *kind == row.kind);
        kinds.entry((row.sop_id, kind)).or_default().push(row);
    }
    let back = |((sop_id, _), rows): ((SopId, Option<usize>), Vec<&BlockedRow>)| {
        let last = rows.iter().max_by_key(|row| row.created_at)?;
        let again = know::recurring(&by_month(rows.iter().map(|row| day(row)), months));
        again.then(|| Recurrence {
            sop_id,
            note: last.note.clone(),
            noticed_on: day(last),
            logged_at: last.created_at,
        })
    };
    Ok(kinds.into_iter().filter_map(back).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_with_this_one() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
        let expected = [day("2025-12-01"), day("2026-01-01"), day("2026-02-01")];
        assert_eq!(months(day("2026-02-28"), 3), expected);
    }
}
