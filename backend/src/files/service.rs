//! What bringing a file and deleting it mean.
use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::api::{
    AccountFile, AccountId, ErrorCode, FILES_BYTES_MAX, FileId, FileKind, Page, RetainerId,
    TimelineEvent,
};
use uuid::Uuid;

use super::keep::{Files, key};
use super::store::{self, NewFile};
use super::{names, sniff};
use crate::auth::{ManageAccounts, Scope};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::http::{Once, PageParams, page};
use crate::timeline::{self, Told};

/// A file on its way: whose it is, and what is said of it.
#[derive(Debug)]
pub struct Brought {
    pub account: AccountId,
    pub retainer: Option<RetainerId>,
    pub file_name: String,
    pub note: Option<String>,
}

/// What a repeated `Idempotency-Key` must come with again.
#[derive(Serialize)]
struct Request<'a> {
    file_name: &'a str,
    retainer: Option<RetainerId>,
    note: Option<&'a str>,
    sha_256: &'a str,
}

/// Refuses a file: its account is not here, its retainer is another's, or there is no room for it.
///
/// # Errors
/// `not_found`; at `retainer_id`; `files_full`.
pub async fn expect(tx: &mut Tx, scope: Scope, brought: &Brought, size: i64) -> Result<()> {
    store::account(tx, scope, brought.account).await?;
    if store::kept(tx, scope).await?.saturating_add(size) > FILES_BYTES_MAX {
        return Err(ErrorCode::FilesFull.into());
    }
    match brought.retainer {
        Some(id) if store::account_of(tx, scope, id).await? != Some(brought.account) => {
            Err(Error::field("retainer_id", "not_found"))
        }
        _ => Ok(()),
    }
}

/// Keeps a file, and then tells of it: what a crash leaves in between stays, seen by nobody.
///
/// # Errors
/// `file_refused` for what is not kept; `files_full`; `not_found`; a store that fails.
pub async fn add(
    (db, files): (&Db, &Files),
    (scope, now): (Scope, DateTime<Utc>),
    once: &Once,
    brought: Brought,
    bytes: Bytes,
) -> Result<HttpResponse> {
    let (id, size) = (FileId(Uuid::now_v7()), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    let place = key(scope.organisation(), id);
    let (kind, sha_256) = looked_at(&brought.file_name, bytes.clone()).await?;
    let kind = kind.ok_or(ErrorCode::FileRefused)?;
    files.put(&place, bytes).await?;
    let new = NewFile {
        id,
        account_id: brought.account,
        retainer_id: brought.retainer,
        name: names::cleaned(&brought.file_name, kind),
        kind,
        size,
        sha_256,
        note: brought.note.clone(),
    };
    let request = Request {
        file_name: &brought.file_name,
        retainer: brought.retainer,
        note: brought.note.as_deref(),
        sha_256: &new.sha_256,
    };
    let work = async |tx: &mut Tx| {
        expect(tx, scope, &brought, size).await?;
        store::insert(tx, scope, &new, now).await?;
        timeline::tell(tx, scope, Told::new(TimelineEvent::FileAdded, id), now).await?;
        find(tx, scope, id).await
    };
    let answer = once.create(db, (scope, now), &request, work).await;
    // It failed, or the file was kept by the first request of this key.
    if !db.read(async |tx| store::is_told(tx, scope, id).await).await.unwrap_or(true)
        && let Err(error) = files.remove(&place).await
    {
        tracing::warn!(%error, "a file that nobody sees was not removed: {place}");
    }
    answer
}

/// What the bytes are, and their SHA-256: beside those that answer, since it takes a while.
async fn looked_at(name: &str, bytes: Bytes) -> Result<(Option<FileKind>, String)> {
    let name = name.to_owned();
    let looking = web::block(move || (sniff::kind(&name, &bytes), hash(&bytes)));
    looking.await.map_err(|error| Error::internal("looking at a file", error))
}

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: FileId) -> Result<AccountFile> {
    store::find(tx, scope, id).await.map(AccountFile::from)
}

/// A page of the files of an account, the newest first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    paging: &PageParams,
) -> Result<Page<AccountFile>> {
    store::account(tx, scope, account).await?;
    let after: Option<FileId> = paging.after()?;
    let rows = store::list(tx, scope, account, (after, paging.limit + 1)).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(AccountFile::from).collect(), next_cursor })
}

/// Deletes a file: one's own, or any as who manages accounts. What was signed stays.
///
/// # Errors
/// `not_found`; `stale`; `forbidden`; `file_is_agreement`.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (FileId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = store::find(tx, scope, id).await?;
    if row.added_by != scope.member() && !scope.may::<ManageAccounts>() {
        return Err(ErrorCode::Forbidden.into());
    }
    if row.is_agreement {
        return Err(ErrorCode::FileIsAgreement.into());
    }
    if !store::delete(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::FileDeleted, id), now).await
}
