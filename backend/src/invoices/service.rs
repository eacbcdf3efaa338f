//! What becomes of a draft: it is changed, issued, and withdrawn. Source: domain 5.7, 5.8.
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use shared::api::{
    ErrorCode, Invoice, InvoiceChange, InvoiceId, InvoiceLineKind, InvoiceState, InvoiceVoid,
    ManualLine, RetainerId, TaxRate, TimelineEvent,
};
use shared::rules::zone;

use super::compose::Written;
use super::store::{self, InvoiceRow, Issued};
use super::{clients, drafting, run, settings, settle, view};
use crate::auth::Scope;
use crate::cycles;
use crate::db::Tx;
use crate::error::Result;
use crate::timeline::{self, Told};

/// The invoice in this version, if it is in that state.
async fn of_version(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    (state, refusal): (InvoiceState, ErrorCode),
) -> Result<InvoiceRow> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    if row.state != state { Err(refusal.into()) } else { Ok(row) }
}

const DRAFT: (InvoiceState, ErrorCode) = (InvoiceState::Draft, ErrorCode::InvoiceIssued);

/// Changes the lines of a draft that people write and its note, or holds it back. What the terms
/// make stays.
///
/// # Errors
/// `not_found`; `stale`; `invoice_issued`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    new: &InvoiceChange,
    now: DateTime<Utc>,
) -> Result<Invoice> {
    let row = of_version(tx, scope, (id, version), DRAFT).await?;
    if let Some(written) = &new.lines {
        let kept = store::lines(tx, scope, id).await?;
        // A line by hand is taxed as the others are, or as the retainer is.
        let of_terms = kept.iter().find(|line| line.kind != InvoiceLineKind::Manual);
        let taxes = match of_terms {
            Some(line) => line.taxes.0.clone(),
            None => usual_taxes(tx, scope, &row).await?,
        };
        let by_terms = kept.iter().filter(|line| line.kind != InvoiceLineKind::Manual);
        let mut lines: Vec<(Written, Vec<TaxRate>)> =
            by_terms.map(|line| (line.written(), line.taxes.0.clone())).collect();
        lines.extend(written.iter().map(|line| (by_hand(line), taxes.clone())));
        drafting::write_lines(tx, scope, (id, row.tax_mode()), lines).await?;
    }
    let told = new.note.as_deref().map(str::trim);
    let note = told.map_or(row.note, |note| Some(note.to_owned()).filter(|note| !note.is_empty()));
    let held = new.held.unwrap_or(row.held);
    if !store::change(tx, scope, (id, version), (note, held)).await? {
        return Err(ErrorCode::Stale.into());
    }
    view::invoice(tx, scope, id, now).await
}

async fn usual_taxes(tx: &mut Tx, scope: Scope, row: &InvoiceRow) -> Result<Vec<TaxRate>> {
    let (billing, _) = settings::kept(tx, scope, row.retainer_id).await?;
    let usual = settings::of_all(tx, scope).await?.settings;
    let usual = usual.map(|usual| usual.taxes).unwrap_or_default();
    clients::taxes(tx, scope, row.retainer_id, (billing.taxes, usual)).await
}

fn by_hand(line: &ManualLine) -> Written {
    Written {
        kind: InvoiceLineKind::Manual,
        text: Some(line.text.trim().to_owned()),
        of_seq: None,
        days: None,
        overage: None,
        change: None,
        bought: None,
        spent: None,
        quantity: line.quantity,
        price: (line.price_minor, 1),
        discount: 0,
        // Both are bounded: the product fits.
        amount: line.quantity * line.price_minor,
    }
}

/// The day it is for a retainer.
pub async fn today(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<NaiveDate> {
    let heads = cycles::store::heads(tx, scope, &[retainer]).await?;
    let zone = zone::zone(heads.first().map_or("UTC", |head| head.timezone.as_str()))?;
    Ok(zone::local_date(zone, now))
}

/// Gives a draft its number and day; from then on it never changes. Credit of the account pays it.
///
/// # Errors
/// `not_found`; `stale`; `invoice_issued`; `billing_off`; `invoice_empty`.
pub async fn issue(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    now: DateTime<Utc>,
) -> Result<Invoice> {
    let row = of_version(tx, scope, (id, version), DRAFT).await?;
    let Some(settings) = settings::of_all(tx, scope).await?.settings else {
        return Err(ErrorCode::BillingOff.into());
    };
    if row.total_minor <= 0 {
        return Err(ErrorCode::InvoiceEmpty.into());
    }
    let today = today(tx, scope, row.retainer_id, now).await?;
    let series = format!("{}{}-", settings.prefix, today.year());
    let number = store::next_number(tx, scope, &series).await?;
    let account = (row.account_id, row.account_name.as_str());
    let parties = clients::parties(tx, scope, account, settings).await?;
    let due_on = row.terms.0.due_on(today)?;
    let issued = Issued { series: &series, number, issue_on: today, due_on, parties: &parties };
    if !store::issue(tx, scope, (id, version), &issued, now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::InvoiceIssued, id), now).await?;
    settle::by_credit(tx, scope, id, now).await?;
    view::invoice(tx, scope, id, now).await
}

/// Withdraws an issued invoice; it keeps its number, and gives back what it took. A draft of the
/// same may take its place.
///
/// # Errors
/// `not_found`; `stale`; `invoice_not_issued`; `invoice_settled`.
pub async fn void(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    new: &InvoiceVoid,
    now: DateTime<Utc>,
) -> Result<Invoice> {
    let issued = (InvoiceState::Issued, ErrorCode::InvoiceNotIssued);
    let row = of_version(tx, scope, (id, version), issued).await?;
    if row.credited_minor > 0 || row.paid_minor > 0 {
        return Err(ErrorCode::InvoiceSettled.into());
    }
    if !store::void(tx, scope, (id, version), new.reason.trim(), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::InvoiceVoided, id), now).await?;
    store::give_back(tx, scope, id).await?;
    store::look_soon(tx, scope, row.retainer_id).await?;
    if new.replace {
        run::again(tx, scope, &row, now).await?;
    }
    view::invoice(tx, scope, id, now).await
}

/// Removes a draft. The clock does not make it again, and what it took of closed cycles goes to
/// the next invoice.
///
/// # Errors
/// `not_found`; `stale`; `invoice_issued`.
pub async fn discard(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (InvoiceId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = of_version(tx, scope, (id, version), DRAFT).await?;
    if !store::discard(tx, scope, &row, now).await? {
        return Err(ErrorCode::Stale.into());
    }
    store::look_soon(tx, scope, row.retainer_id).await
}
