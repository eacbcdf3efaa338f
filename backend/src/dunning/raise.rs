//! What the day brings: invoices come to their steps.
//!
//! A step is a row whose key is invoice and step, written with its mails in one transaction: crash,
//! repetition and other replicas make no second one. Source: domain 8.2.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{
    InvoiceId, JobKind, MemberId, NoReminder, OrganisationId, ReminderStep, Role, STEP_DAYS,
};
use shared::rules::mail::{filled, one_line};
use shared::rules::zone;
use uuid::Uuid;

use super::store::{self, Raised};
use super::view::Case;
use crate::auth::Scope;
use crate::closings::Words;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::invoices;
use crate::jobs::{self, Job};
use crate::mail::{self, About, MailRow, NewMail};

/// The most organisations of one look; the next goes on.
const AT_ONCE: usize = 1_000;

/// Raises what is due everywhere. Safe to run anywhere, any number of times.
///
/// # Errors
/// Those of reading the database. An invoice that fails is written down, and keeps no other
/// waiting.
pub(crate) async fn raise(db: &Db, now: DateTime<Utc>, stops: impl Fn() -> bool) -> Result<()> {
    for _ in 0..AT_ONCE {
        if stops() {
            break;
        }
        let Some(organisation) = db.read(async |tx| store::due(tx, now).await).await? else {
            return Ok(());
        };
        let nobody = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let job = Job { scope: nobody, kind: JobKind::Reminders, subject: organisation.0 };
        if let Err(error) = look(db, organisation, now).await {
            tracing::error!(%organisation, ?error, "nobody was reminded in an organisation");
            jobs::failed(db, job, &error).await;
            let times = (now, now + LATER);
            db.write(async |tx| store::looked(tx, nobody, times).await).await?;
        } else {
            jobs::done(db, job).await?;
        }
    }
    Ok(())
}

/// How long an organisation that failed is left alone.
const LATER: TimeDelta = TimeDelta::minutes(10);
/// How long until it is looked at again whether a charge has ended that keeps a step waiting.
const CHARGING: TimeDelta = TimeDelta::hours(1);

/// Looks at every invoice of an organisation that waits for money, and says when to look again.
async fn look(db: &Db, organisation: OrganisationId, now: DateTime<Utc>) -> Result<()> {
    let nobody = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
    let (kept, zone) = db
        .read(async |tx| {
            let kept = store::kept(tx, nobody).await?;
            Ok((kept, zone::zone(&invoices::zone_of(tx, nobody).await?)?))
        })
        .await?;
    let Some(kept) = kept.filter(|kept| kept.settings.0.on) else { return Ok(()) };
    // Who switched reminders on has them sent.
    let scope = Scope::acting(organisation, kept.changed_by, Role::Owner);
    let today = zone::local_date(zone, now);
    let (writes, tomorrow) = zone::writes(zone, now);
    if !writes {
        return db.write(async |tx| store::looked(tx, nobody, (now, tomorrow)).await).await;
    }
    // No step comes earlier than that before the day an invoice is due.
    let by = today - TimeDelta::days(STEP_DAYS.0);
    let mut after = None;
    let mut again = tomorrow;
    loop {
        let page = async |tx: &mut Tx| invoices::store::waiting_by(tx, scope, by, after).await;
        let page = db.read(page).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for (_, id) in page {
            let job = Job { scope, kind: JobKind::Reminders, subject: id.0 };
            match db.read(async |tx| Case::load(tx, scope, id, now).await).await {
                Ok(case) if case.due().is_none() => continue,
                Ok(case) => match case.none() {
                    None => {}
                    Some(NoReminder::Charging | NoReminder::ToCharge) => {
                        again = again.min(now + CHARGING);
                        continue;
                    }
                    Some(_) => continue,
                },
                Err(error) => {
                    jobs::failed(db, job, &error).await;
                    again = again.min(now + LATER);
                    continue;
                }
            }
            let work = async |tx: &mut Tx| step(tx, scope, (id, kept.version), now).await;
            if !jobs::run(db, job, work).await {
                again = again.min(now + LATER);
            }
        }
    }
    db.write(async |tx| store::looked(tx, nobody, (now, again)).await).await
}

/// Takes the step that an invoice has come to, if it has: writes it down with its mails.
async fn step(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let case = Case::load(tx, scope, id, now).await?;
    // By another ladder meanwhile: it is looked at again.
    if store::kept(tx, scope).await?.is_none_or(|kept| kept.version != version)
        || case.none().is_some()
    {
        return Ok(());
    }
    let Some(due) = case.due() else { return Ok(()) };
    let Some(step) = case.settings.steps.iter().find(|step| step.key == due.step.id) else {
        return Ok(());
    };
    let new = Raised {
        step: step.key.clone(),
        action: step.action,
        step_on: due.on,
        open_minor: case.open_minor,
        raised_at: now,
    };
    if !store::raise(tx, scope, id, &new).await? {
        return Ok(());
    }
    let Some((subject, body)) = words(&case, step) else { return Ok(()) };
    let (usual, _) = mail::settings(tx, scope).await?;
    let sender = case.row.parties.as_ref().map_or("", |parties| parties.0.legal_name.as_str());
    for recipient in &case.to {
        let mail = NewMail {
            about: About::Invoice(id, Some(&step.key)),
            sender,
            reply_to: usual.reply_to.as_deref(),
            recipient,
            subject: &subject,
            body: &body,
            next_at: now,
        };
        mail::queue(tx, scope, &mail, now).await?;
    }
    Ok(())
}

/// What a step says of an invoice today, in the language of the invoice.
fn words(case: &Case, step: &ReminderStep) -> Option<(String, String)> {
    let (row, number) = (&case.row, case.row.numbered()?);
    let parties = &row.parties.as_ref()?.0;
    let words = case.settings.words(step, parties.language);
    let told = Words(parties.language);
    let (amount, due) = (told.money(row.total_minor, &row.currency), told.day(row.due_on));
    let open = told.money(case.open_minor, &row.currency);
    let late = (case.today - row.due_on).num_days().max(0).to_string();
    let values = [
        ("client", parties.client.as_str()),
        ("number", number.as_str()),
        ("amount", amount.as_str()),
        ("due", due.as_str()),
        ("retainer", row.retainer_name.as_str()),
        ("sender", parties.legal_name.as_str()),
        ("open", open.as_str()),
        ("late", late.as_str()),
    ];
    Some((one_line(&filled(&words.subject, &values)), filled(&words.body, &values)))
}

/// Whether a reminder that was raised is still wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Now.
    Now,
    /// Perhaps, once it is known what becomes of a charge that is on its way.
    Later,
    /// Something stops it, or a later step was taken.
    No,
}

fn wanted(case: &Case, step: &str) -> Wanted {
    let last = case.raised.first().is_some_and(|raised| raised.step == step);
    match case.none() {
        None if last => Wanted::Now,
        Some(NoReminder::Charging | NoReminder::ToCharge) if last => Wanted::Later,
        _ => Wanted::No,
    }
}

/// Whether a reminder of an invoice that failed is still wanted.
///
/// # Errors
/// Those of the database.
pub(crate) async fn still_wanted(
    tx: &mut Tx,
    scope: Scope,
    (id, step): (InvoiceId, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(wanted(&Case::load(tx, scope, id, now).await?, step) != Wanted::No)
}

/// Whether a reminder that waited still holds: nothing stopped it meanwhile, and no later step was
/// taken. What it says is brought up to date: it names what is open now.
///
/// # Errors
/// Those of the database.
pub(crate) async fn holds(
    db: &Db,
    scope: Scope,
    mail: &mut MailRow,
    now: DateTime<Utc>,
) -> Result<Wanted> {
    let Some((id, step)) = mail.invoice_id.zip(mail.reminder.clone()) else {
        return Ok(Wanted::Now);
    };
    let case = db.read(async |tx| Case::load(tx, scope, id, now).await).await?;
    let wanted = wanted(&case, &step);
    if wanted != Wanted::Now {
        return Ok(wanted);
    }
    // Of a step that the ladder has no more, what was written stays.
    let known = case.settings.steps.iter().find(|known| known.key == step);
    let Some((subject, body)) = known.and_then(|known| words(&case, known)) else {
        return Ok(Wanted::Now);
    };
    if (&subject, &body) != (&mail.subject, &mail.body) {
        let (of, new) = (mail.id, (subject.as_str(), body.as_str()));
        db.write(async |tx| crate::mail::reword(tx, scope, of, new).await).await?;
        (mail.subject, mail.body) = (subject, body);
    }
    Ok(Wanted::Now)
}
