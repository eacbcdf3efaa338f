//! What a normal cycle brings is issued and sent on its day with no press, where the organisation or
//! the retainer has it so.
//!
//! Issuing and the rows of its mails are one transaction, in which the draft leaves its state: crash,
//! repetition and other replicas issue none twice. Source: domain 5.2; docs/decisions/0054.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{
    ErrorCode, InvoiceId, InvoiceState, JobKind, MemberId, OrganisationId, RetainerId, Role,
};
use shared::rules::zone;
use uuid::Uuid;

use super::store::issuing::{self as store, Said};
use super::{sending, settings};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::invoices::store::{find, zone_of};
use crate::jobs::{self, Job};
use crate::mail::Mailer;

/// How many days after its day a draft is still issued, where the server was down; later it waits
/// for somebody, as what lay about when this was switched on does.
const LATE_DAYS: i64 = 3;
/// How long an organisation or a draft that failed is left alone.
const LATER: TimeDelta = TimeDelta::minutes(10);
/// The most organisations of one look; the next goes on.
const AT_ONCE: usize = 1_000;

/// Issues and sends what is due everywhere. Safe to run anywhere, any number of times.
///
/// # Errors
/// Those of reading the database. An organisation or draft that fails keeps no other waiting.
pub(crate) async fn issue_due(
    db: &Db,
    mailer: &Mailer,
    now: DateTime<Utc>,
    stops: impl Fn() -> bool,
) -> Result<()> {
    for _ in 0..AT_ONCE {
        if stops() {
            break;
        }
        let Some(organisation) = db.read(async |tx| store::due(tx, now).await).await? else {
            return Ok(());
        };
        let nobody = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
        let job = Job { scope: nobody, kind: JobKind::Billing, subject: organisation.0 };
        let again = match look(db, mailer, organisation, now).await {
            Ok(again) => {
                jobs::done(db, job).await?;
                again
            }
            Err(error) => {
                jobs::failed(db, job, &error).await;
                now + LATER
            }
        };
        db.write(async |tx| store::looked(tx, nobody, (now, again)).await).await?;
    }
    Ok(())
}

/// Issues what is due of an organisation, and says when to look again.
async fn look(
    db: &Db,
    mailer: &Mailer,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let nobody = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
    let (said, zone) = db
        .read(async |tx| {
            let zone = zone::zone(&zone_of(tx, nobody).await?)?;
            Ok((store::said(tx, nobody).await?, zone))
        })
        .await?;
    let (writes, mut again) = zone::writes(zone, now);
    if !writes {
        return Ok(again);
    }
    // Who had it so has them issued.
    let scope = Scope::acting(organisation, said.changed_by, Role::Owner);
    let today = zone::local_date(zone, now);
    let mut after = (today - TimeDelta::days(LATE_DAYS), InvoiceId(Uuid::nil()));
    loop {
        let page = db.read(async |tx| store::untouched(tx, scope, (after, today)).await).await?;
        let Some(last) = page.last() else { return Ok(again) };
        after = (last.issue_on, last.id);
        for one in page {
            let which = (one.id, one.retainer_id);
            if !db.read(async |tx| itself(tx, scope, &said, one.retainer_id).await).await? {
                continue;
            }
            let job = Job { scope, kind: JobKind::Billing, subject: one.id.0 };
            if !jobs::run(db, job, async |tx| issue(tx, scope, (which, mailer), now).await).await {
                again = again.min(now + LATER);
            }
        }
    }
}

/// Whether a retainer is billed here, and by itself.
async fn itself(tx: &mut Tx, scope: Scope, said: &Said, retainer: RetainerId) -> Result<bool> {
    let (own, _) = settings::kept(tx, scope, retainer).await?;
    Ok(own.billed && own.automatic.unwrap_or(said.settings.0.automatic))
}

/// Issues a draft and queues its mails, unless somebody was first or has it wait. What cannot be
/// sent, for want of a mail server, an address or an amount, stays a draft for people.
async fn issue(
    tx: &mut Tx,
    scope: Scope,
    ((id, retainer), mailer): ((InvoiceId, RetainerId), &Mailer),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = find(tx, scope, id).await?;
    let said = store::said(tx, scope).await?;
    let untouched = row.state == InvoiceState::Draft && row.version == 1;
    if !untouched || !itself(tx, scope, &said, retainer).await? {
        return Ok(());
    }
    match sending::send(tx, scope, (id, row.version, mailer), now).await {
        Err(Error::Refused(
            ErrorCode::MailOff | ErrorCode::MailUnaddressed | ErrorCode::InvoiceEmpty,
        )) => Ok(()),
        sent => sent.map(|_| ()),
    }
}
