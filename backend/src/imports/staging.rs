//! Files on their way into the database: in many short transactions, so that others can write.
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use shared::api::{DateOrder, ErrorCode, FieldError, ImportId, OrganisationId};

use super::pass::{Names, Pass, Reading, Row};
use super::rows::{self, Needless, Of};
use super::store;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

/// Rows that one transaction writes.
const ROWS_PER_WRITE: usize = 1_024;
/// Lines of which one transaction deletes the rows.
const LINES_PER_DELETE: i64 = 5_000;
/// Chunks that one transaction deletes.
const CHUNKS_PER_DELETE: i64 = 40;
/// Repeated rows that are found at once: each look sorts all rows of the file.
const REPEATED_AT_ONCE: i64 = 20_000;

/// Where a file is staged.
pub struct Staging<'a> {
    pub db: &'a Db,
    pub scope: Scope,
    pub of: Of,
    /// Until when others leave it alone, from now on.
    pub lease: fn() -> DateTime<Utc>,
}

impl Staging<'_> {
    /// Writes a chunk, if it is new, and the rows that it completed.
    pub async fn write(
        &self,
        header: &[String],
        chunk: Option<(i64, &[u8])>,
        rows: &[Row],
    ) -> Result<()> {
        let (scope, of) = (self.scope, self.of);
        let mut parts = rows.chunks(ROWS_PER_WRITE);
        let first = parts.next().unwrap_or_default();
        self.db
            .write(async |tx| {
                if let Some((no, bytes)) = chunk {
                    store::insert_chunk(tx, scope, of.import, no, bytes).await?;
                }
                self.hold(tx).await?;
                rows::insert(tx, scope, of, header, first).await
            })
            .await?;
        for part in parts {
            self.db.write(async |tx| rows::insert(tx, scope, of, header, part).await).await?;
        }
        Ok(())
    }

    async fn hold(&self, tx: &mut Tx) -> Result<()> {
        store::keep_lease(tx, self.scope, self.of.import, (self.lease)()).await
    }

    /// Gives rows that repeat others of the file keys of their own.
    pub async fn tell_apart(&self) -> Result<()> {
        let (scope, of) = (self.scope, self.of);
        let mut after = (Vec::new(), 0);
        loop {
            let place = &after;
            let mut found = self
                .db
                .read(async |tx| rows::repeated(tx, scope, of, place, REPEATED_AT_ONCE).await)
                .await?;
            let Some((row_no, key, _)) = found.last() else { return Ok(()) };
            after = (key.clone(), *row_no);
            found.sort_unstable_by_key(|(row_no, ..)| *row_no);
            for part in found.chunks(ROWS_PER_WRITE) {
                self.db
                    .write(async |tx| {
                        self.hold(tx).await?;
                        rows::tell_apart(tx, scope, of, part).await
                    })
                    .await?;
            }
        }
    }

    /// Another pass over the bytes that were kept, with days in this order.
    pub async fn read_again(&self, zone: Tz, order: DateOrder) -> Result<(Reading, Names)> {
        let (scope, import) = (self.scope, self.of.import);
        let mut pass = Pass::new(zone, Some(order));
        for no in 0.. {
            let kept = self.db.read(async |tx| store::chunk(tx, scope, import, no).await).await?;
            let rows = match &kept {
                Some(bytes) => pass.push(bytes),
                None => pass.end(),
            };
            let rows = rows.map_err(unreadable)?;
            let header = pass.sheet().map_or(Vec::new(), |sheet| sheet.header.clone());
            self.write(&header, None, &rows).await?;
            if kept.is_none() {
                break;
            }
        }
        let (reading, names, _) = pass.finish().ok_or_else(|| unreadable(Vec::new()))?;
        Ok((reading, names))
    }
}

/// A file that is no sheet of time.
pub fn unreadable(faults: Vec<FieldError>) -> Error {
    Error::Faulty(ErrorCode::FileUnreadable, faults)
}

/// Deletes rows that nobody needs any more.
pub async fn forget_rows(
    db: &Db,
    organisation: OrganisationId,
    import: ImportId,
    needless: Needless,
) -> Result<()> {
    let last = db.read(async |tx| rows::last_line(tx, organisation, import).await).await?;
    let mut from = 0;
    while last.is_some_and(|last| from <= last) {
        let lines = from..from + LINES_PER_DELETE;
        from = lines.end;
        let lines = &lines;
        db.write(async |tx| rows::delete(tx, organisation, import, needless, lines.clone()).await)
            .await?;
    }
    Ok(())
}

/// Deletes the bytes of a file.
pub async fn forget_chunks(db: &Db, organisation: OrganisationId, import: ImportId) -> Result<()> {
    let last = db.read(async |tx| store::last_chunk(tx, organisation, import).await).await?;
    let mut below = 0;
    while last.is_some_and(|last| below <= last) {
        below += CHUNKS_PER_DELETE;
        db.write(async |tx| store::delete_chunks(tx, organisation, import, below).await).await?;
    }
    Ok(())
}

/// Deletes an import that nobody sees, with all it has.
pub async fn forget(db: &Db, organisation: OrganisationId, import: ImportId) -> Result<()> {
    forget_rows(db, organisation, import, Needless::All).await?;
    forget_chunks(db, organisation, import).await?;
    db.write(async |tx| store::delete(tx, organisation, import).await).await
}

/// Deletes what a written import needs no more; rows that were not written stay for their download.
pub async fn forget_written(db: &Db, organisation: OrganisationId, import: ImportId) -> Result<()> {
    forget_rows(db, organisation, import, Needless::Written).await?;
    forget_chunks(db, organisation, import).await
}

/// Deletes what uploads and commits that broke off have left, of whatever organisation.
///
/// # Errors
/// Those of the database.
pub async fn forget_abandoned(db: &Db) -> Result<()> {
    for (organisation, import) in db.read(async |tx| store::uncleared(tx).await).await? {
        forget_written(db, organisation, import).await?;
    }
    for (organisation, import) in db.read(async |tx| store::abandoned(tx).await).await? {
        forget(db, organisation, import).await?;
    }
    Ok(())
}
