//! The map of constraints: which kind of friction comes back where. Source: requirement S3-9.
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{Constraint, ConstraintMap, FrictionKind, PlaceKind, SopId};
use shared::rules::know;

use super::store::{self, FrictionRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

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
fn by_month<'a>(rows: impl Iterator<Item = &'a FrictionRow>, months: &[NaiveDate]) -> Vec<i64> {
    let mut counts = vec![0; months.len()];
    for row in rows {
        let place = months.iter().rposition(|first| *first <= row.noticed_on);
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
        let counts = by_month(rows.iter().copied(), &months);
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

/// The frictions that come back with the same routine. Source: requirement S0-41.
///
/// # Errors
/// Those of the database.
pub async fn recurring(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<Vec<Recurrence>> {
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
        know::recurring(&by_month(rows.iter().copied(), &months)).then(|| Recurrence {
            sop_id,
            note: last.note.clone(),
            noticed_on: last.noticed_on,
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
