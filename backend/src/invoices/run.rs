//! Making what is due: by the clock, or because somebody asks. Doing it again makes nothing more.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    BillingRun, BillingSettingsSet, ErrorCode, HeldInvoice, HeldReason, InvoiceId, MemberId,
    NewBillingRun, Purpose, RUN_MAX, RetainerBillingSet, RetainerId, RetainerState, Role, TaxMode,
    TaxRate, Timing,
};
use shared::rules::billing::BillingRule;
use shared::rules::money::{LineTotals, TaxTotal};
use uuid::Uuid;

use super::compose::{self, Written};
use super::store::{self, LineKept, NewInvoice, TaxKept, TotalsKept};
use super::{settings, view};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};

/// How long the clock leaves a retainer alone that has ended and has nothing left to be billed.
const ENDED_DAYS: u64 = 365;

/// A retainer as it is billed.
struct Billing<'a> {
    book: &'a Book,
    settings: &'a BillingSettingsSet,
    rule: BillingRule,
    taxes: Vec<TaxRate>,
}

/// An invoice to be.
struct Draft {
    seq: i64,
    purpose: Purpose,
    revision: i64,
    days: (NaiveDate, NaiveDate),
    issue_on: NaiveDate,
}

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
    let mut looked = Looked::default();
    let (billing, _) = settings::kept(tx, scope, retainer).await?;
    let Some(settings) = settings::of_all(tx, scope).await?.settings else { return Ok(looked) };
    let book = cycles::close_due(tx, scope, retainer, now).await?;
    if !billing.billed || book.head.state == RetainerState::Setup {
        return Ok(looked);
    }
    let billing = billed_by(&book, &settings, &billing);
    let mut seq = store::next_seq(tx, scope, retainer).await?;
    loop {
        let next = compose::planned(&book, &billing.rule, seq, settings.starts_on)?;
        let Some((cycle, issue_on)) = next.filter(|(_, on)| *on <= book.today) else { break };
        let arrears = billing.rule.timing == Timing::Arrears;
        if arrears && !store::is_closed(tx, scope, retainer, i64::from(cycle.seq)).await? {
            looked.held.push((i64::from(cycle.seq), HeldReason::CycleOpen));
            break;
        }
        let days = (cycle.start, cycle.end);
        let (seq_made, purpose) = (i64::from(cycle.seq), Purpose::Cycle);
        let draft = Draft { seq: seq_made, purpose, revision: 1, days, issue_on };
        make(tx, scope, (&billing, draft), &mut looked, now).await?;
        seq = cycle.seq + 1;
    }
    if book.head.state == RetainerState::Ended && !store::has_final(tx, scope, retainer).await? {
        let last = cycles::store::last_cycle(tx, scope, retainer).await?;
        if let Some(last) = last {
            let days = (last.starts_on, last.ends_on);
            let (seq, purpose, issue_on) = (last.seq, Purpose::Final, book.today);
            let draft = Draft { seq, purpose, revision: 1, days, issue_on };
            make(tx, scope, (&billing, draft), &mut looked, now).await?;
        }
    }
    Ok(looked)
}

fn billed_by<'a>(
    book: &'a Book,
    settings: &'a BillingSettingsSet,
    billing: &RetainerBillingSet,
) -> Billing<'a> {
    let taxes = billing.taxes.clone().unwrap_or_else(|| settings.taxes.clone());
    Billing { book, settings, rule: compose::rule(book, settings, billing), taxes }
}

/// Makes one, unless it comes to nothing. Source: domain 5.3.
async fn make(
    tx: &mut Tx,
    scope: Scope,
    (billing, draft): (&Billing<'_>, Draft),
    looked: &mut Looked,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut lines = lines(tx, scope, billing, &draft).await?;
    let sum = |lines: &[Written]| lines.iter().map(|line| line.amount).sum::<i64>();
    // What was billed too much is taken off where there is enough to take it off.
    if sum(&lines) <= 0 && lines.iter().any(|line| line.amount < 0) {
        lines.retain(|line| line.amount > 0);
        looked.held.push((draft.seq, HeldReason::Negative));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let id = write(tx, scope, (billing, &draft), (&lines, None), now).await?;
    looked.made.push(id);
    Ok(())
}

/// What an invoice holds by the terms: the price of its cycle, what earlier ones came to be, and
/// what closed ones left to be billed.
async fn lines(
    tx: &mut Tx,
    scope: Scope,
    billing: &Billing<'_>,
    draft: &Draft,
) -> Result<Vec<Written>> {
    let (book, retainer) = (billing.book, billing.book.head.id);
    let policy = store::policy(tx, scope, retainer).await?;
    let terms = (billing.rule.timing, policy);
    let mut lines = Vec::new();
    if draft.purpose == Purpose::Cycle
        && let Some(cycle) = kept(tx, scope, book, draft.seq).await?
    {
        lines.extend(compose::fee(book, &cycle, terms)?);
    }
    let before = draft.seq + i64::from(draft.purpose == Purpose::Final);
    for billed in store::last_billed(tx, scope, retainer, before).await? {
        let price = store::price_billed(tx, scope, retainer, billed.seq).await?;
        let what = (billed.seq, (billed.starts_on, billed.ends_on), price);
        let cycle = kept(tx, scope, book, billed.seq).await?;
        lines.extend(compose::correction(book, cycle.as_ref(), what, terms)?);
    }
    let through = match (billing.rule.timing, draft.purpose) {
        (Timing::Advance, Purpose::Cycle) => draft.seq - 1,
        _ => draft.seq,
    };
    let which = (billing.settings.starts_on, through);
    for row in store::unbilled(tx, scope, retainer, which).await? {
        lines.push(compose::overage(book, &row)?);
    }
    Ok(lines)
}

/// The cycle of a number as the calendar has it now; none where a pause or an end took it away.
async fn kept(tx: &mut Tx, scope: Scope, book: &Book, seq: i64) -> Result<Option<compose::Kept>> {
    let cycle = u32::try_from(seq).ok().and_then(|seq| book.series.cycle(seq));
    let Some(cycle) = cycle else { return Ok(None) };
    let row = cycles::row_of(tx, scope, book, cycle.seq).await?;
    Ok(Some((cycle, row)))
}

/// Writes a draft with its lines.
async fn write(
    tx: &mut Tx,
    scope: Scope,
    (billing, draft): (&Billing<'_>, &Draft),
    (lines, note): (&[Written], Option<String>),
    now: DateTime<Utc>,
) -> Result<InvoiceId> {
    let retainer = billing.book.head.id;
    let id = InvoiceId(Uuid::now_v7());
    let new = NewInvoice {
        id,
        account_id: cycles::store::names(tx, scope, retainer).await?.account_id,
        retainer_id: retainer,
        seq: draft.seq,
        purpose: draft.purpose,
        revision: draft.revision,
        currency: billing.book.currency().to_owned(),
        days: draft.days,
        issue_on: draft.issue_on,
        due_on: billing.rule.terms.due_on(draft.issue_on)?,
        terms: billing.rule.terms,
        tax_mode: billing.settings.tax_mode,
        note,
    };
    store::insert(tx, scope, &new, now).await?;
    let taxed = lines.iter().map(|line| (line.clone(), billing.taxes.clone())).collect();
    write_lines(tx, scope, (id, new.tax_mode), taxed).await?;
    for line in lines {
        if let Some(which) = line.overage {
            store::take(tx, scope, which, id).await?;
        }
    }
    Ok(id)
}

/// Writes the lines of a draft and what they come to.
///
/// # Errors
/// Those of the rules.
pub(super) async fn write_lines(
    tx: &mut Tx,
    scope: Scope,
    (id, tax_mode): (InvoiceId, TaxMode),
    lines: Vec<(Written, Vec<TaxRate>)>,
) -> Result<()> {
    let amounts: Vec<(i64, Vec<TaxRate>)> =
        lines.iter().map(|(line, taxes)| (line.amount, taxes.clone())).collect();
    let totals = compose::totals(&amounts, tax_mode)?;
    let kept = |((written, taxes), sums): ((Written, Vec<TaxRate>), &LineTotals)| {
        let included = if tax_mode == TaxMode::Inclusive { sums.tax.0 } else { 0 };
        LineKept { written, taxes, net: sums.base.0 - included, tax: sums.tax.0 }
    };
    let lines: Vec<LineKept> = lines.into_iter().zip(&totals.lines).map(kept).collect();
    let tax = |one: &TaxTotal| TaxKept {
        code: one.code.clone(),
        percent: one.rate.to_string(),
        base: one.base.0,
        tax: one.tax.0,
    };
    let sums = TotalsKept {
        taxes: totals.taxes.iter().map(tax).collect(),
        net: totals.net.0,
        tax: totals.tax.0,
        total: totals.total.0,
    };
    store::write_lines(tx, scope, id, &lines, &sums).await
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
    let billing = billed_by(&book, &settings, &kept);
    let draft = Draft {
        seq: void.seq,
        purpose: void.purpose,
        revision: void.revision + 1,
        days: (void.starts_on, void.ends_on),
        issue_on: book.today,
    };
    make(tx, scope, (&billing, draft), &mut looked, now).await?;
    Ok(looked)
}

/// Makes what is due in an organisation, or of one retainer.
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
    let mut run = BillingRun { made: Vec::new(), held: Vec::new(), more: false };
    if let Some(id) = new.retainer_id {
        match one(tx, scope, id, &mut run, now).await {
            Err(Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound)) => {
                return Err(Error::field("/retainer_id", "not_found"));
            }
            done => done?,
        }
        return Ok(run);
    }
    let mut after = None;
    loop {
        let page = store::of_organisation(tx, scope, after).await?;
        let Some(last) = page.last() else { return Ok(run) };
        after = Some(last.retainer_id);
        for waiting in page {
            if run.made.len() >= RUN_MAX || run.held.len() >= RUN_MAX {
                run.more = true;
                return Ok(run);
            }
            one(tx, scope, waiting.retainer_id, &mut run, now).await?;
        }
    }
}

async fn one(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    run: &mut BillingRun,
    now: DateTime<Utc>,
) -> Result<()> {
    let looked = due(tx, scope, id, now).await?;
    for made in looked.made {
        run.made.push(view::summary(&store::find(tx, scope, made).await?));
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
/// times. A retainer that fails is logged and does not keep the others waiting.
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
            let done = db.write(async |tx| look(tx, scope, id, now).await).await;
            if let Err(error) = done {
                tracing::error!(retainer = %id, ?error, "a retainer was not billed");
            }
        }
    }
}

/// Makes what is due of a retainer, and says until when it need not be looked at.
async fn look(tx: &mut Tx, scope: Scope, retainer: RetainerId, now: DateTime<Utc>) -> Result<()> {
    due(tx, scope, retainer, now).await?;
    let book = Book::load(tx, scope, retainer, now).await?;
    let days = if book.head.state == RetainerState::Ended { ENDED_DAYS } else { 1 };
    let next = book.today.checked_add_days(Days::new(days)).unwrap_or(book.today);
    store::set_due(tx, scope, retainer, book.zones.first_instant(next)).await
}
