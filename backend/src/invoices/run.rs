//! Making what is due: by the clock, or because somebody asks. Doing it again makes nothing more.
use chrono::{DateTime, Days, Utc};
use shared::api::{
    BillingRun, BillingSettingsSet, ErrorCode, HeldInvoice, HeldReason, InvoiceId, JobKind,
    MemberId, NewBillingRun, Purpose, RUN_MAX, RetainerBillingSet, RetainerId, RetainerState, Role,
    Timing,
};
use uuid::Uuid;

use super::drafting::{Billing, Draft, make, too_much};
use super::{clients, compose, refunds, settings, settle, store, view};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::jobs::{self, Job};

/// How long the clock leaves a retainer alone that has ended and has nothing left to be billed.
const ENDED_DAYS: u64 = 365;

/// What looking at a retainer made.
#[derive(Debug, Default)]
pub struct Looked {
    /// The drafts.
    pub made: Vec<InvoiceId>,
    /// What is due and was not made.
    pub held: Vec<(i64, HeldReason)>,
}

/// Makes the invoices of a retainer that are due and are not there.
///
/// # Errors
/// `not_found`; those of the rules.
pub(crate) async fn due(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Looked> {
    Ok(look_at(tx, scope, (retainer, false), now).await?.0)
}

/// Likewise, if asked so with what was discarded; what it made, and the book it went by.
async fn look_at(
    tx: &mut Tx,
    scope: Scope,
    (retainer, discarded): (RetainerId, bool),
    now: DateTime<Utc>,
) -> Result<(Looked, Book)> {
    let mut looked = Looked::default();
    let book = cycles::close_due(tx, scope, retainer, now).await?;
    let (billing, _) = settings::kept(tx, scope, retainer).await?;
    let settings = settings::of_all(tx, scope).await?.settings;
    let Some(settings) = settings.filter(|_| billing.billed) else { return Ok((looked, book)) };
    if book.head.state == RetainerState::Setup {
        return Ok((looked, book));
    }
    let billing = billed_by(tx, scope, &book, &settings, &billing).await?;
    let seq = store::next_seq(tx, scope, retainer).await?;
    if discarded {
        again_discarded(tx, scope, &billing, &mut looked, now).await?;
    }
    let mut next = compose::planned(&book, &billing.rule, seq, settings.starts_on)?;
    while let Some((cycle, issue_on)) = next.filter(|(_, on)| *on <= book.today) {
        let arrears = billing.rule.timing == Timing::Arrears;
        if arrears && !store::is_closed(tx, scope, retainer, i64::from(cycle.seq)).await? {
            looked.held.push((i64::from(cycle.seq), HeldReason::CycleOpen));
            break;
        }
        let days = (cycle.start, cycle.end);
        let (seq_made, purpose) = (i64::from(cycle.seq), Purpose::Cycle);
        let draft = Draft { seq: seq_made, purpose, revision: 1, days, issue_on };
        make(tx, scope, (&billing, draft), &mut looked, now).await?;
        next = compose::planned(&book, &billing.rule, cycle.seq + 1, settings.starts_on)?;
    }
    if book.head.state == RetainerState::Ended {
        make_last(tx, scope, &billing, &mut looked, now).await?;
    }
    let told = looked.held.iter().any(|(_, reason)| *reason == HeldReason::Negative);
    if !told {
        let refund = refunds::waits(tx, scope, &book).await?;
        looked.held.extend(refund.map(|seq| (seq, HeldReason::Negative)));
        let next = next.as_ref().map(|(cycle, _)| cycle);
        let owed = too_much(tx, scope, &billing, next).await?;
        looked.held.extend(owed.map(|seq| (seq, HeldReason::Negative)));
    }
    Ok((looked, book))
}

/// Makes what was discarded, as the terms have it today.
async fn again_discarded(
    tx: &mut Tx,
    scope: Scope,
    billing: &Billing<'_>,
    looked: &mut Looked,
    now: DateTime<Utc>,
) -> Result<()> {
    let (book, purpose) = (billing.book, Purpose::Cycle);
    for seq in store::take_discarded(tx, scope, book.head.id).await? {
        let cycle = u32::try_from(seq).ok().and_then(|seq| book.series.cycle(seq));
        let Some(cycle) = cycle else { continue };
        let days = (cycle.start, cycle.end);
        // It was discarded: never as one that is made for the first time, and issued by itself.
        let revision = store::next_revision(tx, scope, (book.head.id, seq, purpose)).await?.max(2);
        let draft = Draft { seq, purpose, revision, days, issue_on: book.today };
        make(tx, scope, (billing, draft), looked, now).await?;
    }
    Ok(())
}

/// Makes what is left to be billed after the end, as often as something is: the first time, and
/// after a last invoice was withdrawn or credited.
async fn make_last(
    tx: &mut Tx,
    scope: Scope,
    billing: &Billing<'_>,
    looked: &mut Looked,
    now: DateTime<Utc>,
) -> Result<()> {
    let (book, retainer) = (billing.book, billing.book.head.id);
    if store::last_one_waits(tx, scope, retainer).await? {
        return Ok(());
    }
    let Some(last) = cycles::store::last_cycle(tx, scope, retainer).await? else {
        return Ok(());
    };
    let (seq, purpose, issue_on) = (last.seq, Purpose::Final, book.today);
    let revision = store::next_revision(tx, scope, (retainer, seq, purpose)).await?;
    let days = (last.starts_on, last.ends_on);
    let draft = Draft { seq, purpose, revision, days, issue_on };
    make(tx, scope, (billing, draft), looked, now).await
}

async fn billed_by<'a>(
    tx: &mut Tx,
    scope: Scope,
    book: &'a Book,
    settings: &'a BillingSettingsSet,
    billing: &RetainerBillingSet,
) -> Result<Billing<'a>> {
    let either = (billing.taxes.clone(), settings.taxes.clone());
    let taxes = clients::taxes(tx, scope, book.head.id, either).await?;
    Ok(Billing { book, settings, rule: compose::rule(book, settings, billing), taxes })
}

/// Makes a draft that takes the place of a void invoice, as the terms have it today.
///
/// # Errors
/// `not_found`; those of the rules.
pub(super) async fn again(
    tx: &mut Tx,
    scope: Scope,
    void: &store::InvoiceRow,
    now: DateTime<Utc>,
) -> Result<Looked> {
    let mut looked = Looked::default();
    let (kept, _) = settings::kept(tx, scope, void.retainer_id).await?;
    let Some(settings) = settings::of_all(tx, scope).await?.settings else { return Ok(looked) };
    let book = Book::load(tx, scope, void.retainer_id, now).await?;
    let billing = billed_by(tx, scope, &book, &settings, &kept).await?;
    let key = (void.retainer_id, void.seq, void.purpose);
    let revision = store::next_revision(tx, scope, key).await?;
    let draft = Draft {
        seq: void.seq,
        purpose: void.purpose,
        revision,
        days: (void.starts_on, void.ends_on),
        issue_on: book.today,
    };
    make(tx, scope, (&billing, draft), &mut looked, now).await?;
    Ok(looked)
}

/// Makes what is due of the next retainers of an organisation, or of one.
///
/// # Errors
/// `billing_off`; at the field: a retainer that is not here.
pub(crate) async fn run(
    tx: &mut Tx,
    scope: Scope,
    new: &NewBillingRun,
    now: DateTime<Utc>,
) -> Result<BillingRun> {
    if settings::of_all(tx, scope).await?.settings.is_none() {
        return Err(ErrorCode::BillingOff.into());
    }
    let mut run = BillingRun { made: Vec::new(), held: Vec::new(), next: None };
    if let Some(id) = new.retainer_id {
        match one(tx, scope, (id, new.discarded), &mut run, now).await {
            Err(Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound)) => {
                return Err(Error::field("/retainer_id", "not_found"));
            }
            done => done?,
        }
        return Ok(run);
    }
    let waiting = store::of_organisation(tx, scope, new.after, RUN_MAX + 1).await?;
    for (index, waiting) in waiting.iter().enumerate() {
        if index == RUN_MAX || run.made.len() >= RUN_MAX || run.held.len() >= RUN_MAX {
            return Ok(run);
        }
        let id = waiting.retainer_id;
        one(tx, scope, (id, new.discarded), &mut run, now).await?;
        run.next = Some(id);
    }
    run.next = None;
    Ok(run)
}

async fn one(
    tx: &mut Tx,
    scope: Scope,
    (id, discarded): (RetainerId, bool),
    run: &mut BillingRun,
    now: DateTime<Utc>,
) -> Result<()> {
    let (looked, _) = look_at(tx, scope, (id, discarded), now).await?;
    let today = settle::today(tx, scope, now).await?;
    for made in looked.made {
        run.made.push(view::summary(&store::find(tx, scope, made).await?, today));
    }
    if !looked.held.is_empty() {
        let retainer_name = cycles::store::names(tx, scope, id).await?.retainer;
        let held = |(seq, reason)| HeldInvoice {
            retainer_id: id,
            retainer_name: retainer_name.clone(),
            seq,
            reason,
        };
        run.held.extend(looked.held.into_iter().map(held));
    }
    Ok(())
}

/// Makes what the day brings, one retainer a transaction. Safe to run anywhere, any number of
/// times. A retainer that fails is written down and does not keep the others waiting.
///
/// # Errors
/// Those of reading the database.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = None;
    loop {
        let waiting = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.retainer_id);
        for one in waiting {
            let nobody = MemberId(Uuid::nil());
            let scope = Scope::acting(one.organisation_id, nobody, Role::Owner);
            let id = one.retainer_id;
            let job = Job { scope, kind: JobKind::Billing, subject: id.0 };
            jobs::run(db, job, async |tx| look(tx, scope, id, now).await).await;
        }
    }
}

/// Makes what is due of a retainer, and says until when it need not be looked at.
async fn look(tx: &mut Tx, scope: Scope, retainer: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let (_, book) = look_at(tx, scope, (retainer, false), now).await?;
    let days = if book.head.state == RetainerState::Ended { ENDED_DAYS } else { 1 };
    let next = book.today.checked_add_days(Days::new(days)).unwrap_or(book.today);
    store::set_due(tx, scope, retainer, book.zones.first_instant(next)).await
}
