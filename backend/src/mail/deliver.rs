//! Sending what waits, one mail after the other.
use std::time::Duration;

use chrono::TimeDelta;
use shared::api::{MailState, MemberId, Role};
use shared::rules::mail::wait;
use uuid::Uuid;

use super::post::{Enclosure, HANDING_OVER, Mailer, Outcome};
use super::store::{self, Lease, MailRow};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Result;

/// How long a mail is left to the server that sends it: longer than handing over may take, and then
/// writing down how it went.
const LEASE: TimeDelta = TimeDelta::minutes(14);
/// How long before the end of a lease nothing more is written by it.
const MARGIN: TimeDelta = TimeDelta::seconds(10);
/// The most mails of one look.
const AT_ONCE: usize = 500;
/// After so many in a row that did not reach the mail server, the look ends.
const UNREACHED_MAX: usize = 3;
/// How long until a mail that may not be wanted is looked at again.
const LATER: TimeDelta = TimeDelta::hours(1);
/// How long to wait before an outcome that could not be written is written again.
const AGAIN: Duration = Duration::from_secs(1);

/// What goes with a mail.
#[derive(Debug)]
pub enum Attached {
    /// A file by its name.
    File(String, Vec<u8>),
    /// An event for the calendar of whom it is for, as iCalendar has it, and what is asked with it.
    Event(&'static str, String),
    /// Its text is all.
    Nothing,
    /// What it brings counts no longer, or no longer wants a reminder: the mail is taken back.
    Gone,
    /// What it says is no longer so, and somebody has to see to it: it is given up, for this reason.
    Stale(&'static str),
    /// It is not known yet whether it is wanted: it waits, and was not tried.
    Later,
}

/// Sends what is due, with what `attach` finds for it; `sent` is told what the mail server took, in the
/// transaction that writes that down. Safe to run anywhere, any number of times:
/// a mail is sent by one server at a time, and again only if that one could not say how it went.
/// Leases go by the machine's time, so that they end under a fixed clock too. None is begun once
/// `stops`.
///
/// # Errors
/// Those of the database. A mail that cannot be sent is written down, and keeps no other waiting.
pub async fn deliver(
    (db, clock): (&Db, &Clock),
    mailer: &Mailer,
    stops: impl Fn() -> bool,
    (attach, sent): (
        impl AsyncFn(Scope, &mut MailRow) -> Result<Attached>,
        impl AsyncFn(&mut Tx, Scope, &MailRow) -> Result<()>,
    ),
) -> Result<()> {
    if mailer.from().is_none() {
        return Ok(());
    }
    const _: () = assert!(LEASE.num_seconds() > HANDING_OVER.as_secs() as i64 + 60);
    let mut unreached = 0;
    for _ in 0..AT_ONCE {
        if stops() || unreached == UNREACHED_MAX {
            break;
        }
        let (now, machine) = (clock.now(), Clock::Real.now());
        let due = db.read(async |tx| store::due(tx, (now, machine)).await).await?;
        let Some((organisation, mail)) = due else { break };
        let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let lease = Lease { mail, by: Uuid::now_v7() };
        let times = (now, machine, machine + LEASE);
        let taken = db.write(async |tx| store::take(tx, scope, lease, times).await).await?;
        let Some(mut row) = taken else { continue };
        let until = machine + LEASE - MARGIN;
        let outcome = if wait(row.attempts - 1).is_none() {
            // Each try went without a word of how it ended: whoever made it died.
            Outcome::Refused("it was tried often enough".to_owned())
        } else {
            match attach(scope, &mut row).await {
                Ok(Attached::File(name, bytes)) => {
                    mailer.send(&row.letter(), Some(Enclosure::Pdf(&name, bytes))).await
                }
                Ok(Attached::Event(method, text)) => {
                    mailer.send(&row.letter(), Some(Enclosure::Event(method, text))).await
                }
                Ok(Attached::Nothing) => mailer.send(&row.letter(), None).await,
                Ok(Attached::Gone) => Outcome::Gone,
                Ok(Attached::Stale(why)) => Outcome::Refused(why.to_owned()),
                Ok(Attached::Later) => {
                    let at = now + LATER;
                    db.write(async |tx| store::put_off(tx, scope, lease, at).await).await?;
                    continue;
                }
                Err(error) => {
                    tracing::error!(%mail, ?error, "what goes with a mail was not found");
                    Outcome::Later("its file could not be made".to_owned())
                }
            }
        };
        let now = clock.now();
        let next_at = wait(row.attempts).map(|seconds| now + TimeDelta::seconds(seconds));
        let write = async |tx: &mut Tx| match (&outcome, next_at) {
            (Outcome::Sent(answer), _) => {
                let ended = (MailState::Sent, answer.as_str());
                match store::end(tx, scope, lease, ended, now).await? {
                    true => sent(tx, scope, &row).await,
                    false => Ok(()),
                }
            }
            (Outcome::Gone, _) => {
                let ended = (MailState::Cancelled, "it was no longer wanted");
                store::end(tx, scope, lease, ended, now).await.map(drop)
            }
            (Outcome::Later(why) | Outcome::Unreached(why), Some(next_at)) => {
                store::again(tx, scope, lease, (why, next_at)).await
            }
            (Outcome::Refused(why) | Outcome::Later(why) | Outcome::Unreached(why), _) => {
                store::end(tx, scope, lease, (MailState::Failed, why), now).await.map(drop)
            }
        };
        // A mail that was taken must not be sent again because the database was busy.
        while let Err(error) = db.write(write).await {
            if Clock::Real.now() >= until {
                return Err(error);
            }
            tracing::warn!(%mail, ?error, "how a mail went was not written; it is tried again");
            tokio::time::sleep(AGAIN).await;
        }
        unreached = match &outcome {
            Outcome::Unreached(_) => unreached + 1,
            _ => 0,
        };
        // No words of the mail server in the log: they name whom it was for.
        match &outcome {
            Outcome::Sent(_) => tracing::info!(%mail, "a mail was sent"),
            Outcome::Refused(_) => tracing::warn!(%mail, "a mail was refused for good"),
            Outcome::Gone => {
                tracing::info!(%mail, "a mail was taken back that nobody wants any more")
            }
            Outcome::Later(_) | Outcome::Unreached(_) => {
                tracing::warn!(%mail, tried = row.attempts, "a mail was not taken")
            }
        }
    }
    Ok(())
}
