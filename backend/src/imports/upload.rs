//! A file as it is uploaded: in chunks, read on the way, gone again if anything fails.
use std::time::Duration;

use actix_web::web::{Bytes, BytesMut, Data, Payload};
use actix_web::{HttpResponse, rt};
use chrono_tz::Tz;
use futures_util::StreamExt;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::api::{ErrorCode, ImportId};
use shared::rules::zone;
use uuid::Uuid;

use super::pass::Pass;
use super::rows::{Needless, Of};
use super::staging::{self, Staging, unreadable};
use super::{lease, service, store};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::Once;
use crate::identity;

/// The size of a chunk that is kept, in bytes.
const CHUNK: usize = 256 << 10;
/// How long a client may send nothing.
const IDLE: Duration = Duration::from_secs(60);
/// How much of a file that is too large is still taken, so that the client hears our answer.
const DRAIN_MAX: u64 = 32 << 20;

/// What is uploaded, by whom.
pub struct Upload {
    pub db: Data<Db>,
    pub clock: Data<Clock>,
    pub scope: Scope,
    pub once: Once,
    pub file_name: String,
    /// The most bytes that are taken.
    pub limit: u64,
}

/// What a repeated `Idempotency-Key` must come with again.
#[derive(Serialize)]
struct Request<'a> {
    file_name: &'a str,
    sha_256: Vec<u8>,
}

impl Upload {
    /// Takes the file to its end and answers with the import. Goes on if the client hangs up, to
    /// clear away what it began.
    pub async fn take(self, body: Payload) -> Result<HttpResponse> {
        let taken = rt::spawn(async move {
            let import = ImportId(Uuid::now_v7());
            let answer = self.create(import, body).await;
            // Whatever nobody can see by now is of no use: a failure, or an answer given before.
            self.clear(import).await;
            answer
        });
        taken.await.map_err(|error| Error::internal("taking an upload", error))?
    }

    async fn create(&self, import: ImportId, body: Payload) -> Result<HttpResponse> {
        let (db, scope, now) = (&**self.db, self.scope, self.clock.now());
        staging::forget_abandoned(db).await?;
        let sha_256 = self.read(import, body).await?;
        let preview = db
            .read(async |tx| {
                let row = store::find_reading(tx, scope, import).await?;
                service::view(tx, scope, row, now).await
            })
            .await?;
        let request = Request { file_name: &self.file_name, sha_256 };
        let publish = async |tx: &mut _| {
            store::publish(tx, scope, import, &preview.outcome).await?;
            Ok(preview.clone())
        };
        self.once.create(db, (scope, now), &request, publish).await
    }

    async fn clear(&self, import: ImportId) {
        let (db, scope) = (&**self.db, self.scope);
        let hidden = db.read(async |tx| store::is_reading(tx, scope, import).await).await;
        let cleared = match hidden {
            Ok(false) => Ok(()),
            Ok(true) => staging::forget(db, scope.organisation(), import).await,
            Err(error) => Err(error),
        };
        if let Err(error) = cleared {
            tracing::warn!(%error, "an upload was not cleared away; a later one does it");
        }
    }

    /// Reads the file into chunks and rows; the hash of its bytes.
    async fn read(&self, import: ImportId, mut body: Payload) -> Result<Vec<u8>> {
        let organisation = self.scope.organisation();
        let found =
            self.db.read(async |tx| identity::store::organisation(tx, organisation).await).await?;
        let zone = zone::zone(&found.timezone)?;
        let mut intake = Intake::new(self, Of { import, pass: 1 }, zone);
        let (mut hash, mut size, mut waiting) = (Sha256::new(), 0u64, BytesMut::new());
        while let Some(piece) = next(&mut body).await? {
            size += piece.len() as u64;
            if size > self.limit {
                drain(&mut body).await;
                return Err(ErrorCode::TooLarge.into());
            }
            hash.update(&piece);
            waiting.extend_from_slice(&piece);
            while waiting.len() >= CHUNK {
                intake.take(&waiting.split_to(CHUNK), false).await?;
            }
        }
        intake.take(&waiting, true).await?;
        let hash = hash.finalize();
        intake.finish(i64::try_from(size).unwrap_or(i64::MAX), hex(&hash)).await?;
        Ok(hash.to_vec())
    }
}

/// A file on its way from chunks to rows.
struct Intake<'a> {
    upload: &'a Upload,
    staging: Staging<'a>,
    zone: Tz,
    pass: Pass,
    chunks: i64,
}

impl<'a> Intake<'a> {
    fn new(upload: &'a Upload, of: Of, zone: Tz) -> Self {
        let (db, scope) = (&**upload.db, upload.scope);
        let staging = Staging { db, scope, of, lease: lease::of_reading };
        Self { upload, staging, zone, pass: Pass::new(zone, None), chunks: 0 }
    }

    async fn take(&mut self, chunk: &[u8], last: bool) -> Result<()> {
        let mut rows = self.pass.push(chunk).map_err(unreadable)?;
        if last {
            rows.extend(self.pass.end().map_err(unreadable)?);
        }
        // The first chunk has the header, or is refused.
        let Some(sheet) = self.pass.sheet() else { return Err(unreadable(Vec::new())) };
        if self.chunks == 0 {
            let (scope, import, now) =
                (self.staging.scope, self.staging.of.import, self.upload.clock.now());
            let what = (import, &*self.upload.file_name, sheet.dialect);
            self.staging.db.write(async |tx| store::insert(tx, scope, what, now).await).await?;
        }
        let kept = (!chunk.is_empty()).then_some((self.chunks, chunk));
        self.staging.write(&sheet.header, kept, &rows).await?;
        self.chunks += 1;
        Ok(())
    }

    async fn finish(mut self, size: i64, sha_256: String) -> Result<()> {
        let read = self.pass.finish().ok_or_else(|| unreadable(Vec::new()))?;
        let (mut reading, mut names, again) = read;
        let (scope, import) = (self.staging.scope, self.staging.of.import);
        if let Some(order) = again {
            // The days turned out to be in another order than this tool's usual one.
            let doubtful = reading.date_order_doubtful;
            self.staging.of.pass += 1;
            (reading, names) = self.staging.read_again(self.zone, order).await?;
            reading.date_order_doubtful = doubtful;
            let needless = Needless::OfPassesBut(self.staging.of.pass);
            let organisation = scope.organisation();
            staging::forget_rows(self.staging.db, organisation, import, needless).await?;
        }
        reading.sha_256 = Some(sha_256);
        self.staging.tell_apart().await?;
        let (counts, learnt) = ((size, self.staging.of.pass), (&reading, &names));
        self.staging
            .db
            .write(async |tx| store::keep_reading(tx, scope, import, counts, learnt).await)
            .await
    }
}

/// All of a body that is kept in memory.
///
/// # Errors
/// `too_large` beyond so many bytes; a body that breaks off or stands still.
pub(crate) async fn whole(body: &mut Payload, limit: usize) -> Result<BytesMut> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = next(body).await? {
        if bytes.len() + piece.len() > limit {
            drain(body).await;
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The next piece of a body; none at its end.
async fn next(body: &mut Payload) -> Result<Option<Bytes>> {
    match rt::time::timeout(IDLE, body.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(error))) => Err(Error::Malformed(format!("the upload broke off: {error}"))),
        Err(_) => Err(Error::Malformed("the upload stood still for a minute".into())),
    }
}

async fn drain(body: &mut Payload) {
    let mut taken = 0u64;
    while taken <= DRAIN_MAX {
        match next(body).await {
            Ok(Some(piece)) => taken += piece.len() as u64,
            _ => return,
        }
    }
}
