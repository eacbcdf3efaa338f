//! What the clock brings: cycles that are due close and are billed, alerts that the days bring are
//! raised, and what nobody needs any more is forgotten.
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::mail::{self, Mailer};
use crate::{alerts, cycles, http, identity, imports, invoices};

/// How often the server looks.
const EVERY: Duration = Duration::from_secs(20);
/// At every so many looks it also forgets.
const FORGETS_AT: u32 = 30;

/// Brings everything to `now`. Doing it again changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<()> {
    // One that fails does not keep the others waiting.
    let closed = cycles::tick(db, now).await;
    let imported = imports::tick(db).await;
    let alerted = alerts::tick(db, now).await;
    let billed = invoices::tick(db, now).await;
    closed.and(imported).and(alerted).and(billed)
}

/// Forgets answers nobody repeats and failed sign-ins that no longer count.
///
/// # Errors
/// Those of the database.
pub async fn forget(db: &Db, now: DateTime<Utc>) -> Result<()> {
    db.write(async |tx| {
        http::forget_answers(tx, now).await?;
        identity::forget_failures(tx, now).await
    })
    .await
}

/// Sends the mails that wait. Two servers that do it at once send each of them once.
///
/// # Errors
/// Those of the database.
pub async fn send(db: &Db, mailer: &Mailer, now: DateTime<Utc>) -> Result<()> {
    let attach = async |scope, invoice| invoices::attached(db, scope, invoice, now).await;
    mail::deliver(db, mailer, now, attach).await
}

/// Sends again and again, as long as the server runs, beside the other work: a mail server that
/// hangs keeps no cycle from closing.
pub fn keep_sending(db: Db, clock: Clock, mailer: Mailer) {
    actix_web::rt::spawn(async move {
        loop {
            if let Err(error) = send(&db, &mailer, clock.now()).await {
                tracing::error!(?error, "mails were not sent; it is tried again");
            }
            actix_web::rt::time::sleep(EVERY).await;
        }
    });
}

/// Looks again and again, as long as the server runs. A failure is logged; the next look mends it.
pub fn keep(db: Db, clock: Clock) {
    actix_web::rt::spawn(async move {
        for look in 0u32.. {
            actix_web::rt::time::sleep(EVERY).await;
            let now = clock.now();
            let mut outcome = run(&db, now).await;
            if outcome.is_ok() && look % FORGETS_AT == 0 {
                outcome = forget(&db, now).await;
            }
            if let Err(error) = outcome {
                tracing::error!(?error, "the regular work failed; it is tried again");
            }
        }
    });
}
