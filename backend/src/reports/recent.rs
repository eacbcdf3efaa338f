//! Margin of some cycles, for who looks at an account as a whole.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, RetainerId};
use shared::rules::margin::Sums;

use super::count::{When, count};
use super::store::{self, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What those of the cycles that are billed earned and cost, by currency; they begin on `from` or
/// later.
///
/// # Errors
/// Those of the database; amounts that do not fit.
pub(crate) async fn of_cycles(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &HashSet<CycleId>),
    from: NaiveDate,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<HashMap<String, Sums>> {
    let places = store::places_by_id(tx, scope, retainers).await?;
    let until = today.succ_opt().unwrap_or(today);
    let when = When { window: Window { from: Some(from), until }, today, now };
    let mut sums: HashMap<String, Sums> = HashMap::new();
    for one in count(tx, scope, &places, when).await? {
        if one.billed && cycles.contains(&one.cycle.id) {
            let of = sums.entry(one.currency).or_default();
            *of = of.plus(one.sums)?;
        }
    }
    Ok(sums)
}
