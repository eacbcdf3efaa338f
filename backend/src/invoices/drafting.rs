//! Drafts: what is due is written with what it holds.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    BillingSettingsSet, CycleStatus, HeldReason, InvoiceId, InvoiceLineKind, Purpose, TaxMode,
    TaxRate, TerminationPolicy, Timing,
};
use shared::rules::billing::BillingRule;
use shared::rules::cycle::Cycle;
use shared::rules::money::{LineTotals, TaxTotal};
use uuid::Uuid;

use super::beside;
use super::compose::{self, Written};
use super::run::Looked;
use super::settings;
use super::store::{self, Billed, LineKept, NewInvoice, TaxKept, TotalsKept};
use crate::auth::Scope;
use crate::cycles::store::{CyclePage, CycleRow};
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;

/// So many billed cycles are corrected upwards after their end.
const CORRECTED: usize = 3;

/// A retainer as it is billed.
pub(super) struct Billing<'a> {
    pub book: &'a Book,
    pub settings: &'a BillingSettingsSet,
    pub rule: BillingRule,
    pub taxes: Vec<TaxRate>,
}

/// An invoice to be.
pub(super) struct Draft {
    pub seq: i64,
    pub purpose: Purpose,
    pub revision: i64,
    pub days: (NaiveDate, NaiveDate),
    pub issue_on: NaiveDate,
}

/// Makes one, unless it comes to nothing. Source: domain 5.3.
///
/// # Errors
/// Those of the rules.
pub(super) async fn make(
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

/// What an invoice holds by the terms: the price of its cycle, what earlier ones came to be, what
/// closed ones left to be billed, and what was agreed beside.
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
    if draft.purpose == Purpose::Cycle {
        let seq = draft.seq;
        let rows = rows(tx, scope, book, (seq, seq)).await?;
        if let Some(cycle) = kept(book, &rows, seq) {
            lines.extend(compose::fee(book, &cycle, terms)?);
        }
        // In the place of a void or discarded one: what later invoices moved of this cycle stays
        // with them.
        let elsewhere = store::prices_billed(tx, scope, retainer, seq).await?;
        if let Some(elsewhere) = elsewhere.get(&seq).filter(|amount| **amount != 0) {
            let moved = |line: &Written| line.kind == InvoiceLineKind::Correction;
            let amount: i64 = lines.iter().filter(|line| moved(line)).map(|line| line.amount).sum();
            lines.retain(|line| !moved(line));
            lines.extend(compose::corrects(seq, draft.days, amount - elsewhere));
        }
    }
    // The last one settles also what was billed ahead and will not be served.
    let before = match draft.purpose {
        Purpose::Cycle => draft.seq,
        Purpose::Final => i64::MAX,
    };
    lines.extend(corrections(tx, scope, (billing, policy), (before, draft.issue_on)).await?);
    let through = match (billing.rule.timing, draft.purpose) {
        (Timing::Advance, Purpose::Cycle) => draft.seq - 1,
        _ => draft.seq,
    };
    let which = (billing.settings.starts_on, through);
    for row in store::unbilled(tx, scope, retainer, which).await? {
        lines.push(compose::overage(book, &row)?);
    }
    let until = (billing.settings.starts_on, draft.issue_on);
    lines.extend(beside::due(tx, scope, book, until).await?);
    Ok(lines)
}

/// What cycles billed before a number cost now less what was billed of them, on a day. What was
/// billed too much is owed for ever; what was billed too little is asked for while a cycle runs or
/// is one of the last few, or after a credit note: days later no change reaches it.
async fn corrections(
    tx: &mut Tx,
    scope: Scope,
    (billing, policy): (&Billing<'_>, Option<TerminationPolicy>),
    (before, today): (i64, NaiveDate),
) -> Result<Vec<Written>> {
    let (book, retainer) = (billing.book, billing.book.head.id);
    let billed = store::billed(tx, scope, retainer, before).await?;
    let (Some(first), Some(last)) = (billed.last(), billed.first()) else { return Ok(Vec::new()) };
    let (days, own) = ((last.starts_on, last.ends_on), billed.iter().map(|one| one.seq));
    let own: BTreeSet<i64> = own.collect();
    let (first, last) = (first.seq, last.seq);
    let prices = store::prices_billed(tx, scope, retainer, first).await?;
    let credited = store::credited(tx, scope, retainer).await?;
    let rows = rows(tx, scope, book, (first, last)).await?;
    let mut lines = Vec::new();
    for (place, Billed { seq, starts_on, ends_on }) in billed.into_iter().enumerate() {
        let price = prices.get(&seq).copied().unwrap_or_default();
        let what = (seq, (starts_on, ends_on), price);
        let cycle = kept(book, &rows, seq);
        let terms = (billing.rule.timing, policy);
        let line = compose::correction(book, cycle.as_ref(), what, terms)?;
        let settled = CORRECTED <= place && ends_on <= today && !credited.contains(&seq);
        lines.extend(line.filter(|line| line.amount < 0 || !settled));
    }
    // What was given back of a month that the calendar lost, and whose invoice went after that.
    for (seq, price) in prices {
        let gone = price < 0 && !own.contains(&seq) && kept(book, &rows, seq).is_none();
        lines.extend(gone.then(|| compose::corrects(seq, days, -price)).flatten());
    }
    Ok(lines)
}

/// The cycle of which more was billed than is owed, where neither the next fee is large enough to
/// take it off nor another comes.
///
/// # Errors
/// Those of the rules.
pub(super) async fn too_much(
    tx: &mut Tx,
    scope: Scope,
    billing: &Billing<'_>,
    next: Option<&Cycle>,
) -> Result<Option<i64>> {
    let book = billing.book;
    let policy = store::policy(tx, scope, book.head.id).await?;
    let moved = corrections(tx, scope, (billing, policy), (i64::MAX, book.today)).await?;
    let owed = moved.iter().find(|line| line.amount < 0).and_then(|line| line.of_seq);
    if owed.is_none() {
        return Ok(None);
    }
    let mut fee = Vec::new();
    if let Some(cycle) = next {
        let cycle = (*cycle, book.row(cycle.seq).cloned());
        fee = compose::fee(book, &cycle, (billing.rule.timing, policy))?;
    }
    let sum = fee.iter().chain(&moved).map(|line| line.amount).sum::<i64>();
    Ok(owed.filter(|_| sum <= 0))
}

/// The closed cycles numbered `first` to `last`, where the book does not hold them all.
async fn rows(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (first, last): (i64, i64),
) -> Result<Vec<CycleRow>> {
    let open = |seq: i64| u32::try_from(seq).is_ok_and(|seq| book.row(seq).is_some());
    if (first..=last).all(open) {
        return Ok(Vec::new());
    }
    let which = CyclePage { before: Some(last + 1), begun_by: None, limit: last + 1 - first };
    let mut rows = cycles::store::cycles(tx, scope, book.head.id, which).await?;
    rows.retain(|row| row.status == CycleStatus::Closed);
    Ok(rows)
}

/// The cycle of a number as the calendar has it now; none where a pause or an end took it away.
fn kept(book: &Book, rows: &[CycleRow], seq: i64) -> Option<compose::Kept> {
    let cycle = u32::try_from(seq).ok().and_then(|seq| book.series.cycle(seq))?;
    let row = book.row(cycle.seq).or_else(|| rows.iter().find(|row| row.seq == seq));
    Some((cycle, row.cloned()))
}

/// What cycles of a retainer cost by what is agreed now, by their numbers, in amounts as on its
/// invoices; nothing of one that a pause or an end took away.
///
/// # Errors
/// Those of the rules.
pub(crate) async fn due_prices(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    seqs: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, i64>> {
    let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else { return Ok(BTreeMap::new()) };
    let (billing, _) = settings::kept(tx, scope, book.head.id).await?;
    let terms = (billing.timing, store::policy(tx, scope, book.head.id).await?);
    let rows = rows(tx, scope, book, (*first, *last)).await?;
    let mut due = BTreeMap::new();
    for seq in seqs {
        let lines = match kept(book, &rows, *seq) {
            Some(cycle) => compose::fee(book, &cycle, terms)?,
            None => Vec::new(),
        };
        due.insert(*seq, lines.iter().map(|line| line.amount).sum());
    }
    Ok(due)
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
    let taxed = |line: &Written| {
        let line = compose::priced(line, &billing.taxes, new.tax_mode)?;
        Ok((line, billing.taxes.clone()))
    };
    let taxed = lines.iter().map(taxed).collect::<Result<Vec<_>>>()?;
    write_lines(tx, scope, (id, new.tax_mode), taxed).await?;
    for line in lines {
        store::take(tx, scope, line, id).await?;
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
