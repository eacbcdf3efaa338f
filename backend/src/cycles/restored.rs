//! What comes back of a use of a closed cycle that is taken back.
//! Source: domain 3.9, docs/decisions/0020.
use shared::api::{CycleId, FactId, PoolId};
use shared::rules::ledger;
use shared::rules::units::Quantity;

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Units of a use of a closed cycle for which nothing comes back: what no lot had paid for, and was
/// billed or delivered for nothing.
///
/// # Errors
/// Those of the database.
pub(crate) async fn unpaid(
    tx: &mut Tx,
    scope: Scope,
    which: (CycleId, PoolId),
    fact: FactId,
) -> Result<i64> {
    let parts = store::pool_cycles(tx, scope, &[which.0]).await?;
    let frozen = parts.into_iter().find(|part| part.pool_id == which.1).and_then(|one| one.sums);
    let Some(frozen) = frozen.map(|sums| sums.0) else { return Ok(0) };
    let short = Quantity(store::overage_of(tx, scope, which, fact).await?);
    let before = Quantity(store::taken_beyond(tx, scope, which).await?);
    Ok(ledger::unpaid(short, &frozen.totals, frozen.closing.borrowed, before).0)
}
