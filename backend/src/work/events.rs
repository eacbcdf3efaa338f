//! What happened to a piece of work, in the database.
use chrono::{DateTime, Utc};
use shared::api::{MemberId, WorkEvent, WorkEventId, WorkEventKind, WorkItemId};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;

/// Something that happened, with the name of who wrote it down.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EventRow {
    pub id: WorkEventId,
    pub kind: WorkEventKind,
    pub note: Option<String>,
    pub was: Option<String>,
    pub becomes: Option<String>,
    pub member_id: MemberId,
    pub member_name: String,
    pub created_at: DateTime<Utc>,
}
impl From<EventRow> for WorkEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            text: row.note,
            from: row.was,
            to: row.becomes,
            member_id: row.member_id,
            member_name: row.member_name,
            at: row.created_at,
        }
    }
}

const SELECT: &str = "
    SELECT e.id, e.kind, e.note, e.was, e.becomes, e.created_by AS member_id,
        m.name AS member_name, e.created_at
    FROM work_events e
    JOIN members m ON m.organisation_id = e.organisation_id AND m.id = e.created_by
    WHERE e.organisation_id =";

/// What happened to an item, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    item: WorkItemId,
    (before, limit): (Option<WorkEventId>, i64),
) -> Result<Vec<EventRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND e.work_item_id = ?", item)
        .push_opt(" AND e.id < ?", before)
        .push(" ORDER BY e.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
