//! Sending the digests that are due, one after the other.
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::api::{MemberId, Role};
use shared::rules::mail::wait;
use shared::rules::zone;
use uuid::Uuid;

use super::contents::Contents;
use super::settings;
use super::store::{self, Lease, TakenRow};
use super::words::Digest;
use crate::auth::Scope;
use crate::clock::Clock;
use crate::config::Site;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::identity;
use crate::mail::{Letter, Mailer, Outcome, is_address};

/// How long a digest is left to the server that hands it over: longer than that may take.
const LEASE: TimeDelta = TimeDelta::minutes(14);
/// The most digests of one look.
const AT_ONCE: usize = 500;

/// How a digest ended.
enum Ended {
    /// The mail server took it.
    Sent,
    /// There was nothing to tell, nobody to tell it to, its day is over, or the server refused it
    /// for good.
    Not,
    /// Not before then: quiet hours, which are no try.
    Held(DateTime<Utc>),
    /// Not this time; and whether other mails would fare no better.
    Later(bool),
}

/// Sends the digests that are due. Safe to run anywhere, any number of times: one is handed over by
/// one server at a time, and again only if that one could not say how it went. None is begun once
/// `stops`.
///
/// # Errors
/// Those of the database.
pub(crate) async fn send(
    (db, clock): (&Db, &Clock),
    (mailer, site): (&Mailer, &Site),
    stops: impl Fn() -> bool,
) -> Result<()> {
    if mailer.from().is_none() {
        return Ok(());
    }
    for _ in 0..AT_ONCE {
        if stops() {
            break;
        }
        let (now, machine) = (clock.now(), Clock::Real.now());
        let due = db.read(async |tx| store::due(tx, (now, machine)).await).await?;
        let Some((organisation, member)) = due else { break };
        let nobody = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let lease = Lease { member, by: Uuid::now_v7() };
        let times = (now, machine, machine + LEASE);
        let taken = db.write(async |tx| store::take(tx, nobody, lease, times).await).await?;
        let Some(row) = taken else { continue };
        let zone = db.read(async |tx| identity::zone(tx, nobody).await).await?;
        let scope = Scope::acting(organisation, member, row.role);
        let ended = hand_over(db, (mailer, site), (scope, &row, zone), now).await?;
        let unreached = matches!(ended, Ended::Later(true));
        let write = async |tx: &mut Tx| note(tx, (scope, lease), (&row, &ended), clock.now()).await;
        db.write(write).await?;
        if unreached {
            break;
        }
    }
    Ok(())
}

async fn hand_over(
    db: &Db,
    (mailer, site): (&Mailer, &Site),
    (scope, row, zone): (Scope, &TakenRow, Tz),
    now: DateTime<Utc>,
) -> Result<Ended> {
    // Nobody ran on its day: what is so now is told at its hour, with the next.
    if zone::local_date(zone, row.due_at) < zone::local_date(zone, now) {
        return Ok(Ended::Not);
    }
    let free = settings::quiet(&row.settings).until(zone, now);
    if free > now {
        return Ok(Ended::Held(free));
    }
    // Each try went without a word of how it ended: whoever made it died.
    if wait(row.attempts - 1).is_none() {
        return Ok(Ended::Not);
    }
    let email = row.email.as_deref().filter(|email| row.active && is_address(email));
    let Some(email) = email else { return Ok(Ended::Not) };
    let contents = db.read(async |tx| Contents::read(tx, scope, (zone, now)).await).await?;
    if contents.is_empty() {
        return Ok(Ended::Not);
    }
    let digest =
        Digest { name: &row.name, organisation: &row.organisation, contents: &contents, site };
    let (subject, body) = digest.told(row.settings.language);
    let letter = Letter {
        id: row.mail_id,
        sender: &row.organisation,
        reply_to: None,
        in_reply_to: None,
        recipient: email,
        subject: &subject,
        body: &body,
    };
    let member = scope.member();
    // No words of the mail server in the log: they name whom it was for.
    Ok(match mailer.send(&letter, None).await {
        Outcome::Sent(_) => {
            tracing::info!(%member, "a digest was sent");
            Ended::Sent
        }
        Outcome::Later(_) => Ended::Later(false),
        Outcome::Unreached(_) => Ended::Later(true),
        Outcome::Refused(_) | Outcome::Gone => {
            tracing::warn!(%member, "a digest was refused for good");
            Ended::Not
        }
    })
}

/// Writes down how it ended, and when the next is due: by what its reader says and the clock shows
/// by now.
async fn note(
    tx: &mut Tx,
    (scope, lease): (Scope, Lease),
    (row, ended): (&TakenRow, &Ended),
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(kept) = store::kept(tx, scope).await? else { return Ok(()) };
    let zone = identity::zone(tx, scope).await?;
    let today = zone::local_date(zone, now);
    let set = &kept.settings.0;
    match (ended, wait(row.attempts)) {
        (Ended::Sent, _) => {
            let next = settings::next(set, zone, (now, Some(today)));
            store::end(tx, scope, lease, (next, Some((today, now)))).await
        }
        (Ended::Held(until), _) => store::again(tx, scope, lease, (*until, row.attempts - 1)).await,
        (Ended::Later(_), Some(seconds)) => {
            let at = settings::quiet(set).until(zone, now + TimeDelta::seconds(seconds));
            store::again(tx, scope, lease, (at, row.attempts)).await
        }
        (Ended::Not | Ended::Later(_), _) => {
            let next = settings::next(set, zone, (now, kept.last_on));
            store::end(tx, scope, lease, (next, None)).await
        }
    }
}
