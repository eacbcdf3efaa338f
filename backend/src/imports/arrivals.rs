//! Where the time of a written import went: kept with its outcome, told with today's names.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::api::{AccountId, ImportArrival, ImportOutcome, RetainerId, TargetChoice};

use super::mapping::Mapping;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;

/// For each retainer that got time the number of the newest cycle that did.
pub type Arrivals = BTreeMap<RetainerId, Option<u32>>;

/// What an import did, as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(flatten)]
    pub outcome: ImportOutcome,
    /// None are kept of a preview, nor of imports that were written before they were.
    #[serde(default, skip_serializing_if = "Arrivals::is_empty")]
    pub arrivals: Arrivals,
}

#[derive(Debug, sqlx::FromRow)]
struct Place {
    account_id: AccountId,
    account_name: String,
    retainer_id: RetainerId,
    retainer_name: String,
}

/// The retainers that got time of a written import, in the order of their names.
pub async fn told(
    tx: &mut Tx,
    scope: Scope,
    kept: &Kept,
    mapping: &Mapping,
) -> Result<Vec<ImportArrival>> {
    let meant = mapping.targets.iter().filter_map(|choice| match choice {
        TargetChoice::Retainer { retainer_id } => Some((*retainer_id, None)),
        TargetChoice::Undecided | TargetChoice::Skip => None,
    });
    let arrivals = match kept.arrivals.is_empty() {
        true if kept.outcome.new > 0 => meant.collect(),
        _ => kept.arrivals.clone(),
    };
    if arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(
        "SELECT a.id AS account_id, a.name AS account_name, r.id AS retainer_id,
            r.name AS retainer_name
        FROM retainers r
        JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id",
    )
    .push(" WHERE r.organisation_id = ?", scope.organisation())
    .text(" AND r.id IN")
    .list(arrivals.keys().map(|id| Arg::from(*id)).collect())
    .text(" ORDER BY a.sort_key, r.sort_key, r.id");
    let arrival = |place: Place| ImportArrival {
        cycle_seq: arrivals.get(&place.retainer_id).copied().flatten().map(i64::from),
        account_id: place.account_id,
        account_name: place.account_name,
        retainer_id: place.retainer_id,
        retainer_name: place.retainer_name,
    };
    Ok(tx.all(query).await?.into_iter().map(arrival).collect())
}
