//! What a verdict did besides the request itself, kept so that another verdict can undo it.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{ErrorCode, PoolId, PriorityId, RequestTriage, ScopeChangeState};

use super::store::RequestRow;
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::work::Stood;
use crate::{approvals, priorities, work};

/// A verdict as it is kept: as it was told, and what it did elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    pub told: RequestTriage,
    pub done: Done,
}

/// What a verdict did elsewhere.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Done {
    /// Work that it put off, as it stood.
    pub displaced: Vec<Stood>,
    /// The priority, and the number of its cycle, beside which it wrote what it put off.
    pub beside: Option<(PriorityId, i64)>,
    /// An approval that it gave.
    pub approval: Option<Raised>,
}

/// How far a pool could go beyond its limit before, and since.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Raised {
    pub pool: PoolId,
    pub seq: i64,
    pub before: i64,
    pub since: i64,
}

/// Undoes what the verdict that holds did: its work leaves the board, what it displaced stands where
/// it stood unless somebody planned it anew, what it approved is approved no more while that cycle
/// is open: what was approved for a closed one is part of its books. A priority that it displaced
/// stays where it was put, since the lists of both cycles may have been set anew.
///
/// # Errors
/// `request_begun` if its work has begun; `change_order_open` while its change of scope is proposed
/// or holds.
pub async fn undo(
    tx: &mut Tx,
    scope: Scope,
    (row, book): (&mut RequestRow, &Book),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    if row.scope_change_state.is_some_and(|state| state != ScopeChangeState::Declined) {
        return Err(ErrorCode::ChangeOrderOpen.into());
    }
    if let Some(item) = row.work_item_id.take() {
        work::take_off(tx, scope, item, reason, now).await?;
    }
    let kept = row.triage.take().map(|kept| (kept.0.told.displaced, kept.0.done));
    let (displaced, done) = kept.unwrap_or_default();
    for stood in done.displaced {
        work::take_up(tx, scope, stood, reason, now).await?;
    }
    if let Some(((id, seq), title)) = done.beside.zip(displaced)
        && book.open.iter().any(|cycle| cycle.seq == seq)
    {
        let place = (row.retainer_id, seq);
        priorities::displaced_by(tx, scope, place, (id, &title, false), now).await?;
    }
    if let Some(raised) = done.approval
        && book.open.iter().any(|cycle| cycle.seq == raised.seq)
        && let Some(pool) = book.pool(raised.pool)
        && pool.approved(raised.seq).is_some_and(|row| row.units == raised.since)
    {
        let lowered = (raised.seq, raised.before, reason);
        approvals::decide(tx, scope, pool, lowered, now).await?;
    }
    row.scope_change_id = None;
    row.verdict = None;
    Ok(())
}
