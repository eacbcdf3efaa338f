//! Which time was spent on which piece of work.
use shared::api::{RetainerId, TimeEntryId, WorkItemId};

use super::save;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{args, stmt};

stmt!(
    FIND = "
    SELECT t.work_item_id, w.retainer_id FROM time_entry_work t
    JOIN work_items w ON w.organisation_id = t.organisation_id AND w.id = t.work_item_id
    WHERE t.organisation_id = $1 AND t.time_entry_id = $2"
);
stmt!(FORGET = "DELETE FROM time_entry_work WHERE organisation_id = $1 AND time_entry_id = $2");
stmt!(
    INSERT = "
    INSERT INTO time_entry_work (organisation_id, time_entry_id, work_item_id)
    VALUES ($1, $2, $3)"
);
stmt!(
    OF_RETAINER = "
    SELECT id FROM work_items WHERE organisation_id = $1 AND id = $2 AND retainer_id = $3"
);

async fn found(
    tx: &mut Tx,
    scope: Scope,
    entry: TimeEntryId,
) -> Result<Option<(WorkItemId, RetainerId)>> {
    Ok(tx.opt(FIND.with(args![scope.organisation(), entry])).await?)
}

/// Says on which piece of work an entry of a retainer was spent, or on none.
///
/// # Errors
/// At `/work_item_id` for work of another retainer.
pub(crate) async fn spend(
    tx: &mut Tx,
    scope: Scope,
    (entry, retainer): (TimeEntryId, RetainerId),
    item: Option<WorkItemId>,
) -> Result<()> {
    let before = found(tx, scope, entry).await?;
    if before.map(|(item, _)| item) == item {
        return Ok(());
    }
    if let Some(before) = before {
        tx.execute(FORGET.with(args![scope.organisation(), entry])).await?;
        save::touch(tx, scope, before).await?;
    }
    let Some(item) = item else { return Ok(()) };
    let known = OF_RETAINER.with(args![scope.organisation(), item, retainer]);
    if tx.opt::<(WorkItemId,)>(known).await?.is_none() {
        return Err(Error::field("/work_item_id", "not_found"));
    }
    tx.execute(INSERT.with(args![scope.organisation(), entry, item])).await?;
    save::touch(tx, scope, (item, retainer)).await
}

/// Lets whoever watches see that an entry of some piece of work has changed.
pub(crate) async fn drawn_changed(tx: &mut Tx, scope: Scope, entry: TimeEntryId) -> Result<()> {
    match found(tx, scope, entry).await? {
        Some(item) => save::touch(tx, scope, item).await,
        None => Ok(()),
    }
}
