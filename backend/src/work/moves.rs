//! Moving a piece of work: to another column, place or lane.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, RetainerId, Role, WorkColumn, WorkDecision, WorkEventKind, WorkItem, WorkItemId,
    WorkMove,
};
use shared::rules::work::gate::{self, Missing};
use shared::rules::work::order;

use super::fields::name;
use super::people;
use super::save::Happened;
use super::service::{at_version, keep, ready, trimmed};
use super::store::{self, ItemRow};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Moves an item; only its own row is written. Into another column it goes through the gate.
///
/// # Errors
/// `stale`; `work_decided` if it was stopped; `work_not_ready` with all that is missing, each at
/// its field, for a partner the check of what it delivers too. At the field: a neighbour that left
/// the column, an unknown priority, no reason to send it back to the intake.
pub async fn place(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (to, version): (&WorkMove, i64),
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = at_version(tx, scope, id, version).await?;
    if row.decision == Some(WorkDecision::Stop) {
        return Err(ErrorCode::WorkDecided.into());
    }
    let (was, becomes) = (name(&row.stage), name(&to.column));
    let reason = trimmed(to.reason.as_deref());
    let mut kind = WorkEventKind::Moved;
    if to.column != row.stage {
        if to.column == WorkColumn::Intake {
            kind = WorkEventKind::SentBack;
            if reason.is_none() {
                return Err(Error::field("/reason", "required"));
            }
        }
        let may_decide = people::owner_may_decide(tx, scope, &row, now).await?;
        let known = view::readiness(&row, may_decide);
        ready(&gate::missing(to.column, &known))?;
        // A partner hands over what somebody of ours has checked, however light it is.
        let delivers = to.column == WorkColumn::Delivered && scope.role() == Role::Partner;
        if delivers && !known.review_passed {
            ready(&[Missing::Review])?;
        }
        enter(&mut row, to.column, now);
    }
    if let Some(priority) = to.priority_id {
        if let Some(id) = priority {
            let title = store::priority(tx, scope, (row.retainer_id, id)).await?;
            title.ok_or_else(|| Error::field("/priority_id", "not_found"))?;
        }
        row.priority_id = priority;
    }
    row.place = between(tx, scope, (row.retainer_id, to.column), (id, to.before)).await?;
    let told = Happened::saying(kind, reason.as_deref()).between(was, becomes);
    keep(tx, scope, &row, &[told], now).await
}

/// What entering a column means for the item. Work that leaves Delivered is checked, decided on and
/// judged anew when it comes back: what was said of it was said of what it was. The history keeps
/// it. Source: requirements S0-20, S0-35.
fn enter(row: &mut ItemRow, column: WorkColumn, now: DateTime<Utc>) {
    let left = std::mem::replace(&mut row.stage, column) == WorkColumn::Delivered;
    if left {
        row.review_passed = false;
        (row.decision, row.decided) = (None, None);
    }
    if column == WorkColumn::Delivered {
        row.delivered_at = Some(now);
    } else {
        row.delivered_at = None;
        row.verdict = None;
    }
}

/// A place before a card, or the last.
async fn between(
    tx: &mut Tx,
    scope: Scope,
    there: (RetainerId, WorkColumn),
    (moved, before): (WorkItemId, Option<WorkItemId>),
) -> Result<String> {
    let Some(before) = before else {
        let last = store::last_place(tx, scope, there).await?;
        return Ok(order::between(last.as_deref(), None));
    };
    if before == moved {
        return Err(Error::field("/before", "not_allowed"));
    }
    let next = store::place_of(tx, scope, before, there).await?;
    let next = next.ok_or_else(|| Error::field("/before", "not_found"))?;
    let previous = store::place_before(tx, scope, there, (&next, moved)).await?;
    Ok(order::between(previous.as_deref(), Some(&next)))
}
