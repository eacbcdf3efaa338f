//! What an outreach tells, in the tables of others, and what was drafted.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, ContactId, MemberId, MessageId, RetainerId, TaskId};

use super::store::OpenRow;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// Things of each kind that are counted, at most.
const COUNTED_MAX: i64 = 500;
/// People of whom one is written to, at most.
const PEOPLE_MAX: i64 = 200;

stmt!(
    KNOWN = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM outreaches
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq = $3"
);
/// Whether one was drafted for a cycle.
pub async fn known(tx: &mut Tx, scope: Scope, (id, seq): (RetainerId, i64)) -> Result<bool> {
    let (count,): (i64,) = tx.one(KNOWN.with(args![scope.organisation(), id, seq])).await?;
    Ok(count > 0)
}
stmt!(
    INSERT = "
    INSERT INTO outreaches (organisation_id, retainer_id, seq, message_id, task_id)
    VALUES ($1, $2, $3, $4, $5)"
);
/// Notes that one was.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, seq): (RetainerId, i64),
    (message, task): (Option<MessageId>, TaskId),
) -> Result<()> {
    tx.execute(INSERT.with(args![scope.organisation(), id, seq, message, task])).await?;
    Ok(())
}
stmt!(
    SENT = "
    SELECT t.id AS task_id, t.owner_id FROM tasks t
    JOIN outreaches o ON o.organisation_id = t.organisation_id AND o.task_id = t.id
    JOIN mails m ON m.organisation_id = o.organisation_id AND m.message_id = o.message_id
    WHERE t.organisation_id = $1 AND t.account_id = $2 AND t.state = 'open'
        AND m.message_id IS NOT NULL AND m.state = 'sent'"
);
/// The steps that are open, and whose message was sent.
pub async fn sent(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Vec<OpenRow>> {
    Ok(tx.all(SENT.with(args![scope.organisation(), id])).await?)
}

/// Somebody who may be written to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    pub id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub decides: bool,
}
stmt!(
    PEOPLE = "
    SELECT id, name, email, decides FROM contacts
    WHERE organisation_id = $1 AND account_id = $2 ORDER BY sort_key, id LIMIT $3"
);
/// The people of an account by name.
pub async fn people(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Vec<PersonRow>> {
    Ok(tx.all(PEOPLE.with(args![scope.organisation(), id, PEOPLE_MAX])).await?)
}
stmt!(NAME = "SELECT name FROM members WHERE organisation_id = $1 AND id = $2");
/// What a colleague is called.
pub async fn name(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<String> {
    let (name,): (String,) = tx.one(NAME.with(args![scope.organisation(), id])).await?;
    Ok(name)
}

stmt!(
    WORK = "
    SELECT title, delivered_at FROM work_items
    WHERE organisation_id = $1 AND retainer_id = $2 AND stage = 'delivered'
        AND delivered_at >= $3 AND delivered_at < $4 AND (decision IS NULL OR decision <> 'stop')
    ORDER BY place LIMIT $5"
);
/// The work that was delivered within a span.
pub async fn work(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, DateTime<Utc>)>> {
    Ok(tx.all(WORK.with(args![scope.organisation(), id, from, to, COUNTED_MAX])).await?)
}
stmt!(
    THINGS = "
    SELECT COALESCE(title, item), delivered_on, count FROM deliverables
    WHERE organisation_id = $1 AND retainer_id = $2 AND delivered_on >= $3 AND delivered_on < $4
        AND deleted_at IS NULL ORDER BY delivered_on, id LIMIT $5"
);
/// Things that were delivered on the days `[from, to)`, and how many; some have no name.
pub async fn things(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(Option<String>, NaiveDate, i64)>> {
    Ok(tx.all(THINGS.with(args![scope.organisation(), id, from, to, COUNTED_MAX])).await?)
}
stmt!(
    SESSIONS = "
    SELECT title, starts_at FROM client_sessions
    WHERE organisation_id = $1 AND retainer_id = $2 AND starts_at >= $3 AND starts_at < $4
        AND state = 'completed' AND deleted_at IS NULL ORDER BY starts_at, id LIMIT $5"
);
/// The sessions that were held within a span.
pub async fn sessions(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(Option<String>, DateTime<Utc>)>> {
    Ok(tx.all(SESSIONS.with(args![scope.organisation(), id, from, to, COUNTED_MAX])).await?)
}
