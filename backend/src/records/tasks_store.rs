//! Next steps in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, MemberId, NewTask, NoteId, RetainerId, Task, TaskId, TaskState};

use crate::auth::Scope;
use crate::clock::YEAR_MAX;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::stmt;

/// A next step with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TaskRow {
    pub id: TaskId,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub note_id: Option<NoteId>,
    pub title: String,
    pub state: TaskState,
    pub owner_id: MemberId,
    pub owner_name: String,
    pub due_on: Option<NaiveDate>,
    pub sorted_on: NaiveDate,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            account_name: row.account_name,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            note_id: row.note_id,
            title: row.title,
            state: row.state,
            owner_id: row.owner_id,
            owner_name: row.owner_name,
            due_on: row.due_on,
            done_at: row.done_at,
            done_by_name: row.done_by_name,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT t.id, t.account_id, a.name AS account_name, t.retainer_id, r.name AS retainer_name,
        t.note_id, t.title, t.state, t.owner_id, m.name AS owner_name, t.due_on, t.sorted_on,
        t.done_at, d.name AS done_by_name, t.created_at, t.version
    FROM tasks t
    JOIN accounts a ON a.organisation_id = t.organisation_id AND a.id = t.account_id
    LEFT JOIN retainers r ON r.organisation_id = t.organisation_id AND r.id = t.retainer_id
    JOIN members m ON m.organisation_id = t.organisation_id AND m.id = t.owner_id
    LEFT JOIN members d ON d.organisation_id = t.organisation_id AND d.id = t.done_by
    WHERE t.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub owner: Option<MemberId>,
    pub state: Option<TaskState>,
    /// To be done by this day.
    pub due_by: Option<NaiveDate>,
    pub after: Option<(NaiveDate, TaskId)>,
    pub limit: i64,
}

/// Next steps in the order of their days, those without one last.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<TaskRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND t.account_id = ?", filter.account)
        .push_opt(" AND t.owner_id = ?", filter.owner)
        .push_opt(" AND t.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND t.due_on IS NOT NULL AND t.sorted_on <= ?", filter.due_by);
    if let Some((day, id)) = filter.after {
        query = query.push(" AND (t.sorted_on, t.id) > (?", day).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY t.sorted_on, t.id LIMIT ?", filter.limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: TaskId) -> Result<TaskRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND t.id = ?", id);
    Ok(tx.one(query).await?)
}
/// The next steps that came of notes, in the order of their days.
pub async fn of_notes(tx: &mut Tx, scope: Scope, notes: &[NoteId]) -> Result<Vec<Task>> {
    let notes = notes.iter().map(|id| Arg::from(*id)).collect();
    let query = Query::new(SELECT).push(" ? AND t.note_id IN", scope.organisation()).list(notes);
    let rows: Vec<TaskRow> = tx.all(query.text(" ORDER BY t.sorted_on, t.id")).await?;
    Ok(rows.into_iter().map(Task::from).collect())
}

stmt!(
    INSERT = "
    INSERT INTO tasks (id, organisation_id, account_id, retainer_id, note_id, title, state,
        owner_id, due_on, sorted_on, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11)"
);
stmt!(
    CHANGE = "
    UPDATE tasks SET title = $4, owner_id = $5, due_on = $6, sorted_on = $7, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'open'"
);
stmt!(
    SET_DONE = "
    UPDATE tasks SET state = $3, done_at = $4, done_by = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2"
);

/// Where a step stands in a list: its day, or the last that both engines keep alike.
fn sorted_on(due_on: Option<NaiveDate>) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(YEAR_MAX, 12, 31);
    due_on.or(last).unwrap_or_default()
}

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, owner, new): (TaskId, MemberId, &NewTask),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(new.account_id),
        Arg::from(new.retainer_id),
        Arg::from(new.note_id),
        Arg::from(new.title.trim()),
        Arg::from(owner),
        Arg::from(new.due_on),
        Arg::from(sorted_on(new.due_on)),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if somebody else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &TaskRow) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::from(row.title.as_str()),
        Arg::from(row.owner_id),
        Arg::from(row.due_on),
        Arg::from(sorted_on(row.due_on)),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// Says since when one is done, by the caller; or that it is open.
pub async fn set_done(
    tx: &mut Tx,
    scope: Scope,
    (id, done_at): (TaskId, Option<DateTime<Utc>>),
) -> Result<()> {
    let state = if done_at.is_some() { TaskState::Done } else { TaskState::Open };
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::name(state),
        Arg::from(done_at),
        Arg::from(done_at.map(|_| scope.member())),
    ];
    tx.execute(SET_DONE.with(args)).await?;
    Ok(())
}
