//! What of the regular work failed: it is kept until it is done, tried again ever less often, and
//! shown to the organisation it is of. Source: issue 5.10; docs/decisions/0039.
mod routes;
mod store;

use chrono::TimeDelta;
use shared::api::JobKind;
use shared::rules::mail::wait;
use uuid::Uuid;

pub use routes::routes;

use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

/// A piece of the regular work.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// Whose.
    pub scope: Scope,
    /// What is done.
    pub kind: JobKind,
    /// The retainer, rule of calls or invoice it is about, or the organisation.
    pub subject: Uuid,
}

/// The longest wait between two tries, in seconds: the work of a whole retainer waits with it.
const LONGEST: i64 = 600;
/// How long after its last try a failure is kept: much longer than any wait.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Does a piece of work in a transaction, unless it failed so lately that it is left alone. True
/// if it was done. A failure is logged and kept, and keeps nothing else waiting. What was tried
/// when goes by the machine's time, so that a clock that stands still holds nothing up.
pub async fn run(db: &Db, job: Job, work: impl AsyncFn(&mut Tx) -> Result<()>) -> bool {
    let machine = Clock::Real.now();
    let all = async |tx: &mut Tx| {
        let known = store::find(tx, job).await?;
        if known.as_ref().is_some_and(|known| known.next_at > machine) {
            return Ok(false);
        }
        work(tx).await?;
        if known.is_some() {
            store::done(tx, job).await?;
        }
        Ok(true)
    };
    match db.write(all).await {
        Ok(done) => done,
        Err(error) => {
            failed(db, job, &error).await;
            false
        }
    }
}

/// Logs and keeps that a piece of work failed. The second try comes with the next look.
pub async fn failed(db: &Db, job: Job, error: &Error) {
    let (organisation, kind, subject) = (job.scope.organisation(), job.kind.name(), job.subject);
    tracing::error!(%organisation, kind, %subject, ?error, "regular work was not done");
    let (why, machine) = (told(error), Clock::Real.now());
    let write = async |tx: &mut Tx| {
        let before = store::find(tx, job).await?.map_or(0, |known| known.tries);
        let wait = wait(before).unwrap_or(LONGEST).min(LONGEST);
        let next_at = machine + TimeDelta::seconds(if before == 0 { 0 } else { wait });
        store::failed(tx, job, (before + 1, why), (machine, next_at)).await
    };
    if let Err(error) = db.write(write).await {
        tracing::error!(?error, "that regular work failed was not written down");
    }
}

/// Forgets that it failed.
///
/// # Errors
/// Those of writing that.
pub async fn done(db: &Db, job: Job) -> Result<()> {
    if db.read(async |tx| store::find(tx, job).await).await?.is_none() {
        return Ok(());
    }
    db.write(async |tx| store::done(tx, job).await).await
}

/// Forgets what nobody tries any more: the retainer ended, or the invoice was paid.
///
/// # Errors
/// Those of the database.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    store::forget(tx, Clock::Real.now() - KEPT).await
}

/// Why, in words that hold nothing that anybody typed: what was being done, or the code.
fn told(error: &Error) -> &'static str {
    match error {
        Error::Internal { doing, .. } => doing,
        error => error.code().title(),
    }
}
