//! What is in the way of a piece of work, and how long it waits for the client.
//! Source: requirement S0-42.
use chrono::{DateTime, Utc};
use shared::api::{
    NewWorkBlocker, NewWorkWaiting, WorkEventKind, WorkItem, WorkItemId, WorkSettled,
};

use super::fields::name;
use super::people;
use super::save::Happened;
use super::seats::home_of;
use super::service::{keep, trimmed, written};
use super::store;
use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

stmt!(
    INSERT = "
    INSERT INTO work_blockers (organisation_id, work_item_id, number, kind, owner_member,
        owner_contact, note, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
stmt!(
    CLEAR = "
    UPDATE work_blockers SET cleared_by = $4, cleared_at = $5
    WHERE organisation_id = $1 AND work_item_id = $2 AND number = $3 AND cleared_at IS NULL"
);

/// Notes that something is in the way, and who is to clear it.
///
/// # Errors
/// At `/owner` for somebody unknown.
pub async fn block(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkBlocker,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    people::known(tx, scope, &home_of(&row), (new.owner, "/owner")).await?;
    let number = store::blockers(tx, scope, &[id]).await?.last().map_or(1, |last| last.number + 1);
    let args = args![
        scope.organisation(),
        id,
        number,
        Arg::name(new.kind),
        new.owner.member(),
        new.owner.contact(),
        trimmed(new.note.as_deref()),
        scope.member(),
        now,
    ];
    written(tx.execute(INSERT.with(args)).await)?;
    let told = Happened::saying(WorkEventKind::Blocked, new.note.as_deref())
        .between(None, name(&new.kind));
    keep(tx, scope, &row, &[told], now).await
}

/// Notes that it is out of the way.
///
/// # Errors
/// At `/number`: nothing of that number is in the way, or not any more.
pub async fn clear(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    which: &WorkSettled,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    let all = store::blockers(tx, scope, &[id]).await?;
    let blocker = all.iter().find(|one| one.number == which.number);
    let blocker = blocker.ok_or_else(|| Error::field("/number", "not_found"))?;
    let args = args![scope.organisation(), id, which.number, scope.member(), now];
    if tx.execute(CLEAR.with(args)).await? == 0 {
        return Err(Error::field("/number", "settled"));
    }
    let told = Happened::saying(WorkEventKind::Cleared, which.note.as_deref())
        .between(name(&blocker.kind), None);
    keep(tx, scope, &row, &[told], now).await
}

/// Starts or stops the clock of waiting for the client. The seconds of each wait add up.
pub async fn wait(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkWaiting,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = store::find(tx, scope, id).await?;
    let waits_for = trimmed(new.waits_for.as_deref());
    if let Some(since) = row.waiting_since.take() {
        row.waited_seconds += (now - since).num_seconds().max(0);
    }
    let kind = match waits_for {
        Some(_) => WorkEventKind::Waits,
        None => WorkEventKind::Resumed,
    };
    row.waiting_since = waits_for.is_some().then_some(now);
    row.waits_for = waits_for.clone();
    keep(tx, scope, &row, &[Happened::saying(kind, waits_for.as_deref())], now).await
}
