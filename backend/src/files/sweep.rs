//! Bytes that nobody needs: of files that were never told, since their row was not written, and of
//! files that were deleted.
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use object_store::path::Path as Key;
use shared::api::{FileId, OrganisationId};

use super::keep::{Files, named};
use super::store;
use crate::db::Db;
use crate::error::{Error, Result};

/// How long bytes stay without a row, or after their file was deleted.
const KEPT: chrono::Duration = chrono::Duration::days(1);
/// Files that are looked up at once.
const BATCH: usize = 200;

/// A place, with whose file it is.
type Place = (OrganisationId, FileId, Key);

/// Removes what nobody needs for a day by now. Bytes are as old as the `machine` says that keeps them,
/// files were deleted by the clock of the program.
///
/// # Errors
/// Those of the database and of the store.
pub async fn sweep(
    db: &Db,
    files: &Files,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let mut listed = files.list();
    let mut batch: Vec<Place> = Vec::new();
    while let Some(found) = listed.next().await {
        let found = found.map_err(|error| Error::internal("listing files", error))?;
        if found.last_modified + KEPT > machine {
            continue;
        }
        let Some((organisation, file)) = named(&found.location) else { continue };
        batch.push((organisation, file, found.location));
        if batch.len() == BATCH {
            clear(db, files, std::mem::take(&mut batch), now).await?;
        }
    }
    clear(db, files, batch, now).await?;
    let half = files.clone();
    let cleared =
        actix_web::web::block(move || half.clear_half_written(KEPT.to_std().unwrap_or_default()));
    let cleared = cleared.await.map_err(|error| Error::internal("clearing files", error))?;
    cleared.map_err(|error| Error::internal("clearing files", error))
}

async fn clear(db: &Db, files: &Files, places: Vec<Place>, now: DateTime<Utc>) -> Result<()> {
    let ids: Vec<FileId> = places.iter().map(|(_, file, _)| *file).collect();
    let needed = db.read(async |tx| store::needed(tx, &ids, now - KEPT).await).await?;
    let needed: BTreeSet<(OrganisationId, FileId)> = needed.into_iter().collect();
    for (organisation, file, key) in places {
        if !needed.contains(&(organisation, file)) {
            files.remove(&key).await?;
        }
    }
    Ok(())
}
