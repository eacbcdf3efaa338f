//! Files in the database.
use chrono::{DateTime, Utc};
use shared::api::{AccountFile, AccountId, FileId, FileKind, MemberId, OrganisationId, RetainerId};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A file with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FileRow {
    pub id: FileId,
    pub account_id: AccountId,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub name: String,
    pub kind: FileKind,
    pub size: i64,
    pub sha_256: String,
    pub note: Option<String>,
    pub is_agreement: bool,
    pub added_by: MemberId,
    pub added_by_name: String,
    pub added_at: DateTime<Utc>,
    pub version: i64,
}

impl From<FileRow> for AccountFile {
    fn from(row: FileRow) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            name: row.name,
            kind: row.kind,
            size: row.size,
            sha_256: row.sha_256,
            note: row.note,
            is_agreement: row.is_agreement,
            added_by: row.added_by,
            added_by_name: row.added_by_name,
            added_at: row.added_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT f.id, f.account_id, f.retainer_id, r.name AS retainer_name, f.name, f.kind, f.size,
        f.sha_256, f.note, EXISTS (SELECT 1 FROM agreements g
            WHERE g.organisation_id = f.organisation_id AND g.file_id = f.id) AS is_agreement,
        f.added_by, m.name AS added_by_name, f.added_at, f.version
    FROM files f
    LEFT JOIN retainers r ON r.organisation_id = f.organisation_id AND r.id = f.retainer_id
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.added_by
    WHERE f.organisation_id =";

/// Files of an account that were not deleted, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    (after, limit): (Option<FileId>, i64),
) -> Result<Vec<FileRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND f.account_id = ? AND f.deleted_at IS NULL", account)
        .push_opt(" AND f.id < ?", after)
        .push(" ORDER BY f.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}

/// A file that was not deleted.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: FileId) -> Result<FileRow> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND f.id = ? AND f.deleted_at IS NULL", id);
    Ok(tx.one(query).await?)
}

/// A file to be.
#[derive(Debug)]
pub struct NewFile {
    pub id: FileId,
    pub account_id: AccountId,
    pub retainer_id: Option<RetainerId>,
    pub name: String,
    pub kind: FileKind,
    pub size: i64,
    pub sha_256: String,
    pub note: Option<String>,
}

stmt!(
    INSERT = "
    INSERT INTO files (id, organisation_id, account_id, retainer_id, name, kind, size, sha_256, note,
        added_by, added_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewFile, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(new.id),
        Arg::from(new.account_id),
        Arg::from(new.retainer_id),
        Arg::from(new.name.as_str()),
        Arg::name(new.kind),
        Arg::from(new.size),
        Arg::from(new.sha_256.as_str()),
        Arg::from(new.note.clone()),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    DELETE = "
    UPDATE files SET deleted_at = $4, deleted_by = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);
/// False if somebody else changed it first.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (FileId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, now, scope.member()];
    Ok(tx.execute(DELETE.with(args)).await? == 1)
}

stmt!(
    KEPT = "
    SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files
    WHERE organisation_id = $1 AND cleared_at IS NULL"
);
/// The bytes of all files of the organisation, with those that were deleted and are still there.
pub async fn kept(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let (bytes,): (i64,) = tx.one(KEPT.with(args![scope.organisation()])).await?;
    Ok(bytes)
}

stmt!(IS_TOLD = "SELECT id FROM files WHERE organisation_id = $1 AND id = $2");
/// Whether a file has a row.
pub async fn is_told(tx: &mut Tx, scope: Scope, id: FileId) -> Result<bool> {
    let found: Option<(FileId,)> = tx.opt(IS_TOLD.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}

stmt!(ACCOUNT = "SELECT id FROM accounts WHERE organisation_id = $1 AND id = $2");
/// # Errors
/// `not_found`.
pub async fn account(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<AccountId> {
    let (id,): (AccountId,) = tx.one(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(id)
}

stmt!(RETAINER = "SELECT account_id FROM retainers WHERE organisation_id = $1 AND id = $2");
/// Whose retainer it is; none if there is no such retainer.
pub async fn account_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> =
        tx.opt(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(account,)| account))
}

stmt!(
    UNCLEARED = "
    SELECT organisation_id, id FROM files
    WHERE deleted_at IS NOT NULL AND cleared_at IS NULL AND deleted_at <= $1
        AND (id > $2 OR $2 IS NULL)
    ORDER BY id LIMIT 200"
);
/// Files of every organisation that were deleted until then and still have their bytes, after one
/// of them.
pub async fn uncleared(
    tx: &mut Tx,
    until: DateTime<Utc>,
    after: Option<FileId>,
) -> Result<Vec<(OrganisationId, FileId)>> {
    Ok(tx.all(UNCLEARED.with(args![until, after])).await?)
}

stmt!(
    CLEAR = "
    UPDATE files SET cleared_at = $3
    WHERE organisation_id = $1 AND id = $2 AND deleted_at IS NOT NULL"
);
/// Writes down that the bytes of a deleted file are gone.
pub async fn clear(
    tx: &mut Tx,
    (organisation, id): (OrganisationId, FileId),
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(CLEAR.with(args![organisation, id, now])).await?;
    Ok(())
}

/// A file of any organisation.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Listed {
    pub organisation_id: OrganisationId,
    pub id: FileId,
    pub sha_256: String,
}
stmt!(
    ALL = "
    SELECT organisation_id, id, sha_256 FROM files
    WHERE deleted_at IS NULL AND (id > $1 OR $1 IS NULL) ORDER BY id LIMIT 200"
);
/// Files of every organisation that were not deleted, after one of them.
pub(crate) async fn all(tx: &mut Tx, after: Option<FileId>) -> Result<Vec<Listed>> {
    Ok(tx.all(ALL.with(args![after])).await?)
}
