//! Margin of some cycles and whether it falls, for who looks at an account as a whole.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, MarginErosion, RetainerId};
use shared::rules::margin::Sums;

use super::count::{When, count};
use super::falls;
use super::store::{self, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What some cycles came to.
#[derive(Default)]
pub(crate) struct Recent {
    /// What those that are billed earned and cost, by currency.
    pub sums: HashMap<String, Sums>,
    /// The margin that falls, of several retainers the one that fell most.
    pub erosion: Option<MarginErosion>,
}

/// What these cycles came to; they begin on `from` or later.
///
/// # Errors
/// Those of the database; amounts that do not fit.
pub(crate) async fn of_cycles(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &HashSet<CycleId>),
    from: NaiveDate,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Recent> {
    let places = store::places_by_id(tx, scope, retainers).await?;
    let until = today.succ_opt().unwrap_or(today);
    let when = When { window: Window { from: Some(from), until }, today, now };
    let counted = count(tx, scope, &places, when).await?;
    let mut recent = Recent::default();
    for one in counted.iter().filter(|one| one.billed && cycles.contains(&one.cycle.id)) {
        let of = recent.sums.entry(one.currency.clone()).or_default();
        *of = of.plus(one.sums)?;
    }
    for place in &places {
        let of = counted.iter().filter(|one| one.cycle.retainer_id == place.retainer_id);
        if let Some(found) = falls::told(place, &of.collect::<Vec<_>>()) {
            recent.erosion = falls::worse(recent.erosion.take(), found);
        }
    }
    Ok(recent)
}
