//! Imports and their bytes in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    Dialect, ImportFailure, ImportId, ImportOptions, ImportOutcome, ImportState, MemberId,
    OrganisationId,
};
use sqlx::types::Json;

use super::arrivals::Kept;
use super::lease::{self, Writing};
use super::pass::{Names, Reading};
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// An import as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ImportRow {
    pub id: ImportId,
    pub file_name: String,
    pub size: i64,
    pub dialect: Dialect,
    pub state: ImportState,
    pub pass: i64,
    pub reading: Json<Reading>,
    pub names: Json<Names>,
    pub options: Json<ImportOptions>,
    pub outcome: Option<Json<Kept>>,
    pub failure: Option<String>,
    pub leased_until: Option<DateTime<Utc>>,
    pub created_by: MemberId,
    pub created_at: DateTime<Utc>,
    pub committed_at: Option<DateTime<Utc>>,
    pub version: i64,
}

impl ImportRow {
    /// Whether someone works on it: writes it, or reads its bytes again.
    pub fn is_busy(&self) -> bool {
        self.leased_until.is_some_and(|until| until > lease::now())
    }
}

/// An import as a list shows it: without its names.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ListedRow {
    pub id: ImportId,
    pub file_name: String,
    pub size: i64,
    pub dialect: Dialect,
    pub state: ImportState,
    pub reading: Json<Reading>,
    pub options: Json<ImportOptions>,
    pub outcome: Option<Json<Kept>>,
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
    pub committed_at: Option<DateTime<Utc>>,
    pub version: i64,
}

stmt!(
    FIND = "
    SELECT id, file_name, size, dialect, state, pass, reading, names, options, outcome, failure,
        leased_until, created_by, created_at, committed_at, version
    FROM imports WHERE organisation_id = $1 AND id = $2 AND state <> 'reading'"
);
stmt!(
    FIND_READING = "
    SELECT id, file_name, size, dialect, 'ready' AS state, pass, reading, names, options, outcome,
        failure, leased_until, created_by, created_at, committed_at, version
    FROM imports WHERE organisation_id = $1 AND id = $2 AND state = 'reading'"
);
stmt!(
    IS_READING = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM imports
    WHERE organisation_id = $1 AND id = $2 AND state = 'reading'"
);
stmt!(
    INSERT = "
    INSERT INTO imports (id, organisation_id, file_name, size, dialect, state, pass, reading,
        names, options, leased_until, created_by, created_at)
    VALUES ($1, $2, $3, 0, $4, 'reading', 1, $5, $6, $7, $8, $9, $10)"
);
stmt!(
    KEEP_LEASE = "
    UPDATE imports SET leased_until = $3
    WHERE organisation_id = $1 AND id = $2 AND leased_until IS NOT NULL"
);
stmt!(
    KEEP_READING = "
    UPDATE imports SET size = $3, pass = $4, reading = $5, names = $6
    WHERE organisation_id = $1 AND id = $2 AND state = 'reading'"
);
stmt!(
    PUBLISH = "
    UPDATE imports SET state = 'ready', leased_until = NULL, outcome = $3
    WHERE organisation_id = $1 AND id = $2 AND state = 'reading'"
);

/// A new import, nobody's to see while its file is read.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, file_name, dialect): (ImportId, &str, Dialect),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        id.into(),
        scope.organisation().into(),
        file_name.into(),
        Arg::name(dialect),
        Arg::json(&()), // until it is read
        Arg::json(&Names::default()),
        Arg::json(&ImportOptions::default()),
        lease::of_reading().into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// Goes on working on it, until a time at the latest.
pub async fn keep_lease(
    tx: &mut Tx,
    scope: Scope,
    id: ImportId,
    until: DateTime<Utc>,
) -> Result<()> {
    tx.execute(KEEP_LEASE.with(args![scope.organisation(), id, until])).await?;
    Ok(())
}
/// Keeps what the upload learnt.
pub async fn keep_reading(
    tx: &mut Tx,
    scope: Scope,
    id: ImportId,
    (size, pass): (i64, i64),
    (reading, names): (&Reading, &Names),
) -> Result<()> {
    let mut args = args![scope.organisation(), id, size, pass];
    args.extend([Arg::json(reading), Arg::json(names)]);
    tx.execute(KEEP_READING.with(args)).await?;
    Ok(())
}
/// Whether the same file was imported before and read otherwise, so that its rows would count twice.
/// What was deleted since is no hindrance.
pub async fn was_read_otherwise(tx: &mut Tx, scope: Scope, row: &ImportRow) -> Result<bool> {
    let args = args![scope.organisation(), row.id, row.size];
    let others: Vec<(Json<Reading>,)> = tx.all(ALIKE.with(args)).await?;
    Ok(others.iter().any(|(other,)| row.reading.0.differs(&other.0)))
}
/// Lets everyone see it.
pub async fn publish(
    tx: &mut Tx,
    scope: Scope,
    id: ImportId,
    outcome: &ImportOutcome,
) -> Result<()> {
    let args = vec![scope.organisation().into(), id.into(), Arg::json(outcome)];
    tx.execute(PUBLISH.with(args)).await?;
    Ok(())
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ImportId) -> Result<ImportRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
/// One that is still read, as it will be seen.
pub async fn find_reading(tx: &mut Tx, scope: Scope, id: ImportId) -> Result<ImportRow> {
    Ok(tx.one(FIND_READING.with(args![scope.organisation(), id])).await?)
}
/// Whether it is one that nobody sees.
pub async fn is_reading(tx: &mut Tx, scope: Scope, id: ImportId) -> Result<bool> {
    let (count,): (i64,) = tx.one(IS_READING.with(args![scope.organisation(), id])).await?;
    Ok(count == 1)
}
/// The newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    before: Option<(DateTime<Utc>, ImportId)>,
    limit: i64,
) -> Result<Vec<ListedRow>> {
    let mut query = Query::new(
        "SELECT id, file_name, size, dialect, state, reading, options, outcome, failure,
            created_at, committed_at, version
        FROM imports WHERE state <> 'reading'",
    )
    .push(" AND organisation_id = ?", scope.organisation());
    if let Some((at, id)) = before {
        query = query.push(" AND (created_at, id) < (?", at).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY created_at DESC, id DESC LIMIT ?", limit)).await?)
}

stmt!(
    LEASE = "
    UPDATE imports SET leased_until = $4
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);
stmt!(
    RELEASE = "
    UPDATE imports SET leased_until = NULL
    WHERE organisation_id = $1 AND id = $2 AND state = 'ready'"
);
stmt!(
    CHANGE = "
    UPDATE imports SET options = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);
stmt!(
    CHANGE_READING = "
    UPDATE imports SET options = $4, pass = $5, reading = $6, names = $7, leased_until = NULL,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);
stmt!(
    KEEP_OUTCOME = "
    UPDATE imports SET outcome = $4
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);
stmt!(
    HIDE = "
    UPDATE imports SET state = 'reading', leased_until = $4
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);

/// Takes it for oneself for a while; false if someone else changed it first.
pub async fn lease(tx: &mut Tx, scope: Scope, (id, version): (ImportId, i64)) -> Result<bool> {
    let args = args![scope.organisation(), id, version, lease::of_writing()];
    Ok(tx.execute(LEASE.with(args)).await? == 1)
}
pub async fn release(tx: &mut Tx, scope: Scope, id: ImportId) -> Result<()> {
    tx.execute(RELEASE.with(args![scope.organisation(), id])).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ImportId, i64),
    options: &ImportOptions,
) -> Result<bool> {
    let mut args = args![scope.organisation(), id, version];
    args.push(Arg::json(options));
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// The same, with what another pass over the file learnt.
pub async fn change_reading(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ImportId, i64),
    options: &ImportOptions,
    (pass, reading, names): (i64, &Reading, &Names),
) -> Result<bool> {
    let mut args = args![scope.organisation(), id, version];
    args.extend([Arg::json(options), pass.into(), Arg::json(reading), Arg::json(names)]);
    Ok(tx.execute(CHANGE_READING.with(args)).await? == 1)
}
/// Keeps a preview for lists.
pub async fn keep_outcome(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ImportId, i64),
    outcome: &ImportOutcome,
) -> Result<()> {
    let mut args = args![scope.organisation(), id, version];
    args.push(Arg::json(outcome));
    tx.execute(KEEP_OUTCOME.with(args)).await?;
    Ok(())
}
/// Takes it out of sight, to be deleted; false if someone else changed it first.
pub async fn hide(tx: &mut Tx, scope: Scope, (id, version): (ImportId, i64)) -> Result<bool> {
    let args = args![scope.organisation(), id, version, lease::now()];
    Ok(tx.execute(HIDE.with(args)).await? == 1)
}

stmt!(
    BEGIN_COMMIT = "
    UPDATE imports SET state = 'committing', leased_until = $4, outcome = $5, failure = NULL,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'ready'"
);
stmt!(
    FINISH = "
    UPDATE imports SET state = 'done', leased_until = NULL, options = $4, outcome = $5,
        committed_at = $6, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'committing' AND version = $3"
);
stmt!(
    FAIL = "
    UPDATE imports SET state = 'ready', leased_until = NULL, failure = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'committing' AND version = $3"
);

/// Begins to write it; false if someone else changed it first.
pub async fn begin_commit(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ImportId, i64),
    outcome: &ImportOutcome,
) -> Result<bool> {
    let mut args = args![scope.organisation(), id, version, lease::of_writing()];
    args.push(Arg::json(outcome));
    Ok(tx.execute(BEGIN_COMMIT.with(args)).await? == 1)
}
/// It is written; false if it is another's by now.
pub async fn finish(
    tx: &mut Tx,
    scope: Scope,
    writing: Writing,
    (options, kept): (&ImportOptions, &Kept),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = args![scope.organisation(), writing.import, writing.version];
    args.extend([Arg::json(options), Arg::json(kept), now.into()]);
    Ok(tx.execute(FINISH.with(args)).await? == 1)
}
/// It could not be written; it may be tried again.
pub async fn fail(tx: &mut Tx, scope: Scope, writing: Writing, why: ImportFailure) -> Result<()> {
    let mut args = args![scope.organisation(), writing.import, writing.version];
    args.push(Arg::name(why));
    tx.execute(FAIL.with(args)).await?;
    Ok(())
}

stmt!(
    INSERT_CHUNK = "
    INSERT INTO import_chunks (organisation_id, import_id, no, bytes) VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHUNK = "
    SELECT bytes FROM import_chunks WHERE organisation_id = $1 AND import_id = $2 AND no = $3"
);
stmt!(
    DELETE_CHUNKS = "
    DELETE FROM import_chunks WHERE organisation_id = $1 AND import_id = $2 AND no < $3"
);
stmt!(
    LAST_CHUNK = "
    SELECT MAX(no) FROM import_chunks WHERE organisation_id = $1 AND import_id = $2"
);
stmt!(
    DELETE = "
    DELETE FROM imports WHERE organisation_id = $1 AND id = $2 AND state = 'reading'"
);
stmt!(
    ABANDONED = "
    SELECT organisation_id, id FROM imports
    WHERE leased_until < $1 AND state = 'reading' ORDER BY leased_until LIMIT 100"
);

stmt!(
    ALIKE = "
    SELECT i.reading FROM imports i
    WHERE i.organisation_id = $1 AND i.state = 'done' AND i.id <> $2 AND i.size = $3 AND EXISTS (
        SELECT 1 FROM time_entries e
        WHERE e.organisation_id = i.organisation_id AND e.import_id = i.id
            AND e.import_key IS NOT NULL)
    ORDER BY i.created_at DESC LIMIT 20"
);
stmt!(
    UNCLEARED = "
    SELECT i.organisation_id, i.id FROM imports i
    WHERE i.state = 'done' AND EXISTS (
        SELECT 1 FROM import_chunks c
        WHERE c.organisation_id = i.organisation_id AND c.import_id = i.id)
    LIMIT 100"
);

pub async fn insert_chunk(
    tx: &mut Tx,
    scope: Scope,
    id: ImportId,
    no: i64,
    bytes: &[u8],
) -> Result<()> {
    let args = args![scope.organisation(), id, no, bytes.to_vec()];
    tx.execute(INSERT_CHUNK.with(args)).await?;
    Ok(())
}
pub async fn chunk(tx: &mut Tx, scope: Scope, id: ImportId, no: i64) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = tx.opt(CHUNK.with(args![scope.organisation(), id, no])).await?;
    Ok(found.map(|(bytes,)| bytes))
}
/// The highest number of a chunk, if any is kept.
pub async fn last_chunk(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ImportId,
) -> Result<Option<i64>> {
    let (last,): (Option<i64>,) = tx.one(LAST_CHUNK.with(args![organisation, id])).await?;
    Ok(last)
}
pub async fn delete_chunks(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ImportId,
    below: i64,
) -> Result<()> {
    tx.execute(DELETE_CHUNKS.with(args![organisation, id, below])).await?;
    Ok(())
}
/// Deletes one that nobody sees, once its rows and chunks are gone.
pub async fn delete(tx: &mut Tx, organisation: OrganisationId, id: ImportId) -> Result<()> {
    tx.execute(DELETE.with(args![organisation, id])).await?;
    Ok(())
}
/// Written imports whose bytes are still kept: their server stopped before it cleared them away.
pub async fn uncleared(tx: &mut Tx) -> Result<Vec<(OrganisationId, ImportId)>> {
    Ok(tx.all(UNCLEARED.with(args![])).await?)
}
/// Uploads that broke off, of whatever organisation.
pub async fn abandoned(tx: &mut Tx) -> Result<Vec<(OrganisationId, ImportId)>> {
    Ok(tx.all(ABANDONED.with(args![lease::now()])).await?)
}
