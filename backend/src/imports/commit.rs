//! A commit: the rows of an import written in many short transactions, and seen from the last on.
use std::cell::Cell;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, rt};
use futures_util::future::join;
use shared::api::{ErrorCode, ImportFailure, ImportId, ImportState};

use super::lease::{self, Writing};
use super::mapping::{self, Mapping};
use super::progress::Progress;
use super::rows::Of;
use super::staged::Whole;
use super::staging;
use super::undo::{tick_of, undo};
use super::writer::{Task, Writer};
use super::{service, staged, store};
use crate::alerts;
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::http::Once;

/// Rows that are read at once.
const ROWS_AT_ONCE: i64 = 1_000;
/// How often a page is asked for, if there is no connection to read with.
const READ_TRIES: u32 = 6;
/// How often the lease is renewed even if none of the rows is to be written.
const HOLDS_EVERY: Duration = Duration::from_secs(10);
/// How often a commit begins anew because cycles or terms have changed under it.
const TRIES: u32 = 5;

/// What is to be committed, by whom.
pub struct Commit {
    pub db: Data<Db>,
    pub clock: Data<Clock>,
    pub scope: Scope,
    pub id: ImportId,
}

impl Commit {
    /// Takes the import for writing, answers, and goes on behind the answer. Goes on likewise if
    /// the client hangs up, so that nothing stays taken.
    pub async fn begin(self, once: Once, version: Option<i64>) -> Result<HttpResponse> {
        let begun = rt::spawn(async move {
            let (scope, id, now) = (self.scope, self.id, self.clock.now());
            tick_of(&self.db, scope).await?;
            // To look at all rows takes a while, in which others may write. What is wrong here is
            // told below.
            let seen = service::get(&self.db, scope, id, now).await.ok();
            let taken = Cell::new(None);
            let work = async |tx: &mut Tx| {
                // What a try before this one took was not kept.
                taken.set(None);
                let row = service::changeable(tx, scope, (id, version)).await?;
                let at = (id, row.version);
                if store::was_read_otherwise(tx, scope, &row).await? {
                    return Err(ErrorCode::ImportReadOtherwise.into());
                }
                let mut import = match &seen {
                    Some(seen) if seen.version == row.version => seen.clone(),
                    _ => service::view(tx, scope, row, now).await?,
                };
                if import.outcome.undecided > 0 {
                    return Err(ErrorCode::ImportUnmapped.into());
                }
                if lease::is_committing(tx, scope).await? {
                    return Err(ErrorCode::ImportBusy.into());
                }
                if !store::begin_commit(tx, scope, at, &import.outcome).await? {
                    return Err(ErrorCode::Stale.into());
                }
                (import.state, import.version) = (ImportState::Committing, at.1 + 1);
                (import.written, import.failure) = (Some(0), None);
                taken.set(Some(Writing { import: id, version: import.version }));
                Ok(import)
            };
            let who = (scope, now);
            let answer = once.answer(&self.db, who, &(), StatusCode::ACCEPTED, work).await?;
            if let Some(writing) = taken.get() {
                rt::spawn(async move { self.run(writing).await });
            }
            Ok(answer)
        });
        begun.await.map_err(|error| Error::internal("beginning a commit", error))?
    }

    /// Writes everything or nothing, then clears away what is needed no more.
    async fn run(self, writing: Writing) {
        let (scope, id) = (self.scope, self.id);
        let cleared = match self.write(writing).await {
            Ok(()) => {
                // What is not raised now, the clock raises within its next round.
                if let Err(error) = alerts::tick(&self.db, self.clock.now()).await {
                    tracing::warn!(?error, import = %id, "alerts wait for the clock");
                }
                staging::forget_written(&self.db, scope.organisation(), id).await
            }
            Err(error) => {
                tracing::error!(?error, import = %id, "an import could not be written");
                let why = match error.problem().code {
                    ErrorCode::Busy => ImportFailure::Busy,
                    _ => ImportFailure::Failed,
                };
                self.give_back(writing, why).await
            }
        };
        if let Err(error) = cleared {
            tracing::warn!(?error, import = %id, "a commit left something behind");
        }
    }

    /// Undoes what was written, and says why. If that fails too the tick does it, in time.
    async fn give_back(&self, writing: Writing, why: ImportFailure) -> Result<()> {
        let (scope, id) = (self.scope, self.id);
        let row = self.db.read(async |tx| store::find(tx, scope, id).await).await?;
        if row.state != ImportState::Committing || row.version != writing.version {
            return Ok(()); // another's by now
        }
        undo(&self.db, scope, service::rows_of(&row), writing).await?;
        self.db.write(async |tx| store::fail(tx, scope, writing, why).await).await
    }

    /// Writes until nothing has changed under it from the first row to the last.
    async fn write(&self, writing: Writing) -> Result<()> {
        let (scope, id) = (self.scope, self.id);
        let (row, mut mapping) = self
            .db
            .read(async |tx| {
                let row = store::find(tx, scope, id).await?;
                let mapping = mapping::resolve(tx, scope, &row).await?;
                Ok((row, mapping))
            })
            .await?;
        let (of, progress) = (service::rows_of(&row), Progress::begin(id));
        for _ in 0..TRIES {
            progress.set(0);
            let (db, now) = (&**self.db, self.clock.now());
            let task = Task { db, scope, row: &row, writing, now };
            let writer = Writer::new(task, mapping).await?;
            let Some(known) = self.write_all(writer, &progress).await? else { return Ok(()) };
            undo(db, scope, of, writing).await?;
            mapping = known;
        }
        Err(DbError::Conflict.into())
    }

    /// Answers the mapping if cycles or terms have changed meanwhile. The lease keeps the import as
    /// it is, so each page of its rows is read while the last is written.
    async fn write_all(
        &self,
        mut writer: Writer<'_>,
        progress: &Progress,
    ) -> Result<Option<Mapping>> {
        let of = writer.of();
        let (mut rows, mut held) = (self.page(of, 0).await?, Instant::now());
        while let Some(last) = rows.last() {
            let next = self.page(of, last.staged.row_no);
            let (next, written) = join(next, writer.write(rows)).await;
            written?;
            progress.set(writer.written());
            rows = next?;
            if held.elapsed() > HOLDS_EVERY {
                writer.hold().await?;
                held = Instant::now();
            }
        }
        writer.finish().await
    }

    /// Rows after a line. A great many readers beside it are waited for.
    async fn page(&self, of: Of, after: i64) -> Result<Vec<Whole>> {
        let rows = async |tx: &mut Tx| staged::whole(tx, self.scope, of, after, ROWS_AT_ONCE).await;
        for _ in 1..READ_TRIES {
            match self.db.read(rows).await {
                Err(Error::Db(DbError::Unavailable(_))) => {}
                read => return read,
            }
        }
        self.db.read(rows).await
    }
}
