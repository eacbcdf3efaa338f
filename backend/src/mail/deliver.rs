//! Sending what waits, one mail after the other.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{InvoiceId, MailState, MemberId, Role};
use shared::rules::mail::wait;
use uuid::Uuid;

use super::post::{Mailer, Outcome};
use super::store::{self, Lease};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;

/// How long a mail is left to the server that sends it: longer than handing over may take.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// The most mails of one look.
const AT_ONCE: usize = 500;

/// What goes with a mail.
#[derive(Debug)]
pub enum Attached {
    /// A file by its name.
    File(String, Vec<u8>),
    /// Its invoice counts no longer: the mail is taken back.
    Gone,
}

/// Sends what is due, with what `attach` finds for it. Safe to run anywhere, any number of times:
/// a mail is sent by one server at a time, and again only if that one could not say how it went.
/// Leases go by the machine's time, so that they end under a fixed clock too.
///
/// # Errors
/// Those of the database. A mail that cannot be sent is written down, and keeps no other waiting.
pub async fn deliver(
    db: &Db,
    mailer: &Mailer,
    now: DateTime<Utc>,
    attach: impl AsyncFn(Scope, InvoiceId) -> Result<Attached>,
) -> Result<()> {
    if mailer.from().is_none() {
        return Ok(());
    }
    for _ in 0..AT_ONCE {
        let machine = Clock::Real.now();
        let due = db.read(async |tx| store::due(tx, (now, machine)).await).await?;
        let Some((organisation, mail)) = due else { break };
        let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let lease = Lease { mail, by: Uuid::now_v7() };
        let times = (now, machine, machine + LEASE);
        let taken = db.write(async |tx| store::take(tx, scope, lease, times).await).await?;
        let Some(row) = taken else { continue };
        let outcome = match attach(scope, row.invoice_id).await {
            Ok(Attached::File(name, bytes)) => mailer.send(&row, (&name, bytes)).await,
            Ok(Attached::Gone) => {
                let ended = (MailState::Cancelled, "the invoice was withdrawn");
                db.write(async |tx| store::end(tx, scope, lease, ended, now).await).await?;
                continue;
            }
            Err(error) => {
                tracing::error!(%mail, ?error, "what goes with a mail was not found");
                Outcome::Later("its file could not be made".to_owned())
            }
        };
        let next_at = wait(row.attempts).map(|seconds| now + TimeDelta::seconds(seconds));
        // No words of the mail server in the log: they name whom it was for.
        let write = async |tx: &mut _| match (&outcome, next_at) {
            (Outcome::Sent(answer), _) => {
                store::end(tx, scope, lease, (MailState::Sent, answer), now).await
            }
            (Outcome::Later(why), Some(next_at)) => {
                store::again(tx, scope, lease, (why, next_at)).await
            }
            (Outcome::Refused(why) | Outcome::Later(why), _) => {
                store::end(tx, scope, lease, (MailState::Failed, why), now).await
            }
        };
        db.write(write).await?;
        match &outcome {
            Outcome::Sent(_) => tracing::info!(%mail, "a mail was sent"),
            Outcome::Refused(_) => tracing::warn!(%mail, "a mail was refused for good"),
            Outcome::Later(_) => {
                tracing::warn!(%mail, tried = row.attempts, "a mail was not taken")
            }
        }
    }
    Ok(())
}
