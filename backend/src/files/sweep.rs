//! The bytes of files that were deleted. Only a row says what goes: another database, or a later
//! state of this one, may have its files in the same place.
use chrono::{DateTime, Utc};
use shared::api::{FileId, OrganisationId};

use super::keep::{Files, key};
use super::store;
use crate::db::Db;
use crate::error::{Error, Result};

/// How long bytes stay after their file was deleted, and what was left half written.
const KEPT: chrono::Duration = chrono::Duration::days(1);

/// Removes the bytes of files that were deleted a day ago. One that cannot be removed is logged,
/// and tried again the next time.
///
/// # Errors
/// Those of the database; a folder that cannot be read.
pub async fn sweep(db: &Db, files: &Files, now: DateTime<Utc>) -> Result<()> {
    let mut after = None;
    loop {
        let due = db.read(async |tx| store::uncleared(tx, now - KEPT, after).await).await?;
        let Some((_, last)) = due.last() else { break };
        after = Some(*last);
        for place in due {
            if let Err(error) = clear(db, files, place, now).await {
                let file = place.1;
                tracing::warn!(?error, %file, "a deleted file was not removed; it is tried again");
            }
        }
    }
    let half = files.clone();
    let cleared =
        actix_web::web::block(move || half.clear_half_written(KEPT.to_std().unwrap_or_default()));
    let cleared = cleared.await.map_err(|error| Error::internal("clearing files", error))?;
    cleared.map_err(|error| Error::internal("clearing files", error))
}

async fn clear(
    db: &Db,
    files: &Files,
    place: (OrganisationId, FileId),
    now: DateTime<Utc>,
) -> Result<()> {
    files.remove(&key(place.0, place.1)).await?;
    db.write(async |tx| store::clear(tx, place, now).await).await
}
