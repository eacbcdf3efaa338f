//! What promising a next step, doing it and taking that back mean.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ErrorCode, MemberId, NewTask, Page, Task, TaskChange, TaskId, TaskState,
    TimelineEvent,
};
use uuid::Uuid;

use super::tasks_store::{self as store, Filter};
use super::{notes, notes_store};
use crate::auth::{KeepRecords, Permission, Scope};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;
use crate::timeline::{self, Told};

/// Writes a next step down.
///
/// # Errors
/// At the field: an account, retainer or note that is not here, an owner who is not here or sees to
/// no steps.
pub(crate) async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewTask,
    now: DateTime<Utc>,
) -> Result<Task> {
    notes::of_account(tx, scope, (new.account_id, new.retainer_id)).await?;
    if let Some(note) = new.note_id
        && notes_store::account_of_note(tx, scope, note).await? != Some(new.account_id)
    {
        return Err(Error::field("/note_id", "not_found"));
    }
    create_at(tx, scope, (new, ""), now).await
}

/// The open next steps with an account, what is due first before the others: at most so many.
///
/// # Errors
/// Those of the database.
pub(crate) async fn open_of(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Task>> {
    let (account, state) = (Some(account), Some(TaskState::Open));
    let rows =
        store::list(tx, scope, Filter { account, state, limit, ..Filter::default() }).await?;
    Ok(rows.into_iter().map(Task::from).collect())
}

/// Likewise of an account and note that are known; `at` is where it stands in the body.
pub(super) async fn create_at(
    tx: &mut Tx,
    scope: Scope,
    (new, at): (&NewTask, &str),
    now: DateTime<Utc>,
) -> Result<Task> {
    let owner = new.owner_id.unwrap_or(scope.member());
    check_owner(tx, scope, (owner, at)).await?;
    let id = TaskId(Uuid::now_v7());
    store::insert(tx, scope, (id, owner, new), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::TaskMade, id), now).await?;
    find(tx, scope, id).await
}

/// Who may see to steps may own one.
async fn check_owner(tx: &mut Tx, scope: Scope, (owner, at): (MemberId, &str)) -> Result<()> {
    let field = format!("{at}/owner_id");
    match identity::role_of(tx, scope, owner).await? {
        None => Err(Error::field(&field, "not_found")),
        Some(role) if !KeepRecords::granted_to(role) => Err(Error::field(&field, "may_not_change")),
        Some(_) => Ok(()),
    }
}

/// A next step.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: TaskId) -> Result<Task> {
    Ok(store::find(tx, scope, id).await?.into())
}

/// A page of next steps in the order of their days, those without one last.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Task>> {
    let filter = Filter { after: paging.after_time()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.sorted_on, row.id));
    Ok(Page { items: items.into_iter().map(Task::from).collect(), next_cursor })
}

/// Changes a next step that is open.
///
/// # Errors
/// `not_found`; `stale`; `task_done`; at `/owner_id` as in [`create`].
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (TaskId, i64),
    change: &TaskChange,
) -> Result<Task> {
    let mut row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    if row.state == TaskState::Done {
        return Err(ErrorCode::TaskDone.into());
    }
    if let Some(owner) = change.owner_id.filter(|new| *new != row.owner_id) {
        check_owner(tx, scope, (owner, "")).await?;
        row.owner_id = owner;
    }
    if let Some(title) = change.title.as_deref() {
        title.trim().clone_into(&mut row.title);
    }
    row.due_on = change.due_on.or(row.due_on);
    if !store::change(tx, scope, &row).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id).await
}

/// Says that a next step is done.
///
/// # Errors
/// `not_found`; `task_done`.
pub(crate) async fn finish(
    tx: &mut Tx,
    scope: Scope,
    id: TaskId,
    now: DateTime<Utc>,
) -> Result<Task> {
    if store::find(tx, scope, id).await?.state == TaskState::Done {
        return Err(ErrorCode::TaskDone.into());
    }
    store::set_done(tx, scope, (id, Some(now))).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::TaskDone, id), now).await?;
    find(tx, scope, id).await
}

/// Says that a next step is to be done again.
///
/// # Errors
/// `not_found`; `task_open`.
pub async fn reopen(tx: &mut Tx, scope: Scope, id: TaskId, now: DateTime<Utc>) -> Result<Task> {
    if store::find(tx, scope, id).await?.state == TaskState::Open {
        return Err(ErrorCode::TaskOpen.into());
    }
    store::set_done(tx, scope, (id, None)).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::TaskReopened, id), now).await?;
    find(tx, scope, id).await
}
