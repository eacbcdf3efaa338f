//! Time entries in the database, and the facts behind them.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, ApprovalId, Approved, CycleId, EntrySource, ImportId, MemberId, PoolId, RetainerId,
    TimeEntry, TimeEntryId, Unit, WorkItemId,
};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::like;
use crate::{args, stmt};

/// An entry to write.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub id: TimeEntryId,
    pub retainer_id: RetainerId,
    pub cycle_id: CycleId,
    pub member_id: MemberId,
    pub worked_on: NaiveDate,
    pub minutes: i64,
    /// The pool it draws on, if it draws.
    pub pool_id: Option<PoolId>,
    pub note: Option<String>,
    pub late: bool,
    pub source: EntrySource,
    pub raw_seconds: Option<i64>,
    pub import: Option<(ImportId, Vec<u8>)>,
}

/// An entry with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EntryRow {
    pub id: TimeEntryId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_name: String,
    pub cycle_id: CycleId,
    pub member_id: MemberId,
    pub member_name: String,
    pub worked_on: NaiveDate,
    pub minutes: i64,
    pub pool_id: Option<PoolId>,
    pub pool_key: Option<String>,
    pub unit: Option<Unit>,
    pub drawn: i64,
    pub note: Option<String>,
    pub work_item_id: Option<WorkItemId>,
    pub late: bool,
    pub source: EntrySource,
    pub created_at: DateTime<Utc>,
    pub version: i64,
    /// By what it goes beyond the limit, if it does; read apart.
    #[sqlx(skip)]
    pub approved: Option<Approved>,
}
impl From<EntryRow> for TimeEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_name: row.account_name,
            cycle_id: row.cycle_id,
            member_id: row.member_id,
            member_name: row.member_name,
            worked_on: row.worked_on,
            minutes: row.minutes,
            draws: row.pool_id.is_some(),
            pool: row.pool_key,
            unit: row.unit,
            drawn: row.unit.map(|_| row.drawn),
            note: row.note,
            work_item_id: row.work_item_id,
            late: row.late,
            source: row.source,
            approved: row.approved,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT e.id, e.retainer_id, r.name AS retainer_name, a.name AS account_name, e.cycle_id,
        e.member_id, m.name AS member_name, e.worked_on, e.minutes, e.pool_id, p.key AS pool_key,
        p.unit, CAST(COALESCE((SELECT SUM(CASE f.kind WHEN 'consume' THEN f.quantity
            ELSE -f.quantity END) FROM facts f WHERE f.organisation_id = e.organisation_id
            AND f.time_entry_id = e.id), 0) AS BIGINT) AS drawn,
        e.note, t.work_item_id, e.late, e.source, e.created_at, e.version
    FROM time_entries e
    JOIN retainers r ON r.organisation_id = e.organisation_id AND r.id = e.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = e.organisation_id AND m.id = e.member_id
    LEFT JOIN pools p ON p.organisation_id = e.organisation_id AND p.id = e.pool_id
    LEFT JOIN time_entry_work t ON t.organisation_id = e.organisation_id
        AND t.time_entry_id = e.id
    WHERE e.deleted_at IS NULL AND e.organisation_id =";

// What an import that is still being written has recorded is not seen.
const SEEN: &str = "
    AND (e.import_id IS NULL OR e.import_id NOT IN (SELECT i.id FROM imports i
        WHERE i.organisation_id = ? AND i.state = 'committing'))";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub account: Option<AccountId>,
    pub member: Option<MemberId>,
    pub cycle: Option<CycleId>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub draws: Option<bool>,
    pub text: Option<String>,
    pub before: Option<(NaiveDate, TimeEntryId)>,
    pub limit: i64,
}

/// Entries, the newest day first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<EntryRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(SEEN, scope.organisation())
        .push_opt(" AND e.retainer_id = ?", filter.retainer)
        .push_opt(" AND r.account_id = ?", filter.account)
        .push_opt(" AND e.member_id = ?", filter.member)
        .push_opt(" AND e.cycle_id = ?", filter.cycle)
        .push_opt(" AND e.worked_on >= ?", filter.from)
        .push_opt(" AND e.worked_on <= ?", filter.to)
        .push_opt(" AND (e.pool_id IS NOT NULL) = ?", filter.draws);
    if let Some(text) = filter.text.as_deref().map(like) {
        query = query
            .push(" AND (r.sort_key LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR a.sort_key LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR LOWER(e.note) LIKE ? ESCAPE '\\')", text.as_str());
    }
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (e.worked_on, e.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY e.worked_on DESC, e.id DESC LIMIT ?", filter.limit);
    let mut rows = tx.all(query).await?;
    tell_approved(tx, scope, &mut rows).await?;
    Ok(rows)
}
/// An entry that was not taken back.
pub async fn find(tx: &mut Tx, scope: Scope, id: TimeEntryId) -> Result<EntryRow> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(SEEN, scope.organisation())
        .push(" AND e.id = ?", id);
    let mut row = tx.one(query).await?;
    tell_approved(tx, scope, std::slice::from_mut(&mut row)).await?;
    Ok(row)
}

/// The decision by which an entry counts beyond the limit.
#[derive(Debug, sqlx::FromRow)]
struct ApprovedEntry {
    time_entry_id: TimeEntryId,
    approval_id: ApprovalId,
    member_name: String,
    created_at: DateTime<Utc>,
    reason: String,
}

const APPROVED: &str = "
    SELECT f.time_entry_id, a.id AS approval_id, m.name AS member_name, a.created_at, a.reason
    FROM facts f
    JOIN approved_facts b ON b.organisation_id = f.organisation_id AND b.fact_id = f.id
    JOIN approvals a ON a.organisation_id = b.organisation_id AND a.id = b.approval_id
    JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.created_by
    WHERE NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
        AND f.organisation_id =";

/// Tells of each entry by what its standing fact goes beyond the limit.
async fn tell_approved(tx: &mut Tx, scope: Scope, rows: &mut [EntryRow]) -> Result<()> {
    let query = Query::new(APPROVED)
        .push(" ?", scope.organisation())
        .text(" AND f.time_entry_id IN")
        .list(rows.iter().map(|row| Arg::from(row.id)).collect());
    for found in tx.all::<ApprovedEntry>(query).await? {
        if let Some(row) = rows.iter_mut().find(|row| row.id == found.time_entry_id) {
            let ApprovedEntry { approval_id, member_name, created_at, reason, .. } = found;
            row.approved = Some(Approved { approval_id, member_name, at: created_at, reason });
        }
    }
    Ok(())
}

/// Entries of one statement.
const BATCH_MAX: usize = 200;

/// Writes entries but those of rows of other tools that were imported before; how many.
pub async fn insert_many(
    tx: &mut Tx,
    scope: Scope,
    rows: &[NewEntry],
    now: DateTime<Utc>,
) -> Result<usize> {
    let value = |row: &NewEntry| {
        let (import, key) = row.import.clone().unzip();
        vec![
            Arg::from(row.id),
            Arg::from(scope.organisation()),
            Arg::from(row.retainer_id),
            Arg::from(row.cycle_id),
            Arg::from(row.member_id),
            Arg::from(row.worked_on),
            Arg::from(row.minutes),
            Arg::from(row.pool_id),
            Arg::from(row.note.clone()),
            Arg::from(row.late),
            Arg::name(row.source),
            Arg::from(row.raw_seconds),
            Arg::from(import),
            Arg::from(key),
            Arg::from(scope.member()),
            Arg::from(now),
        ]
    };
    let mut written = 0;
    for rows in rows.chunks(BATCH_MAX) {
        let query = Query::new(
            "INSERT INTO time_entries (id, organisation_id, retainer_id, cycle_id, member_id,
                worked_on, minutes, pool_id, note, late, source, raw_seconds, import_id, import_key,
                created_by, created_at) VALUES",
        );
        // The key itself says what is known: no plan of a question about it can be a bad one.
        let query = query
            .rows(rows.iter().map(value).collect())
            .text(" ON CONFLICT (organisation_id, import_key) DO NOTHING");
        written += usize::try_from(tx.execute(query).await?).unwrap_or(usize::MAX);
    }
    Ok(written)
}

/// Which of these entries there are.
pub async fn written(tx: &mut Tx, scope: Scope, rows: &[NewEntry]) -> Result<HashSet<TimeEntryId>> {
    let mut there = HashSet::new();
    for rows in rows.chunks(BATCH_MAX) {
        let query = Query::new("SELECT id FROM time_entries WHERE organisation_id =")
            .push(" ?", scope.organisation())
            .text(" AND id IN")
            .list(rows.iter().map(|row| Arg::from(row.id)).collect());
        there.extend(tx.all::<(TimeEntryId,)>(query).await?.into_iter().map(|(id,)| id));
    }
    Ok(there)
}

/// Deletes entries that nobody has seen, with their facts; answers the retainer of each fact.
pub async fn delete_unseen(
    tx: &mut Tx,
    scope: Scope,
    entries: &[TimeEntryId],
) -> Result<Vec<RetainerId>> {
    let mut freed = Vec::new();
    for entries in entries.chunks(BATCH_MAX) {
        let ids = || entries.iter().map(|id| Arg::from(*id)).collect();
        let facts = Query::new("DELETE FROM facts WHERE organisation_id =")
            .push(" ?", scope.organisation())
            .text(" AND time_entry_id IN")
            .list(ids())
            .text(" RETURNING retainer_id");
        freed.extend(tx.all::<(RetainerId,)>(facts).await?.into_iter().map(|(id,)| id));
        let entries = Query::new("DELETE FROM time_entries WHERE organisation_id =")
            .push(" ?", scope.organisation())
            .text(" AND id IN")
            .list(ids());
        tx.execute(entries).await?;
    }
    Ok(freed)
}

stmt!(
    CHANGE = "
    UPDATE time_entries SET cycle_id = $4, worked_on = $5, minutes = $6, pool_id = $7, note = $8,
        late = $9, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);
stmt!(
    DELETE = "
    UPDATE time_entries SET deleted_at = $4, import_key = NULL, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);

/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &NewEntry, version: i64) -> Result<bool> {
    let args = vec![
        scope.organisation().into(),
        row.id.into(),
        version.into(),
        row.cycle_id.into(),
        row.worked_on.into(),
        row.minutes.into(),
        row.pool_id.into(),
        row.note.clone().into(),
        row.late.into(),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// Also forgets which row of another tool it was, so that the row can be imported anew.
/// False if someone else changed it first.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (TimeEntryId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(DELETE.with(args![scope.organisation(), id, version, now])).await? == 1)
}

stmt!(
    ACTIVE_MEMBER = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM members WHERE organisation_id = $1 AND id = $2 AND active"
);
pub async fn is_active_member(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<bool> {
    let (count,): (i64,) = tx.one(ACTIVE_MEMBER.with(args![scope.organisation(), id])).await?;
    Ok(count == 1)
}
