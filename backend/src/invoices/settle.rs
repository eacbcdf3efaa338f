//! What pays an invoice, and what of a payment is left. Source: domain 5.8, 5.11.
//!
//! Credit of an account is what is left of its payments, so it cannot disagree with them.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, InvoiceCount, InvoiceId, InvoiceState, InvoiceStatus, PaymentId};
use shared::rules::billing::{Open, draw};
use shared::rules::money::OpenInvoice;
use shared::rules::units::Minor;
use shared::rules::zone;

use super::store::{self, Allocated, InvoiceRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What orders invoices as their numbers do.
pub(crate) type Numbered = (String, i64, InvoiceId);

/// The day by which bills are late.
///
/// # Errors
/// Those of the database.
pub(crate) async fn today(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<NaiveDate> {
    let zone = zone::zone(&store::zone_of(tx, scope).await?)?;
    Ok(zone::local_date(zone, now))
}

/// What is open on an invoice.
pub(crate) fn open(row: &InvoiceRow) -> Open {
    let void = row.state == shared::api::InvoiceState::Void;
    let balance = if void { 0 } else { row.total_minor - row.credited_minor - row.paid_minor };
    Open {
        total: Minor(row.total_minor),
        balance: Minor(balance),
        due_on: row.due_on,
        void,
        written_off: false,
    }
}

/// How many invoices stand how today, and what they come to.
///
/// # Errors
/// Those of the database.
pub(super) async fn counts(
    tx: &mut Tx,
    scope: Scope,
    now: DateTime<Utc>,
) -> Result<Vec<InvoiceCount>> {
    let today = today(tx, scope, now).await?;
    let mut counts: Vec<InvoiceCount> = Vec::new();
    for row in store::counts(tx, scope, today).await? {
        let status = match (row.state, row.paid, row.late, row.begun) {
            (InvoiceState::Draft, ..) => None,
            (InvoiceState::Void, ..) => Some(InvoiceStatus::Void),
            (InvoiceState::Issued, 1, ..) => Some(InvoiceStatus::Paid),
            (InvoiceState::Issued, _, 1, _) => Some(InvoiceStatus::Overdue),
            (InvoiceState::Issued, _, _, 1) => Some(InvoiceStatus::PartiallyPaid),
            (InvoiceState::Issued, ..) => Some(InvoiceStatus::Open),
        };
        let issued = row.state == InvoiceState::Issued;
        let balance_minor = if issued { row.total_minor - row.settled_minor } else { 0 };
        let like = |one: &&mut InvoiceCount| {
            (one.state, one.status) == (row.state, status) && one.currency == row.currency
        };
        match counts.iter_mut().find(like) {
            Some(one) => {
                one.count += row.count;
                one.total_minor += row.total_minor;
                one.balance_minor += balance_minor;
            }
            None => counts.push(InvoiceCount {
                state: row.state,
                status,
                currency: row.currency,
                count: row.count,
                total_minor: row.total_minor,
                balance_minor,
            }),
        }
    }
    Ok(counts)
}

/// The invoices of an account in one currency that wait for money.
///
/// # Errors
/// Those of the database.
pub(crate) async fn waiting(
    tx: &mut Tx,
    scope: Scope,
    of: (AccountId, &str),
) -> Result<Vec<OpenInvoice<Numbered>>> {
    let rows = store::issued_of(tx, scope, of).await?;
    let open = |row: store::OpenRow| OpenInvoice {
        id: (row.series, row.number, row.id),
        due_on: row.due_on,
        issued_on: row.issue_on,
        balance: Minor(row.total_minor - row.settled_minor),
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Whose an invoice is, its number (none of a draft), and the day it was or is to be issued.
///
/// # Errors
/// `not_found`.
pub(crate) async fn named(
    tx: &mut Tx,
    scope: Scope,
    invoice: InvoiceId,
) -> Result<(AccountId, Option<String>, NaiveDate)> {
    let row = store::find(tx, scope, invoice).await?;
    Ok((row.account_id, row.numbered(), row.issue_on))
}

/// What an account has paid beyond its invoices, in minor units.
///
/// # Errors
/// Those of the database.
pub(crate) async fn credit_of(tx: &mut Tx, scope: Scope, of: (AccountId, &str)) -> Result<i64> {
    Ok(store::rests(tx, scope, of).await?.iter().map(|(_, rest)| rest).sum())
}

/// A payment pays invoices.
///
/// # Errors
/// Those of the database.
pub(crate) async fn allocate(
    tx: &mut Tx,
    scope: Scope,
    (payment, invoices): (PaymentId, &[(InvoiceId, i64)]),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = |(invoice, amount): &(InvoiceId, i64)| Allocated {
        payment_id: payment,
        invoice_id: *invoice,
        amount_minor: *amount,
    };
    let rows: Vec<Allocated> = invoices.iter().map(row).collect();
    store::allocate(tx, scope, &rows, now).await
}

/// An invoice that is issued is paid by the credit of its account, the oldest payment first.
///
/// # Errors
/// Those of the database.
pub(super) async fn by_credit(
    tx: &mut Tx,
    scope: Scope,
    row: &InvoiceRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let rests = store::rests(tx, scope, (row.account_id, &row.currency)).await?;
    let rests: Vec<_> = rests.into_iter().map(|(id, rest)| (id, Minor(rest))).collect();
    let drawn = draw(Minor(row.total_minor), &rests)?;
    let paid = |(payment, amount): (PaymentId, Minor)| Allocated {
        payment_id: payment,
        invoice_id: row.id,
        amount_minor: amount.0,
    };
    let rows: Vec<Allocated> = drawn.taken.into_iter().map(paid).collect();
    store::allocate(tx, scope, &rows, now).await
}

/// So much of what was paid on an invoice becomes credit, what was paid last first.
///
/// # Errors
/// Those of the database.
pub(super) async fn free(
    tx: &mut Tx,
    scope: Scope,
    (invoice, amount): (InvoiceId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let paid = paid_on(tx, scope, invoice).await?.into_iter().rev();
    let paid: Vec<_> = paid.map(|(payment, amount)| (payment, Minor(amount))).collect();
    let drawn = draw(Minor(amount), &paid)?;
    let less = |(payment, amount): (PaymentId, Minor)| Allocated {
        payment_id: payment,
        invoice_id: invoice,
        amount_minor: -amount.0,
    };
    let rows: Vec<Allocated> = drawn.taken.into_iter().map(less).collect();
    store::allocate(tx, scope, &rows, now).await
}

/// What pays an invoice, payment by payment.
///
/// # Errors
/// Those of the database.
pub(crate) async fn paid_on(
    tx: &mut Tx,
    scope: Scope,
    invoice: InvoiceId,
) -> Result<Vec<(PaymentId, i64)>> {
    let rows = store::on_invoice(tx, scope, invoice).await?;
    let paid = net(rows.iter().map(|row| (row.payment_id, row.amount_minor)));
    Ok(paid.into_iter().map(|(payment, amount)| (payment, amount.0)).collect())
}

/// What a payment pays, invoice by invoice.
///
/// # Errors
/// Those of the database.
pub(crate) async fn paid_by(
    tx: &mut Tx,
    scope: Scope,
    payment: PaymentId,
) -> Result<Vec<(InvoiceId, i64)>> {
    let rows = store::by_payment(tx, scope, payment).await?;
    let paid = net(rows.iter().map(|row| (row.invoice_id, row.amount_minor)));
    Ok(paid.into_iter().map(|(invoice, amount)| (invoice, amount.0)).collect())
}

/// A payment pays nothing any more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_off(
    tx: &mut Tx,
    scope: Scope,
    payment: PaymentId,
    now: DateTime<Utc>,
) -> Result<()> {
    let paid = paid_by(tx, scope, payment).await?;
    let less: Vec<_> = paid.into_iter().map(|(invoice, amount)| (invoice, -amount)).collect();
    allocate(tx, scope, (payment, &less), now).await
}

/// The sum of each, in the order in which they were last added to; none that is nothing.
fn net<K: Copy + PartialEq>(rows: impl Iterator<Item = (K, i64)>) -> Vec<(K, Minor)> {
    let mut sums: Vec<(K, Minor)> = Vec::new();
    for (key, amount) in rows {
        let before = sums.iter().position(|(known, _)| *known == key);
        let sum = before.map_or(0, |place| sums.remove(place).1.0) + amount;
        if sum != 0 {
            sums.push((key, Minor(sum)));
        }
    }
    sums
}
