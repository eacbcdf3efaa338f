//! What the clock brings: cycles that are due close and are billed, alerts that the days bring are
//! raised, calls that come again are booked, and what nobody needs any more is forgotten.
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::charges::{self, Cashier};
use crate::clock::Clock;
use crate::config::Site;
use crate::db::{Db, Tx};
use crate::dunning::Wanted;
use crate::error::Result;
use crate::files::{self, Files};
use crate::mail::{self, Attached, MailRow, Mailer};
use crate::{
    account_health, alerts, cadences, calls, cycles, delivery, digests, dunning, http, identity,
    imports, invoices, jobs, messages, portal, renewals, timeline, uplifts,
};

/// How often the server looks.
const EVERY: Duration = Duration::from_secs(20);
/// At every so many looks it also forgets.
const FORGETS_AT: u32 = 30;
/// At every so many it also clears bytes of files away: an hour.
const SWEEPS_AT: u32 = 180;

/// Brings everything to `now`. Doing it again changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn run(db: &Db, now: DateTime<Utc>) -> Result<()> {
    // One that fails does not keep the others waiting.
    let closed = cycles::tick(db, now).await;
    let imported = imports::tick(db).await;
    let alerted = alerts::tick(db, now).await;
    // What is billed is billed by the terms and prices that hold by then.
    let renewed = renewals::tick(db, now).await;
    let raised = uplifts::tick(db, now).await;
    let called = calls::tick(db, now).await;
    let billed = invoices::tick(db, now).await;
    let indexed = timeline::tick(db, now).await;
    // Of what all the others left.
    let remind = async |scope, account| cadences::look(db, scope, account, now).await;
    let looked = account_health::tick(db, now, remind).await;
    let before = closed.and(imported).and(alerted).and(renewed).and(raised);
    before.and(called).and(billed).and(indexed).and(looked)
}

/// Forgets answers nobody repeats, failed sign-ins that no longer count, and failed work that nobody
/// tries any more.
///
/// # Errors
/// Those of the database.
pub async fn forget(db: &Db, now: DateTime<Utc>) -> Result<()> {
    db.write(async |tx| {
        http::forget_answers(tx, now).await?;
        charges::forget_events(tx, Clock::Real.now()).await?;
        identity::forget_failures(tx, now).await?;
        portal::forget(tx, now).await?;
        jobs::forget(tx).await
    })
    .await
}

/// Issues what is issued by itself, raises the reminders that are due, and sends the mails that wait;
/// begins with none once it `stops`. Two servers that do it at once do each of it once.
///
/// # Errors
/// Those of the database.
pub async fn send(
    (db, clock): (&Db, &Clock),
    mailer: &Mailer,
    stops: impl Fn() -> bool,
) -> Result<()> {
    if mailer.from().is_none() {
        return Ok(());
    }
    let attach = async |scope, mail: &mut MailRow| {
        if let Some(letter) = mail.letter_id {
            return Box::pin(uplifts::attached(db, scope, letter, clock.now())).await;
        }
        if mail.message_id.is_some() {
            return Box::pin(delivery::invitation(db, scope, (mail, mailer))).await;
        }
        let Some(invoice) = mail.invoice_id else { return Ok(Attached::Gone) };
        let wanted = Box::pin(dunning::holds(db, scope, mail, clock.now())).await?;
        match wanted {
            Wanted::No => Ok(Attached::Gone),
            Wanted::Later => Ok(Attached::Later),
            Wanted::Now => Box::pin(invoices::attached(db, scope, invoice, clock.now())).await,
        }
    };
    // On the heap: all of them together are too large for the stack of a thread.
    let issued = Box::pin(invoices::issue_due(db, mailer, clock.now(), &stops)).await;
    // Without a mail server nobody is reminded: else they would all be at once, later.
    let raised = Box::pin(dunning::raise(db, clock.now(), &stops)).await;
    let sent = async |tx: &mut Tx, scope, mail: &MailRow| {
        Box::pin(messages::told(tx, scope, mail, clock.now())).await
    };
    let delivered = Box::pin(mail::deliver((db, clock), mailer, stops, (attach, sent))).await;
    delivered.and(issued).and(raised)
}

/// Sends members the digests that are due; begins with none once it `stops`. Two servers that do it
/// at once send each of them once.
///
/// # Errors
/// Those of the database.
pub async fn digest(
    of: (&Db, &Clock),
    by: (&Mailer, &Site),
    stops: impl Fn() -> bool,
) -> Result<()> {
    digests::send(of, by, stops).await
}

/// Sends again and again until it is told to stop, beside the other work: a mail server that hangs
/// keeps no cycle from closing. Over when the mail in hand is.
pub fn keep_sending(
    (db, clock): (Db, Clock),
    (mailer, site): (Mailer, Site),
    mut stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    actix_web::rt::spawn(async move {
        while !*stop.borrow() {
            let stops = || *stop.borrow();
            if let Err(error) = send((&db, &clock), &mailer, stops).await {
                tracing::error!(?error, "mails were not sent; it is tried again");
            }
            if let Err(error) = digest((&db, &clock), (&mailer, &site), stops).await {
                tracing::error!(?error, "digests were not sent; it is tried again");
            }
            // Who would tell it to stop is gone: so is the server.
            if let Ok(Err(_)) = tokio::time::timeout(EVERY, stop.changed()).await {
                return;
            }
        }
    })
}

/// Charges what is due, and begins with none once it `stops`. Two servers that do it at once charge
/// each of them once. Without a provider nothing is done.
///
/// # Errors
/// Those of the database.
pub async fn charge(
    (db, clock): (&Db, &Clock),
    cashier: &Cashier,
    stops: impl Fn() -> bool,
) -> Result<()> {
    match cashier.stripe() {
        Ok(stripe) => charges::charge((db, clock), stripe, stops).await,
        Err(_) => Ok(()),
    }
}

/// Charges again and again until it is told to stop, and at once when somebody rings, beside the
/// other work: a provider that hangs keeps no cycle from closing. Over when the charge in hand is.
pub fn keep_charging(
    db: Db,
    clock: Clock,
    cashier: Cashier,
    mut stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    actix_web::rt::spawn(async move {
        while !*stop.borrow() {
            let stops = || *stop.borrow();
            if let Err(error) = charge((&db, &clock), &cashier, stops).await {
                tracing::error!(?error, "invoices were not charged; it is tried again");
            }
            tokio::select! {
                // Who would tell it to stop is gone: so is the server.
                told = stop.changed() => if told.is_err() { return },
                () = cashier.rung() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}

/// Looks again and again, as long as the server runs. A failure is logged; the next look mends it.
pub fn keep(db: Db, clock: Clock, files: Files) {
    actix_web::rt::spawn(async move {
        for look in 0u32.. {
            actix_web::rt::time::sleep(EVERY).await;
            let now = clock.now();
            let mut outcome = run(&db, now).await;
            if outcome.is_ok() && look % FORGETS_AT == 0 {
                outcome = forget(&db, now).await;
            }
            if look % SWEEPS_AT == 0 {
                outcome = outcome.and(files::sweep(&db, &files, now).await);
            }
            if let Err(error) = outcome {
                tracing::error!(?error, "the regular work failed; it is tried again");
            }
        }
    });
}
