//! Payments are recorded, paid back and taken back; what they pay follows. Source: domain 5.11.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, ErrorCode, InvoiceId, InvoicePaid, NewPayment, NewRefund, PaidInvoice, Payment,
    PaymentAllocation, PaymentId, PaymentKind, PaymentReversal, PaymentSummary, TimelineEvent,
};
use shared::rules::money::{OpenInvoice, Spread, pay_named, pay_oldest};
use shared::rules::units::Minor;
use uuid::Uuid;

use super::store::{self, New, PaymentRow};
use crate::account_health;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::invoices::{self, Numbered};
use crate::timeline::{self, Told};

/// Records a payment; it pays what it names, or the oldest invoices, and the rest is credit.
///
/// # Errors
/// At the field: a day to come, an account that is not here, a reference that is recorded, an
/// invoice that does not wait for so much.
pub(crate) async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewPayment,
    now: DateTime<Utc>,
) -> Result<Payment> {
    record_as(tx, scope, (new, false), now).await
}

/// [`record`] of a line of a bank statement: that it is recorded once is seen to there, and two
/// payments of one day may say the same.
///
/// # Errors
/// Those of [`record`], but for a reference that is recorded.
pub(crate) async fn record_line(
    tx: &mut Tx,
    scope: Scope,
    new: &NewPayment,
    now: DateTime<Utc>,
) -> Result<Payment> {
    record_as(tx, scope, (new, true), now).await
}

async fn record_as(
    tx: &mut Tx,
    scope: Scope,
    (new, once): (&NewPayment, bool),
    now: DateTime<Utc>,
) -> Result<Payment> {
    not_to_come(tx, scope, ("/paid_on", new.paid_on), now).await?;
    if store::account(tx, scope, new.account_id).await?.is_none() {
        return Err(Error::field("/account_id", "not_found"));
    }
    let row = New {
        id: PaymentId(Uuid::now_v7()),
        kind: PaymentKind::Payment,
        of: None,
        account: new.account_id,
        amount: new.amount.amount_minor,
        currency: &new.amount.currency,
        paid_on: new.paid_on,
        method: new.method,
        reference: told(new.reference.as_deref()),
        note: told(new.note.as_deref()),
    };
    match once {
        true => store::insert(tx, scope, &row, now).await?,
        false => insert(tx, scope, &row, now).await?,
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::PaymentReceived, row.id), now).await?;
    let what = (row.id, (row.account, row.currency), row.amount);
    pay(tx, scope, what, new.invoices.as_deref(), now).await?;
    find(tx, scope, row.id).await
}

fn told(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

async fn not_to_come(
    tx: &mut Tx,
    scope: Scope,
    (field, day): (&str, NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    let today = invoices::today(tx, scope, now).await?;
    if day > today { Err(Error::field(field, "future")) } else { Ok(()) }
}

async fn insert(tx: &mut Tx, scope: Scope, new: &New<'_>, now: DateTime<Utc>) -> Result<()> {
    if store::is_there(tx, scope, new).await? {
        return Err(Error::field("/reference", "exists"));
    }
    store::insert(tx, scope, new, now).await
}

/// So much of a payment goes to invoices.
async fn pay(
    tx: &mut Tx,
    scope: Scope,
    (id, of, amount): (PaymentId, (AccountId, &str), i64),
    named: Option<&[PaidInvoice]>,
    now: DateTime<Utc>,
) -> Result<()> {
    let waiting = invoices::waiting(tx, scope, of).await?;
    let Spread { applied, .. } = match named {
        None => pay_oldest(Minor(amount), &waiting)?,
        Some(named) => pay_named(Minor(amount), &waiting, &chosen(&waiting, named, amount)?)?,
    };
    let paid: Vec<(InvoiceId, i64)> =
        applied.into_iter().map(|one| (one.id.2, one.amount.0)).collect();
    invoices::allocate(tx, scope, (id, &paid), now).await
}

/// What is named, if the invoices wait for so much and the payment has it.
fn chosen(
    waiting: &[OpenInvoice<Numbered>],
    named: &[PaidInvoice],
    amount: i64,
) -> Result<Vec<(Numbered, Minor)>> {
    let mut chosen = Vec::new();
    for (place, one) in named.iter().enumerate() {
        let open = waiting.iter().find(|open| open.id.2 == one.invoice_id);
        let at = |field: &str| format!("/invoices/{place}/{field}");
        let open = open.ok_or_else(|| Error::field(&at("invoice_id"), "not_found"))?;
        if one.amount_minor > open.balance.0 {
            return Err(Error::field(&at("amount_minor"), "does_not_fit"));
        }
        chosen.push((open.id.clone(), Minor(one.amount_minor)));
    }
    let sum: i64 = named.iter().map(|one| one.amount_minor).sum();
    if sum > amount { Err(Error::field("/invoices", "does_not_fit")) } else { Ok(chosen) }
}

/// The payment, if it stands.
async fn standing(tx: &mut Tx, scope: Scope, id: PaymentId) -> Result<PaymentRow> {
    let row = store::find(tx, scope, id).await?;
    if row.reversed_on.is_some() { Err(ErrorCode::PaymentReversed.into()) } else { Ok(row) }
}

/// What is left of a payment pays invoices.
///
/// # Errors
/// `not_found`; `payment_reversed`; at the field as in [`record`].
pub async fn allocate(
    tx: &mut Tx,
    scope: Scope,
    id: PaymentId,
    new: &PaymentAllocation,
    now: DateTime<Utc>,
) -> Result<Payment> {
    let row = standing(tx, scope, id).await?;
    let what = (id, (row.account_id, row.currency.as_str()), row.rest());
    pay(tx, scope, what, new.invoices.as_deref(), now).await?;
    account_health::look_soon(tx, scope, row.account_id, now).await?;
    find(tx, scope, id).await
}

/// Money goes back: of what is left of a payment. What pays an invoice is freed by a credit note
/// first. Source: domain 5.12.
///
/// # Errors
/// `not_found`; `payment_reversed`; at the field: more than is left, a day to come.
pub async fn refund(
    tx: &mut Tx,
    scope: Scope,
    id: PaymentId,
    new: &NewRefund,
    now: DateTime<Utc>,
) -> Result<Payment> {
    let row = standing(tx, scope, id).await?;
    not_to_come(tx, scope, ("/paid_on", new.paid_on), now).await?;
    if new.amount_minor > row.rest() {
        return Err(Error::field("/amount_minor", "does_not_fit"));
    }
    if new.paid_on < row.paid_on {
        return Err(Error::field("/paid_on", "out_of_range"));
    }
    let back = New {
        id: PaymentId(Uuid::now_v7()),
        kind: PaymentKind::Refund,
        of: Some(id),
        account: row.account_id,
        amount: new.amount_minor,
        currency: &row.currency,
        paid_on: new.paid_on,
        method: new.method,
        reference: told(new.reference.as_deref()),
        note: told(Some(&new.note)),
    };
    insert(tx, scope, &back, now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::PaymentRefunded, back.id), now).await?;
    find(tx, scope, back.id).await
}

/// Takes a payment or refund back; the invoices that a payment paid are open again.
///
/// # Errors
/// `not_found`; `stale`; `payment_reversed`; `in_use` where a refund of it stands; at the field: a
/// day to come, or before it was paid.
pub async fn reverse(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (PaymentId, i64),
    new: &PaymentReversal,
    now: DateTime<Utc>,
) -> Result<Payment> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    let row = standing(tx, scope, row.id).await?;
    not_to_come(tx, scope, ("/on", new.on), now).await?;
    if new.on < row.paid_on {
        return Err(Error::field("/on", "out_of_range"));
    }
    if row.refunded_minor > 0 {
        return Err(ErrorCode::InUse.into());
    }
    if !store::reverse(tx, scope, (id, version), (new.on, new.reason.trim()), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::PaymentReversed, id), now).await?;
    invoices::take_off(tx, scope, id, now).await?;
    store::free_line(tx, scope, id, now).await?;
    find(tx, scope, id).await
}

/// As lists show it.
pub fn summary(row: &PaymentRow) -> PaymentSummary {
    PaymentSummary {
        id: row.id,
        kind: row.kind,
        payment_id: row.payment_id,
        account_id: row.account_id,
        account_name: row.account_name.clone(),
        amount_minor: row.amount_minor,
        currency: row.currency.clone(),
        paid_on: row.paid_on,
        method: row.method,
        reference: row.reference.clone(),
        note: row.note.clone(),
        credit_minor: row.rest(),
        refunded_minor: row.refunded_minor,
        invoice_minor: None,
        reversed_on: row.reversed_on,
        reverse_reason: row.reverse_reason.clone(),
        bank_import_id: row.bank_import_id,
        bank_line_id: row.bank_line_id,
        recorded_at: row.recorded_at,
        version: row.version,
    }
}

/// Payments and refunds as lists show them; those of one invoice with what of each pays it.
///
/// # Errors
/// Those of the database.
pub async fn list(tx: &mut Tx, scope: Scope, filter: store::Filter) -> Result<Vec<PaymentSummary>> {
    let invoice = filter.invoice;
    let rows = store::list(tx, scope, filter).await?;
    let mut shown: Vec<PaymentSummary> = rows.iter().map(summary).collect();
    if let Some(invoice) = invoice {
        let paid = invoices::paid_on(tx, scope, invoice).await?;
        for one in shown.iter_mut().filter(|one| one.kind == PaymentKind::Payment) {
            let part = paid.iter().find(|(payment, _)| *payment == one.id);
            one.invoice_minor = Some(part.map_or(0, |(_, amount)| *amount));
        }
    }
    Ok(shown)
}

/// A payment or refund with what it pays.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: PaymentId) -> Result<Payment> {
    let row = store::find(tx, scope, id).await?;
    let paid = invoices::paid_by(tx, scope, id).await?;
    let numbers = store::numbers(tx, scope, id).await?;
    let mut shown = Vec::with_capacity(paid.len());
    for (invoice_id, amount_minor) in paid {
        let known = numbers.iter().find(|(one, _, _)| *one == invoice_id);
        let number = known.map(|(_, series, number)| invoices::numbered(series, *number));
        let number = number.unwrap_or_default();
        shown.push(InvoicePaid { invoice_id, number, amount_minor });
    }
    Ok(Payment { id, summary: summary(&row), invoices: shown, version: row.version })
}
