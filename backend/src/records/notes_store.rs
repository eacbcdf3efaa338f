//! Notes in the database.
use chrono::{DateTime, Utc};
use shared::api::{AccountId, MemberId, NewNote, Note, NoteId, NoteKind, RetainerId, Task};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Next steps that a note tells: more can be listed.
const TOLD_MAX: usize = 200;

/// A note with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct NoteRow {
    pub id: NoteId,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub kind: NoteKind,
    pub happened_at: DateTime<Utc>,
    pub text: String,
    pub internal: bool,
    pub author_id: MemberId,
    pub author_name: String,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub version: i64,
}
impl NoteRow {
    /// The note with the next steps that came of it.
    pub fn with(self, mut tasks: Vec<Task>) -> Note {
        tasks.truncate(TOLD_MAX);
        Note {
            id: self.id,
            account_id: self.account_id,
            account_name: self.account_name,
            retainer_id: self.retainer_id,
            retainer_name: self.retainer_name,
            kind: self.kind,
            happened_at: self.happened_at,
            text: self.text,
            internal: self.internal,
            author_id: self.author_id,
            author_name: self.author_name,
            created_at: self.created_at,
            edited_at: self.edited_at,
            withdrawn_at: self.withdrawn_at,
            tasks,
            version: self.version,
        }
    }
}

const SELECT: &str = "
    SELECT n.id, n.account_id, a.name AS account_name, n.retainer_id, r.name AS retainer_name,
        n.kind, n.happened_at, n.text, n.internal, n.author_id, m.name AS author_name,
        n.created_at, n.edited_at, n.withdrawn_at, n.version
    FROM notes n
    JOIN accounts a ON a.organisation_id = n.organisation_id AND a.id = n.account_id
    LEFT JOIN retainers r ON r.organisation_id = n.organisation_id AND r.id = n.retainer_id
    JOIN members m ON m.organisation_id = n.organisation_id AND m.id = n.author_id
    WHERE n.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub retainer: Option<RetainerId>,
    pub kind: Option<NoteKind>,
    pub before: Option<(DateTime<Utc>, NoteId)>,
    pub limit: i64,
}

/// Notes that were not withdrawn, what happened last first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<NoteRow>> {
    let mut query = Query::new(SELECT)
        .push(" ? AND n.withdrawn_at IS NULL", scope.organisation())
        .push_opt(" AND n.account_id = ?", filter.account)
        .push_opt(" AND n.retainer_id = ?", filter.retainer)
        .push_opt(" AND n.kind = ?", filter.kind.map(Arg::name));
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (n.happened_at, n.id) < (?", at).push(", ?)", id);
    }
    let query = query.push(" ORDER BY n.happened_at DESC, n.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: NoteId) -> Result<NoteRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND n.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO notes (id, organisation_id, account_id, retainer_id, kind, happened_at, text,
        internal, author_id, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10)"
);
stmt!(
    CHANGE = "
    UPDATE notes SET kind = $4, happened_at = $5, text = $6, internal = $7, edited_at = $8,
        edited_by = $9, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND withdrawn_at IS NULL"
);
stmt!(
    WITHDRAW = "
    UPDATE notes SET withdrawn_at = $4, withdrawn_by = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND withdrawn_at IS NULL"
);

/// What a note says: what it is of, its text, and whether it is internal.
type Said<'a> = (NoteKind, &'a str, bool);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (NoteId, &NewNote),
    (happened_at, (kind, text, internal)): (DateTime<Utc>, Said<'_>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(new.account_id),
        Arg::from(new.retainer_id),
        Arg::name(kind),
        Arg::from(happened_at),
        Arg::from(text),
        Arg::from(internal),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if somebody else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &NoteRow, now: DateTime<Utc>) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::name(row.kind),
        Arg::from(row.happened_at),
        Arg::from(row.text.as_str()),
        Arg::from(row.internal),
        Arg::from(now),
        Arg::from(scope.member()),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// False if somebody else changed it first.
pub async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (NoteId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, now, scope.member()];
    Ok(tx.execute(WITHDRAW.with(args)).await? == 1)
}

stmt!(ACCOUNT = "SELECT id FROM accounts WHERE organisation_id = $1 AND id = $2");
stmt!(RETAINER = "SELECT account_id FROM retainers WHERE organisation_id = $1 AND id = $2");
stmt!(NOTE = "SELECT account_id FROM notes WHERE organisation_id = $1 AND id = $2");

pub async fn account_is_known(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<bool> {
    let found: Option<(AccountId,)> = tx.opt(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}
/// Whose retainer it is; none if there is no such retainer.
pub async fn account_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> =
        tx.opt(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(account,)| account))
}
/// Of which account a note is; none if there is no such note.
pub async fn account_of_note(tx: &mut Tx, scope: Scope, id: NoteId) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> = tx.opt(NOTE.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(account,)| account))
}
